-- The speed layer of ${dataset} alone: what the batch layer has not answered for yet.
-- Run ${run}, cut ${cut}; rendered for boundary ${serial}.
WITH tail AS (
    ${tail}
),
live AS (
    ${live}
),
partials AS (
    ${speed_partials}
)
${windows}
