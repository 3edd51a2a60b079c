-- The events whose copies differ in more than where and when they arrived.
SELECT
    "uuid" AS _conflict_id,
    _event_us AS _conflict_us
FROM (
    SELECT DISTINCT
        "uuid",
        "event_date",
        "status",
        _event_us
    FROM copies
    INNER JOIN repeated
        ON "uuid" = _repeated_id
        AND _event_us = _repeated_us
) AS contents
GROUP BY "uuid", _event_us
HAVING count(*) > 1
