-- What both paths delivered: each distinct copy once, and how many records of each path brought it.
-- The hint is Spark's: all copies of an event in one partition, for this and the steps that follow.
SELECT
    ${columns},
    CAST(sum(_speed) AS bigint) AS _speed_records,
    CAST(sum(_raw) AS bigint) AS _raw_records,
    CAST(sum(_recovered) AS bigint) AS _recovered_records
FROM (
    SELECT /*+ REPARTITION(${event_id}) */ *
    FROM (
        SELECT
            ${whole_ms},
            1 AS _speed,
            0 AS _raw,
            0 AS _recovered
        FROM speed_input
        UNION ALL
        SELECT
            ${whole_ms},
            0 AS _speed,
            1 AS _raw,
            0 AS _recovered
        FROM raw_input
        UNION ALL
        SELECT
            ${whole_ms},
            0 AS _speed,
            0 AS _raw,
            1 AS _recovered
        FROM recovered_input
    ) AS paths
) AS records
GROUP BY
    ${columns}
