-- The events that have more than one copy.
SELECT
    "uuid" AS _repeated_id,
    _event_us AS _repeated_us
FROM copies
GROUP BY "uuid", _event_us
HAVING count(*) > 1
