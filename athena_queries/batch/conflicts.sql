-- The events whose copies differ in more than where and when they arrived.
SELECT
    ${event_id} AS _conflict_id,
    _event_us AS _conflict_us
FROM (
    SELECT DISTINCT
        ${content},
        _event_us
    FROM copies
    INNER JOIN repeated
        ON ${event_id} = _repeated_id
        AND _event_us = _repeated_us
) AS contents
GROUP BY ${event_id}, _event_us
HAVING count(*) > 1
