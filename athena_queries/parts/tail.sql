-- The speed rows after the cut, each event once: its smallest copy. This is the only scan of them.
SELECT
    ${columns}
FROM (
    SELECT
        ${columns},
        row_number() OVER (
            PARTITION BY ${event_id}, _event_us
            ORDER BY ${copy_order}
        ) AS _copy
    FROM ${speed_rows}
    WHERE epoch > '${cut}'
) AS copies
WHERE _copy = 1
