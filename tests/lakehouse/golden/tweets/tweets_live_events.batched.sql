-- Every event of tweets once, as of now, and the layer that answers for it.
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
)
SELECT
    "id",
    TIMESTAMP '1970-01-01 00:00:00.000' + (_event_us / 1000) * INTERVAL '0.001' SECOND AS "created_at",
    "followers_count",
    "location",
    "favorite_count",
    "retweet_count",
    _event_us,
    _event_day,
    CAST(_arrived_at AS timestamp(3)) AS _arrived_at,
    CAST('batch' AS varchar) AS _layer
FROM "tweets_events"
WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
UNION ALL
SELECT
    "id",
    TIMESTAMP '1970-01-01 00:00:00.000' + (_event_us / 1000) * INTERVAL '0.001' SECOND AS "created_at",
    "followers_count",
    "location",
    "favorite_count",
    "retweet_count",
    _event_us,
    _event_day,
    CAST(_arrived_at AS timestamp(3)) AS _arrived_at,
    CAST('speed' AS varchar) AS _layer
FROM live
