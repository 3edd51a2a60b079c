-- The batch layer of turnstiles alone: the partials of published runs, merged.
-- Run 0, cut 202611201000; rendered for boundary 0.
WITH partials AS (
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
