-- The events to append, those of them that no published run had, and of these, the ones that one
-- path alone has brought so far.
SELECT
    count(*) AS new_events,
    count(CASE WHEN _speed_records + _raw_records + _recovered_records > 0 THEN 1 END) AS added,
    count(CASE WHEN _speed_records = 0 AND _raw_records + _recovered_records > 0 THEN 1 END)
        AS raw_only,
    count(CASE WHEN _speed_records > 0 AND _raw_records + _recovered_records = 0 THEN 1 END)
        AS speed_only
FROM new_events
