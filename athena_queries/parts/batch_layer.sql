SELECT
    CAST(coalesce(sum(events), 0) AS bigint) AS batch_events,
    CAST(0 AS bigint) AS speed_events,
    CAST(max(_newest_arrived_at) AS timestamp(3)) AS newest_arrival
FROM ${batch_partials}
WHERE ${published}
