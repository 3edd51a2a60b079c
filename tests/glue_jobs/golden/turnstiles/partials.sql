-- The rows that run 4 appends to the batch partials.
SELECT
    CAST(4 AS bigint) AS _run,
    _event_us - _event_us % 300000000 AS _pane_us,
    "ca",
    "unit",
    "scp",
    "station",
    "linename",
    "division",
    "date",
    "desc",
    count(*) AS "events",
    CAST(sum(CAST("entries" AS bigint)) AS bigint) AS "sum_entries",
    CAST(sum(CAST("exits" AS bigint)) AS bigint) AS "sum_exits",
    max(_arrived_at) AS _newest_arrived_at
FROM new_events
GROUP BY _event_us - _event_us % 300000000, "ca", "unit", "scp", "station", "linename", "division", "date", "desc"
