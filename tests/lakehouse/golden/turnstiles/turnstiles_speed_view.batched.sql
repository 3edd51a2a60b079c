-- The speed layer of turnstiles alone: what the batch layer has not answered for yet.
-- Run 3, cut 202611201100; rendered for boundary 1.
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
        WHERE epoch > '202611201100'
    ) AS copies
    WHERE _copy = 1
),
live AS (
    -- The tail's events that no published run has. The tail is the build side of the join, so that
    -- its days and ids prune what is read of the events; an anti-join would read all of them.
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
    FROM (
        SELECT
            "id",
            _event_us,
            _event_day
        FROM "turnstiles_events"
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
