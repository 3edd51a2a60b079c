-- The events that have more than one copy.
SELECT
    ${event_id} AS _repeated_id,
    _event_us AS _repeated_us
FROM copies
GROUP BY ${event_id}, _event_us
HAVING count(*) > 1
