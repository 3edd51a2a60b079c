-- Every event of turnstiles once, as of now, and the layer that answers for it.
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
)
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
    TIMESTAMP '1970-01-01 00:00:00.000' + (_event_us / 1000) * INTERVAL '0.001' SECOND AS "timestamp",
    _event_us,
    _event_day,
    CAST(_arrived_at AS timestamp(3)) AS _arrived_at,
    CAST('speed' AS varchar) AS _layer
FROM live
