-- Does the serving view of customers equal a plain recount? For boundary 1.
-- Each group that differs is a row, at most 1000 of them; all equal groups are one, the first.
SELECT
    CASE WHEN _is_different = 1 THEN "window_start" END AS "window_start",
    CASE WHEN _is_different = 1 THEN "status" END AS "status",
    max(CASE WHEN _is_different = 1 THEN "_answer_events" END) AS "_answer_events",
    max(CASE WHEN _is_different = 1 THEN "_recount_events" END) AS "_recount_events",
    _is_different,
    count(*) AS _groups
FROM (
    SELECT
        "window_start",
        "status",
        "_answer_events",
        "_recount_events",
        CASE
            WHEN _rows = 2 AND "_answer_events" IS NOT DISTINCT FROM "_recount_events"
                THEN 0
            ELSE 1
        END AS _is_different
    FROM (
        SELECT
            "window_start",
            "status",
            max(CASE WHEN _is_answer = 1 THEN "events" END) AS "_answer_events",
            max(CASE WHEN _is_answer = 0 THEN "events" END) AS "_recount_events",
            count(*) AS _rows
        FROM (
            SELECT
                1 AS _is_answer,
                "window_start",
                "status",
                "events"
            FROM "customers" AS answer
            UNION ALL
            SELECT
                0 AS _is_answer,
                "window_start",
                "status",
                "events"
            FROM (
                SELECT
                    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
                        AS window_start,
                    "status",
                    "events"
                FROM (
                    SELECT
                        _event_us - _event_us % 3600000000 AS _window_us,
                        "status",
                        count(*) AS "events"
                    FROM (
                        -- Every event that is published or in a speed row after the cut, once. The published copy stands;
                        -- of others, the smallest.
                        SELECT
                            "uuid",
                            "event_date",
                            "status",
                            "_event_us",
                            "_event_day",
                            "_arrived_at",
                            "_shard_id",
                            "_sequence_number"
                        FROM (
                            SELECT
                                "uuid",
                                "event_date",
                                "status",
                                "_event_us",
                                "_event_day",
                                "_arrived_at",
                                "_shard_id",
                                "_sequence_number",
                                row_number() OVER (
                                    PARTITION BY "uuid", _event_us
                                    ORDER BY _is_tail, _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "uuid" NULLS LAST, "event_date" NULLS LAST, "status" NULLS LAST
                                ) AS _copy
                            FROM (
                                SELECT
                                    0 AS _is_tail,
                                    "uuid",
                                    "event_date",
                                    "status",
                                    "_event_us",
                                    "_event_day",
                                    "_arrived_at",
                                    "_shard_id",
                                    "_sequence_number"
                                FROM "customers_events"
                                WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
                                UNION ALL
                                SELECT
                                    1 AS _is_tail,
                                    "uuid",
                                    "event_date",
                                    "status",
                                    "_event_us",
                                    "_event_day",
                                    "_arrived_at",
                                    "_shard_id",
                                    "_sequence_number"
                                FROM "customers_speed_rows"
                                WHERE epoch > '202611201100'
                            ) AS held
                        ) AS copies
                        WHERE _copy = 1
                    ) AS events
                    GROUP BY _event_us - _event_us % 3600000000, "status"
                ) AS counted
            ) AS recount
        ) AS sides
        GROUP BY
            "window_start",
            "status"
    ) AS pairs
) AS compared
GROUP BY
    CASE WHEN _is_different = 1 THEN "window_start" END,
    CASE WHEN _is_different = 1 THEN "status" END,
    _is_different
ORDER BY
    _is_different,
    1,
    2
LIMIT 1001
