-- Where the answer for turnstiles comes from: the boundary, and what each layer holds of it.
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
layers AS (
    SELECT
        CAST(coalesce(sum(events), 0) AS bigint) AS batch_events,
        CAST(0 AS bigint) AS speed_events,
        CAST(max(_newest_arrived_at) AS timestamp(3)) AS newest_arrival
    FROM "turnstiles_batch_partials"
    WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
    UNION ALL
    SELECT
        CAST(0 AS bigint) AS batch_events,
        count(*) AS speed_events,
        max(_arrived_at) AS newest_arrival
    FROM live
)
SELECT
    CAST('turnstiles' AS varchar) AS dataset,
    CAST(1 AS bigint) AS serial,
    CAST(0 AS bigint) AS base,
    CAST(3 AS bigint) AS run,
    CAST('202611201100' AS varchar) AS cut,
    CAST('1, 2' AS varchar) AS dead_runs,
    CAST(TIMESTAMP '2026-11-20 11:06:01' AS timestamp(3)) AS began,
    CAST(0 AS bigint) AS floor_run,
    CAST('202611201000' AS varchar) AS floor_cut,
    CAST(sum(batch_events) AS bigint) AS batch_events,
    CAST(sum(speed_events) AS bigint) AS speed_events,
    CAST(max(newest_arrival) AS timestamp(3)) AS newest_arrival
FROM layers
