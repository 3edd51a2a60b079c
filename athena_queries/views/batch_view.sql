-- The batch layer of ${dataset} alone: the partials of published runs, merged.
-- Run ${run}, cut ${cut}; rendered for boundary ${serial}.
WITH partials AS (
    ${batch_partials}
)
${windows}
