-- Every event of ${dataset} once, as of now, and the layer that answers for it.
-- Run ${run}, cut ${cut}; rendered for boundary ${serial}.
WITH tail AS (
    ${tail}
),
live AS (
    ${live}
)
${batch_events}SELECT
    ${columns},
    CAST('speed' AS varchar) AS _layer
FROM live
