-- Every event that is published or in a speed row after the cut, once. The published copy stands;
-- of others, the smallest.
SELECT
    ${columns}
FROM (
    SELECT
        ${columns},
        row_number() OVER (
            PARTITION BY ${event_id}, _event_us
            ORDER BY _is_tail, ${copy_order}
        ) AS _copy
    FROM (
        ${published}SELECT
            1 AS _is_tail,
            ${columns}
        FROM ${speed_rows}
        WHERE epoch > '${cut}'
    ) AS held
) AS copies
WHERE _copy = 1
