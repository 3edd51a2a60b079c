-- Each event once: its smallest copy, and how many records of each path brought any copy of it.
-- Only events with several copies are ranked; they are few, and ranking costs most.
SELECT
    ${columns},
    _speed_records,
    _raw_records,
    _recovered_records
FROM copies
LEFT JOIN repeated
    ON ${event_id} = _repeated_id
    AND _event_us = _repeated_us
WHERE _repeated_id IS NULL
UNION ALL
SELECT
    ${columns},
    _speed_records,
    _raw_records,
    _recovered_records
FROM (
    SELECT
        ${columns},
        sum(_speed_records) OVER (PARTITION BY ${event_id}, _event_us) AS _speed_records,
        sum(_raw_records) OVER (PARTITION BY ${event_id}, _event_us) AS _raw_records,
        sum(_recovered_records) OVER (PARTITION BY ${event_id}, _event_us) AS _recovered_records,
        row_number() OVER (
            PARTITION BY ${event_id}, _event_us
            ORDER BY ${copy_order}
        ) AS _copy
    FROM copies
    INNER JOIN repeated
        ON ${event_id} = _repeated_id
        AND _event_us = _repeated_us
) AS ranked
WHERE _copy = 1
