-- The speed layer of customers alone: what the batch layer has not answered for yet.
-- Run 3, cut 202611201100; rendered for boundary 1.
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
        WHERE epoch > '202611201100'
    ) AS copies
    WHERE _copy = 1
),
live AS (
    -- The tail's events that no published run has. The tail is the build side of the join, so that
    -- its days and ids prune what is read of the events; an anti-join would read all of them.
    SELECT
        tail."uuid",
        tail."event_date",
        tail."status",
        tail._event_us,
        tail._event_day,
        tail._arrived_at
    FROM (
        SELECT
            "uuid",
            _event_us,
            _event_day
        FROM "customers_events"
        WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
    ) AS published
    RIGHT JOIN tail
        ON published."uuid" = tail."uuid"
        AND published._event_us = tail._event_us
        AND published._event_day = tail._event_day
    WHERE published."uuid" IS NULL
),
partials AS (
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
