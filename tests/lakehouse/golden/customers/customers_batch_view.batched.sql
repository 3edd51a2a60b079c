-- The batch layer of customers alone: the partials of published runs, merged.
-- Run 3, cut 202611201100; rendered for boundary 1.
WITH partials AS (
    SELECT
        _pane_us,
        "status",
        "events"
    FROM "customers_batch_partials"
    WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
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
