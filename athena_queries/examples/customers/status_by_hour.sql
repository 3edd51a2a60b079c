-- How many customers became active, inactive or canceled, hour by hour.
SELECT
    window_start,
    sum(CASE WHEN status = 'Active' THEN events ELSE 0 END) AS active,
    sum(CASE WHEN status = 'Inactive' THEN events ELSE 0 END) AS inactive,
    sum(CASE WHEN status = 'Canceled' THEN events ELSE 0 END) AS canceled
FROM customers
GROUP BY window_start
ORDER BY window_start
