-- All-time totals of ${dataset}, merged from both layers.
-- Run ${run}, cut ${cut}; rendered for boundary ${serial}.
WITH tail AS (
    ${tail}
),
live AS (
    ${live}
),
partials AS (
    ${batch_partials}
    UNION ALL
    ${speed_partials}
)
SELECT
    ${results}
FROM (
    SELECT
        ${merges}
    FROM partials
    GROUP BY ${keys}
) AS merged
