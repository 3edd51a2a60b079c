-- The new events that no published run had; all that are appended, which in a recompute are more;
-- and of the new ones, those that one path alone has brought so far, those whose other copy was due
-- before the cut or the run, and those that arrived later than so long after they happened.
SELECT
    CAST(coalesce(sum(_added), 0) AS bigint) AS added,
    count(*) AS new_events,
    CAST(coalesce(sum(_added * _raw_only), 0) AS bigint) AS raw_only,
    CAST(coalesce(sum(_added * _speed_only), 0) AS bigint) AS speed_only,
    count(CASE WHEN _added * _raw_only = 1 AND _arrived_at < TIMESTAMP '2026-11-20 10:50:00.000' THEN 1 END)
        AS unexplained_raw_only,
    count(CASE WHEN _added * _speed_only = 1 AND _arrived_at < TIMESTAMP '2026-11-20 10:36:00.000' THEN 1 END)
        AS unexplained_speed_only,
    count(CASE WHEN _added = 1 AND _event_at < _arrived_at - INTERVAL '5' MINUTE THEN 1 END)
        AS late_5m,
    count(CASE WHEN _added = 1 AND _event_at < _arrived_at - INTERVAL '1' HOUR THEN 1 END)
        AS late_1h,
    count(CASE WHEN _added = 1 AND _event_at < _arrived_at - INTERVAL '1' DAY THEN 1 END)
        AS late_1d,
    count(CASE WHEN _added = 1 AND _event_at < _arrived_at - INTERVAL '7' DAY THEN 1 END)
        AS late_7d
FROM (
    SELECT
        _arrived_at,
        "event_date" AS _event_at,
        CASE WHEN _speed_records + _raw_records + _recovered_records > 0 THEN 1 ELSE 0 END
            AS _added,
        CASE WHEN _speed_records = 0 THEN 1 ELSE 0 END AS _raw_only,
        CASE WHEN _raw_records + _recovered_records = 0 THEN 1 ELSE 0 END AS _speed_only
    FROM new_events
) AS found
