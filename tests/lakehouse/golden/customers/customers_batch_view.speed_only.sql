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
