-- Every event of customers once, as of now, and the layer that answers for it.
-- Run 0, cut 202611201000; rendered for boundary 0.
WITH tail AS (
    -- The speed rows after the cut, each event once: its smallest copy. This is the only scan of them.
    SELECT
        "uuid",
        "event_date",
        "status",
        _event_us,
        _event_day,
        _arrived_at
    FROM (
        SELECT
            "uuid",
            "event_date",
            "status",
            _event_us,
            _event_day,
            _arrived_at,
            row_number() OVER (
                PARTITION BY "uuid", _event_us
                ORDER BY _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "uuid" NULLS LAST, "event_date" NULLS LAST, "status" NULLS LAST
            ) AS _copy
        FROM "customers_speed_rows"
        WHERE epoch > '202611201000'
    ) AS copies
    WHERE _copy = 1
),
live AS (
    -- No run is published: all of the tail is live.
    SELECT
        tail."uuid",
        tail."event_date",
        tail."status",
        tail._event_us,
        tail._event_day,
        tail._arrived_at
    FROM tail
)
SELECT
    "uuid",
    TIMESTAMP '1970-01-01 00:00:00.000' + (_event_us / 1000) * INTERVAL '0.001' SECOND AS "event_date",
    "status",
    _event_us,
    _event_day,
    CAST(_arrived_at AS timestamp(3)) AS _arrived_at,
    CAST('speed' AS varchar) AS _layer
FROM live
