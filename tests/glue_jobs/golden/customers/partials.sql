-- The rows that run 4 appends to the batch partials.
SELECT
    CAST(4 AS bigint) AS _run,
    _event_us - _event_us % 3600000000 AS _pane_us,
    "status",
    count(*) AS "events",
    max(_arrived_at) AS _newest_arrived_at
FROM new_events
GROUP BY _event_us - _event_us % 3600000000, "status"
