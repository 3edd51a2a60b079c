-- The serving view of customers: batch view and speed view, merged.
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
),
partials AS (
    -- No run is published yet: no rows, of the right types.
    SELECT
        CAST(NULL AS bigint) AS "_pane_us",
        CAST(NULL AS varchar) AS "status",
        CAST(NULL AS bigint) AS "events"
    WHERE false
    UNION ALL
    SELECT
        _event_us - _event_us % 3600000000 AS _pane_us,
        "status",
        count(*) AS "events"
    FROM live
    GROUP BY _event_us - _event_us % 3600000000, "status"
)
SELECT
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
        AS window_start,
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000 + 3600000) * INTERVAL '0.001' SECOND
        AS window_end,
    "status",
    "events"
FROM (
    SELECT
        _pane_us AS _window_us,
        "status",
        CAST(sum("events") AS bigint) AS "events"
    FROM partials
    GROUP BY _pane_us, "status"
) AS merged
