-- Why records of customers are in the quarantine: each reason, how often, and when.
SELECT
    reason,
    source,
    count(*) AS records,
    CAST(min(_arrived_at) AS timestamp(3)) AS first_arrival,
    CAST(max(_arrived_at) AS timestamp(3)) AS newest_arrival
FROM "customers_quarantine"
GROUP BY reason, source
