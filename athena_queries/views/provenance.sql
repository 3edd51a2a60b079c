-- Where the answer for ${dataset} comes from: the boundary, and what each layer holds of it.
WITH tail AS (
    ${tail}
),
live AS (
    ${live}
),
layers AS (
    ${batch_layer}
    UNION ALL
    SELECT
        CAST(0 AS bigint) AS batch_events,
        count(*) AS speed_events,
        max(_arrived_at) AS newest_arrival
    FROM live
)
SELECT
    CAST('${dataset}' AS varchar) AS dataset,
    CAST(${serial} AS bigint) AS serial,
    CAST(${base} AS bigint) AS base,
    CAST(${run} AS bigint) AS run,
    CAST('${cut}' AS varchar) AS cut,
    CAST('${dead}' AS varchar) AS dead_runs,
    CAST(TIMESTAMP '${began}' AS timestamp(3)) AS began,
    CAST(${floor_run} AS bigint) AS floor_run,
    CAST('${floor_cut}' AS varchar) AS floor_cut,
    CAST(sum(batch_events) AS bigint) AS batch_events,
    CAST(sum(speed_events) AS bigint) AS speed_events,
    CAST(max(newest_arrival) AS timestamp(3)) AS newest_arrival
FROM layers
