-- The serving view of ${dataset}: batch view and speed view, merged.
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
${windows}
