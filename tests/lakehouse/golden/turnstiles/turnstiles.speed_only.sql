-- The serving view of turnstiles: batch view and speed view, merged.
-- Run 0, cut 202611201000; rendered for boundary 0.
WITH tail AS (
    -- The speed rows after the cut, each event once: its smallest copy. This is the only scan of them.
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
        _event_us,
        _event_day,
        _arrived_at
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
            _event_us,
            _event_day,
            _arrived_at,
            row_number() OVER (
                PARTITION BY "id", _event_us
                ORDER BY _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "ca" NULLS LAST, "unit" NULLS LAST, "scp" NULLS LAST, "station" NULLS LAST, "linename" NULLS LAST, "division" NULLS LAST, "date" NULLS LAST, "time" NULLS LAST, "desc" NULLS LAST, "entries" NULLS LAST, "exits" NULLS LAST, "id" NULLS LAST, "timestamp" NULLS LAST
            ) AS _copy
        FROM "turnstiles_speed_rows"
        WHERE epoch > '202611201000'
    ) AS copies
    WHERE _copy = 1
),
live AS (
    -- No run is published: all of the tail is live.
    SELECT
        tail."ca",
        tail."unit",
        tail."scp",
        tail."station",
        tail."linename",
        tail."division",
        tail."date",
        tail."time",
        tail."desc",
        tail."entries",
        tail."exits",
        tail."id",
        tail."timestamp",
        tail._event_us,
        tail._event_day,
        tail._arrived_at
    FROM tail
),
partials AS (
    -- No run is published yet: no rows, of the right types.
    SELECT
        CAST(NULL AS bigint) AS "_pane_us",
        CAST(NULL AS varchar) AS "ca",
        CAST(NULL AS varchar) AS "unit",
        CAST(NULL AS varchar) AS "scp",
        CAST(NULL AS varchar) AS "station",
        CAST(NULL AS varchar) AS "linename",
        CAST(NULL AS varchar) AS "division",
        CAST(NULL AS varchar) AS "date",
        CAST(NULL AS varchar) AS "desc",
        CAST(NULL AS bigint) AS "events",
        CAST(NULL AS bigint) AS "sum_entries",
        CAST(NULL AS bigint) AS "sum_exits"
    WHERE false
    UNION ALL
    SELECT
        _event_us - _event_us % 300000000 AS _pane_us,
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
    FROM live
    GROUP BY _event_us - _event_us % 300000000, "ca", "unit", "scp", "station", "linename", "division", "date", "desc"
)
SELECT
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
        AS window_start,
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000 + 300000) * INTERVAL '0.001' SECOND
        AS window_end,
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
        _pane_us AS _window_us,
        "ca",
        "unit",
        "scp",
        "station",
        "linename",
        "division",
        "date",
        "desc",
        CAST(sum("events") AS bigint) AS "events",
        CAST(sum("sum_entries") AS bigint) AS "sum_entries",
        CAST(sum("sum_exits") AS bigint) AS "sum_exits"
    FROM partials
    GROUP BY _pane_us, "ca", "unit", "scp", "station", "linename", "division", "date", "desc"
) AS merged
