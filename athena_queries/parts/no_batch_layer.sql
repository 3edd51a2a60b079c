SELECT
    CAST(0 AS bigint) AS batch_events,
    CAST(0 AS bigint) AS speed_events,
    CAST(NULL AS timestamp(3)) AS newest_arrival
