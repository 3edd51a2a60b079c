-- What both paths delivered: each distinct copy once, and how many records of each path brought it.
-- The hint is Spark's: all copies of an event in one partition, for this and the steps that follow.
SELECT
    "id",
    "created_at",
    "followers_count",
    "location",
    "favorite_count",
    "retweet_count",
    "_event_us",
    "_event_day",
    "_arrived_at",
    "_shard_id",
    "_sequence_number",
    CAST(sum(_speed) AS bigint) AS _speed_records,
    CAST(sum(_raw) AS bigint) AS _raw_records,
    CAST(sum(_recovered) AS bigint) AS _recovered_records
FROM (
    SELECT /*+ REPARTITION("id") */ *
    FROM (
        SELECT
            "id",
            "created_at",
            "followers_count",
            "location",
            "favorite_count",
            "retweet_count",
            "_event_us",
            "_event_day",
            date_trunc('millisecond', _arrived_at) AS _arrived_at,
            "_shard_id",
            "_sequence_number",
            1 AS _speed,
            0 AS _raw,
            0 AS _recovered
        FROM speed_input
        UNION ALL
        SELECT
            "id",
            "created_at",
            "followers_count",
            "location",
            "favorite_count",
            "retweet_count",
            "_event_us",
            "_event_day",
            date_trunc('millisecond', _arrived_at) AS _arrived_at,
            "_shard_id",
            "_sequence_number",
            0 AS _speed,
            1 AS _raw,
            0 AS _recovered
        FROM raw_input
        UNION ALL
        SELECT
            "id",
            "created_at",
            "followers_count",
            "location",
            "favorite_count",
            "retweet_count",
            "_event_us",
            "_event_day",
            date_trunc('millisecond', _arrived_at) AS _arrived_at,
            "_shard_id",
            "_sequence_number",
            0 AS _speed,
            0 AS _raw,
            1 AS _recovered
        FROM recovered_input
    ) AS paths
) AS records
GROUP BY
    "id",
    "created_at",
    "followers_count",
    "location",
    "favorite_count",
    "retweet_count",
    "_event_us",
    "_event_day",
    "_arrived_at",
    "_shard_id",
    "_sequence_number"
