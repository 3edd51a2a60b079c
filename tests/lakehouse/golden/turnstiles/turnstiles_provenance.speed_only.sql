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
layers AS (
    SELECT
        CAST(0 AS bigint) AS batch_events,
        CAST(0 AS bigint) AS speed_events,
        CAST(NULL AS timestamp(3)) AS newest_arrival
    UNION ALL
    SELECT
        CAST(0 AS bigint) AS batch_events,
        count(*) AS speed_events,
        max(_arrived_at) AS newest_arrival
    FROM live
)
SELECT
    CAST('turnstiles' AS varchar) AS dataset,
    CAST(0 AS bigint) AS serial,
    CAST(0 AS bigint) AS base,
    CAST(0 AS bigint) AS run,
    CAST('202611201000' AS varchar) AS cut,
    CAST('' AS varchar) AS dead_runs,
    CAST(TIMESTAMP '2026-11-20 10:05:00' AS timestamp(3)) AS began,
    CAST(0 AS bigint) AS floor_run,
    CAST('202611201000' AS varchar) AS floor_cut,
    CAST(sum(batch_events) AS bigint) AS batch_events,
    CAST(sum(speed_events) AS bigint) AS speed_events,
    CAST(max(newest_arrival) AS timestamp(3)) AS newest_arrival
FROM layers
