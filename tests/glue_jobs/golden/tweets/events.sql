-- The rows that run 4 appends to the events.
SELECT
    CAST(4 AS bigint) AS _run,
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
FROM new_events
