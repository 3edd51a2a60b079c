-- Does the serving view of tweets equal a plain recount? For boundary 0.
-- Each group that differs is a row, at most 1000 of them; all equal groups are one, the first.
SELECT
    CASE WHEN _is_different = 1 THEN "window_start" END AS "window_start",
    CASE WHEN _is_different = 1 THEN "location" END AS "location",
    max(CASE WHEN _is_different = 1 THEN "_answer_events" END) AS "_answer_events",
    max(CASE WHEN _is_different = 1 THEN "_recount_events" END) AS "_recount_events",
    max(CASE WHEN _is_different = 1 THEN "_answer_sum_followers_count" END) AS "_answer_sum_followers_count",
    max(CASE WHEN _is_different = 1 THEN "_recount_sum_followers_count" END) AS "_recount_sum_followers_count",
    max(CASE WHEN _is_different = 1 THEN "_answer_sum_favorite_count" END) AS "_answer_sum_favorite_count",
    max(CASE WHEN _is_different = 1 THEN "_recount_sum_favorite_count" END) AS "_recount_sum_favorite_count",
    max(CASE WHEN _is_different = 1 THEN "_answer_sum_retweet_count" END) AS "_answer_sum_retweet_count",
    max(CASE WHEN _is_different = 1 THEN "_recount_sum_retweet_count" END) AS "_recount_sum_retweet_count",
    _is_different,
    count(*) AS _groups
FROM (
    SELECT
        "window_start",
        "location",
        "_answer_events",
        "_recount_events",
        "_answer_sum_followers_count",
        "_recount_sum_followers_count",
        "_answer_sum_favorite_count",
        "_recount_sum_favorite_count",
        "_answer_sum_retweet_count",
        "_recount_sum_retweet_count",
        CASE
            WHEN _rows = 2 AND "_answer_events" IS NOT DISTINCT FROM "_recount_events" AND "_answer_sum_followers_count" IS NOT DISTINCT FROM "_recount_sum_followers_count" AND "_answer_sum_favorite_count" IS NOT DISTINCT FROM "_recount_sum_favorite_count" AND "_answer_sum_retweet_count" IS NOT DISTINCT FROM "_recount_sum_retweet_count"
                THEN 0
            ELSE 1
        END AS _is_different
    FROM (
        SELECT
            "window_start",
            "location",
            max(CASE WHEN _is_answer = 1 THEN "events" END) AS "_answer_events",
            max(CASE WHEN _is_answer = 0 THEN "events" END) AS "_recount_events",
            max(CASE WHEN _is_answer = 1 THEN "sum_followers_count" END) AS "_answer_sum_followers_count",
            max(CASE WHEN _is_answer = 0 THEN "sum_followers_count" END) AS "_recount_sum_followers_count",
            max(CASE WHEN _is_answer = 1 THEN "sum_favorite_count" END) AS "_answer_sum_favorite_count",
            max(CASE WHEN _is_answer = 0 THEN "sum_favorite_count" END) AS "_recount_sum_favorite_count",
            max(CASE WHEN _is_answer = 1 THEN "sum_retweet_count" END) AS "_answer_sum_retweet_count",
            max(CASE WHEN _is_answer = 0 THEN "sum_retweet_count" END) AS "_recount_sum_retweet_count",
            count(*) AS _rows
        FROM (
            SELECT
                1 AS _is_answer,
                "window_start",
                "location",
                "events",
                "sum_followers_count",
                "sum_favorite_count",
                "sum_retweet_count"
            FROM "tweets" AS answer
            UNION ALL
            SELECT
                0 AS _is_answer,
                "window_start",
                "location",
                "events",
                "sum_followers_count",
                "sum_favorite_count",
                "sum_retweet_count"
            FROM (
                SELECT
                    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
                        AS window_start,
                    "location",
                    "events",
                    "sum_followers_count",
                    "sum_favorite_count",
                    "sum_retweet_count"
                FROM (
                    SELECT
                        _event_us - _event_us % 86400000000 AS _window_us,
                        "location",
                        count(*) AS "events",
                        CAST(sum(CAST("followers_count" AS bigint)) AS bigint) AS "sum_followers_count",
                        CAST(sum(CAST("favorite_count" AS bigint)) AS bigint) AS "sum_favorite_count",
                        CAST(sum(CAST("retweet_count" AS bigint)) AS bigint) AS "sum_retweet_count"
                    FROM (
                        -- Every event that is published or in a speed row after the cut, once. The published copy stands;
                        -- of others, the smallest.
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
                            "_sequence_number"
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
                                "_arrived_at",
                                "_shard_id",
                                "_sequence_number",
                                row_number() OVER (
                                    PARTITION BY "id", _event_us
                                    ORDER BY _is_tail, _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "id" NULLS LAST, "created_at" NULLS LAST, "followers_count" NULLS LAST, "location" NULLS LAST, "favorite_count" NULLS LAST, "retweet_count" NULLS LAST
                                ) AS _copy
                            FROM (
                                SELECT
                                    1 AS _is_tail,
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
                                FROM "tweets_speed_rows"
                                WHERE epoch > '202611201000'
                            ) AS held
                        ) AS copies
                        WHERE _copy = 1
                    ) AS events
                    GROUP BY _event_us - _event_us % 86400000000, "location"
                ) AS counted
            ) AS recount
        ) AS sides
        GROUP BY
            "window_start",
            "location"
    ) AS pairs
) AS compared
GROUP BY
    CASE WHEN _is_different = 1 THEN "window_start" END,
    CASE WHEN _is_different = 1 THEN "location" END,
    _is_different
ORDER BY
    _is_different,
    1,
    2
LIMIT 1001
