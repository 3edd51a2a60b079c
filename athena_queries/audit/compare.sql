-- Does ${what} of ${dataset} equal a plain recount? For boundary ${serial}.
-- Each group that differs is a row, at most ${most} of them; all equal groups are one, the first.
SELECT
    ${keys_if_different},
    ${values_if_different},
    _is_different,
    count(*) AS _groups
FROM (
    SELECT
        ${keys},
        ${values},
        CASE
            WHEN _rows = 2 AND ${is_equal}
                THEN 0
            ELSE 1
        END AS _is_different
    FROM (
        SELECT
            ${keys},
            ${values_by_side},
            count(*) AS _rows
        FROM (
            SELECT
                1 AS _is_answer,
                ${columns}
            FROM ${answer} AS answer
            UNION ALL
            SELECT
                0 AS _is_answer,
                ${columns}
            FROM (
                ${recount}
            ) AS recount
        ) AS sides
        GROUP BY
            ${keys}
    ) AS pairs
) AS compared
GROUP BY
    ${grouping},
    _is_different
ORDER BY
    _is_different,
    ${order}
LIMIT ${limit}
