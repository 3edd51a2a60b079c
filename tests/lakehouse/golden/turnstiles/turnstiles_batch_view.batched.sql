-- The batch layer of turnstiles alone: the partials of published runs, merged.
-- Run 3, cut 202611201100; rendered for boundary 1.
WITH partials AS (
    SELECT
        _pane_us,
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
    FROM "turnstiles_batch_partials"
    WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)
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
