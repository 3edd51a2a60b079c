-- The batch layer of tweets alone: the partials of published runs, merged.
-- Run 3, cut 202611201100; rendered for boundary 1.
WITH partials AS (
    SELECT
        _pane_us,
        "location",
        "events",
        "sum_followers_count",
        "sum_favorite_count",
        "sum_retweet_count"
    FROM "tweets_batch_partials"
    WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
)
SELECT
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
        AS window_start,
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000 + 86400000) * INTERVAL '0.001' SECOND
        AS window_end,
    "location",
    "events",
    "sum_followers_count",
    "sum_favorite_count",
    "sum_retweet_count"
FROM (
    SELECT
        _pane_us AS _window_us,
        "location",
        CAST(sum("events") AS bigint) AS "events",
        CAST(sum("sum_followers_count") AS bigint) AS "sum_followers_count",
        CAST(sum("sum_favorite_count") AS bigint) AS "sum_favorite_count",
        CAST(sum("sum_retweet_count") AS bigint) AS "sum_retweet_count"
    FROM partials
    GROUP BY _pane_us, "location"
) AS merged
