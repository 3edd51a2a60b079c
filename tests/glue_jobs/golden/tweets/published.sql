-- The published events.
SELECT
    "id",
    _event_us
FROM events_input
WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
