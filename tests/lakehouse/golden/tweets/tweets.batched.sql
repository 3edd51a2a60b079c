-- The serving view of tweets: batch view and speed view, merged.
-- Run 3, cut 202611201100; rendered for boundary 1.
WITH tail AS (
    -- The speed rows after the cut, each event once: its smallest copy. This is the only scan of them.
    SELECT
        "id",
        "created_at",
        "followers_count",
        "location",
        "favorite_count",
        "retweet_count",
        _event_us,
        _event_day,
        _arrived_at
    FROM (
        SELECT
            "id",
            "created_at",
            "followers_count",
            "location",
            "favorite_count",
            "retweet_count",
            _event_us,
            _event_day,
            _arrived_at,
            row_number() OVER (
                PARTITION BY "id", _event_us
                ORDER BY _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "id" NULLS LAST, "created_at" NULLS LAST, "followers_count" NULLS LAST, "location" NULLS LAST, "favorite_count" NULLS LAST, "retweet_count" NULLS LAST
            ) AS _copy
        FROM "tweets_speed_rows"
        WHERE epoch > '202611201100'
    ) AS copies
    WHERE _copy = 1
),
live AS (
    -- The tail's events that no published run has. The tail is the build side of the join, so that
    -- its days and ids prune what is read of the events; an anti-join would read all of them.
    SELECT
        tail."id",
        tail."created_at",
        tail."followers_count",
        tail."location",
        tail."favorite_count",
        tail."retweet_count",
        tail._event_us,
        tail._event_day,
        tail._arrived_at
    FROM (
        SELECT
            "id",
            _event_us,
            _event_day
        FROM "tweets_events"
        WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
    ) AS published
    RIGHT JOIN tail
        ON published."id" = tail."id"
        AND published._event_us = tail._event_us
        AND published._event_day = tail._event_day
    WHERE published."id" IS NULL
),
partials AS (
    SELECT
        _pane_us,
        "location",
        "events",
        "sum_followers_count",
        "sum_favorite_count",
        "sum_retweet_count"
    FROM "tweets_batch_partials"
    WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
    UNION ALL
    SELECT
        _event_us - _event_us % 86400000000 AS _pane_us,
        "location",
        count(*) AS "events",
        CAST(sum(CAST("followers_count" AS bigint)) AS bigint) AS "sum_followers_count",
        CAST(sum(CAST("favorite_count" AS bigint)) AS bigint) AS "sum_favorite_count",
        CAST(sum(CAST("retweet_count" AS bigint)) AS bigint) AS "sum_retweet_count"
    FROM live
    GROUP BY _event_us - _event_us % 86400000000, "location"
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
