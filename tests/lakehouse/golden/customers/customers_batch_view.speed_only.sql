-- The batch layer of customers alone: the partials of published runs, merged.
-- Run 0, cut 202611201000; rendered for boundary 0.
WITH partials AS (
    -- No run is published yet: no rows, of the right types.
    SELECT
        CAST(NULL AS bigint) AS "_pane_us",
        CAST(NULL AS varchar) AS "status",
        CAST(NULL AS bigint) AS "events"
    WHERE false
)
SELECT
    date_add('second', _window_us / 1000000, TIMESTAMP '1970-01-01 00:00:00.000') AS window_start,
    date_add('second', (_window_us + 3600000000) / 1000000, TIMESTAMP '1970-01-01 00:00:00.000') AS window_end,
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
