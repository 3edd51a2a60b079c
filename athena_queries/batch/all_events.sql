-- Every event for a recompute: the published copies stand, and whatever else is held joins them.
SELECT
    ${columns},
    0 AS _speed_records,
    0 AS _raw_records,
    0 AS _recovered_records
FROM published
UNION ALL
${new_events}
