-- The rows that run 4 appends to the batch partials.
SELECT
    CAST(4 AS bigint) AS _run,
    _event_us - _event_us % 86400000000 AS _pane_us,
    "location",
    count(*) AS "events",
    CAST(sum(CAST("followers_count" AS bigint)) AS bigint) AS "sum_followers_count",
    CAST(sum(CAST("favorite_count" AS bigint)) AS bigint) AS "sum_favorite_count",
    CAST(sum(CAST("retweet_count" AS bigint)) AS bigint) AS "sum_retweet_count",
    max(_arrived_at) AS _newest_arrived_at
FROM new_events
GROUP BY _event_us - _event_us % 86400000000, "location"
