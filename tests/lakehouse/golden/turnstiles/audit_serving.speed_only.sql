-- Does the serving view of turnstiles equal a plain recount? For boundary 0.
-- Each group that differs is a row, at most 1000 of them; all equal groups are one, the first.
SELECT
    CASE WHEN _is_different = 1 THEN "window_start" END AS "window_start",
    CASE WHEN _is_different = 1 THEN "ca" END AS "ca",
    CASE WHEN _is_different = 1 THEN "unit" END AS "unit",
    CASE WHEN _is_different = 1 THEN "scp" END AS "scp",
    CASE WHEN _is_different = 1 THEN "station" END AS "station",
    CASE WHEN _is_different = 1 THEN "linename" END AS "linename",
    CASE WHEN _is_different = 1 THEN "division" END AS "division",
    CASE WHEN _is_different = 1 THEN "date" END AS "date",
    CASE WHEN _is_different = 1 THEN "desc" END AS "desc",
    max(CASE WHEN _is_different = 1 THEN "_answer_events" END) AS "_answer_events",
    max(CASE WHEN _is_different = 1 THEN "_recount_events" END) AS "_recount_events",
    max(CASE WHEN _is_different = 1 THEN "_answer_sum_entries" END) AS "_answer_sum_entries",
    max(CASE WHEN _is_different = 1 THEN "_recount_sum_entries" END) AS "_recount_sum_entries",
    max(CASE WHEN _is_different = 1 THEN "_answer_sum_exits" END) AS "_answer_sum_exits",
    max(CASE WHEN _is_different = 1 THEN "_recount_sum_exits" END) AS "_recount_sum_exits",
    _is_different,
    count(*) AS _groups
FROM (
    SELECT
        "window_start",
        "ca",
        "unit",
        "scp",
        "station",
        "linename",
        "division",
        "date",
        "desc",
        "_answer_events",
        "_recount_events",
        "_answer_sum_entries",
        "_recount_sum_entries",
        "_answer_sum_exits",
        "_recount_sum_exits",
        CASE
            WHEN _rows = 2 AND "_answer_events" IS NOT DISTINCT FROM "_recount_events" AND "_answer_sum_entries" IS NOT DISTINCT FROM "_recount_sum_entries" AND "_answer_sum_exits" IS NOT DISTINCT FROM "_recount_sum_exits"
                THEN 0
            ELSE 1
        END AS _is_different
    FROM (
        SELECT
            "window_start",
            "ca",
            "unit",
            "scp",
            "station",
            "linename",
            "division",
            "date",
            "desc",
            max(CASE WHEN _is_answer = 1 THEN "events" END) AS "_answer_events",
            max(CASE WHEN _is_answer = 0 THEN "events" END) AS "_recount_events",
            max(CASE WHEN _is_answer = 1 THEN "sum_entries" END) AS "_answer_sum_entries",
            max(CASE WHEN _is_answer = 0 THEN "sum_entries" END) AS "_recount_sum_entries",
            max(CASE WHEN _is_answer = 1 THEN "sum_exits" END) AS "_answer_sum_exits",
            max(CASE WHEN _is_answer = 0 THEN "sum_exits" END) AS "_recount_sum_exits",
            count(*) AS _rows
        FROM (
            SELECT
                1 AS _is_answer,
                "window_start",
                "ca",
                "unit",
                "scp",
                "station",
                "linename",
                "division",
                "date",
                "desc",
                "events",
                "sum_entries",
                "sum_exits"
            FROM "turnstiles" AS answer
            UNION ALL
            SELECT
                0 AS _is_answer,
                "window_start",
                "ca",
                "unit",
                "scp",
                "station",
                "linename",
                "division",
                "date",
                "desc",
                "events",
                "sum_entries",
                "sum_exits"
            FROM (
                SELECT
                    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
                        AS window_start,
                    "ca",
                    "unit",
                    "scp",
                    "station",
                    "linename",
                    "division",
                    "date",
                    "desc",
                    "events",
                    "sum_entries",
                    "sum_exits"
                FROM (
                    SELECT
                        _event_us - _event_us % 300000000 AS _window_us,
                        "ca",
                        "unit",
                        "scp",
                        "station",
                        "linename",
                        "division",
                        "date",
                        "desc",
                        count(*) AS "events",
                        CAST(sum(CAST("entries" AS bigint)) AS bigint) AS "sum_entries",
                        CAST(sum(CAST("exits" AS bigint)) AS bigint) AS "sum_exits"
                    FROM (
                        -- Every event that is published or in a speed row after the cut, once. The published copy stands;
                        -- of others, the smallest.
                        SELECT
                            "ca",
                            "unit",
                            "scp",
                            "station",
                            "linename",
                            "division",
                            "date",
                            "time",
                            "desc",
                            "entries",
                            "exits",
                            "id",
                            "timestamp",
                            "_event_us",
                            "_event_day",
                            "_arrived_at",
                            "_shard_id",
                            "_sequence_number"
                        FROM (
                            SELECT
                                "ca",
                                "unit",
                                "scp",
                                "station",
                                "linename",
                                "division",
                                "date",
                                "time",
                                "desc",
                                "entries",
                                "exits",
                                "id",
                                "timestamp",
                                "_event_us",
                                "_event_day",
                                "_arrived_at",
                                "_shard_id",
                                "_sequence_number",
                                row_number() OVER (
                                    PARTITION BY "id", _event_us
                                    ORDER BY _is_tail, _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "ca" NULLS LAST, "unit" NULLS LAST, "scp" NULLS LAST, "station" NULLS LAST, "linename" NULLS LAST, "division" NULLS LAST, "date" NULLS LAST, "time" NULLS LAST, "desc" NULLS LAST, "entries" NULLS LAST, "exits" NULLS LAST, "id" NULLS LAST, "timestamp" NULLS LAST
                                ) AS _copy
                            FROM (
                                SELECT
                                    1 AS _is_tail,
                                    "ca",
                                    "unit",
                                    "scp",
                                    "station",
                                    "linename",
                                    "division",
                                    "date",
                                    "time",
                                    "desc",
                                    "entries",
                                    "exits",
                                    "id",
                                    "timestamp",
                                    "_event_us",
                                    "_event_day",
                                    "_arrived_at",
                                    "_shard_id",
                                    "_sequence_number"
                                FROM "turnstiles_speed_rows"
                                WHERE epoch > '202611201000'
                            ) AS held
                        ) AS copies
                        WHERE _copy = 1
                    ) AS events
                    GROUP BY _event_us - _event_us % 300000000, "ca", "unit", "scp", "station", "linename", "division", "date", "desc"
                ) AS counted
            ) AS recount
        ) AS sides
        GROUP BY
            "window_start",
            "ca",
            "unit",
            "scp",
            "station",
            "linename",
            "division",
            "date",
            "desc"
    ) AS pairs
) AS compared
GROUP BY
    CASE WHEN _is_different = 1 THEN "window_start" END,
    CASE WHEN _is_different = 1 THEN "ca" END,
    CASE WHEN _is_different = 1 THEN "unit" END,
    CASE WHEN _is_different = 1 THEN "scp" END,
    CASE WHEN _is_different = 1 THEN "station" END,
    CASE WHEN _is_different = 1 THEN "linename" END,
    CASE WHEN _is_different = 1 THEN "division" END,
    CASE WHEN _is_different = 1 THEN "date" END,
    CASE WHEN _is_different = 1 THEN "desc" END,
    _is_different
ORDER BY
    _is_different,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9
LIMIT 1001
