-- How late events arrived, by the day that they arrived on: more than five minutes after they
-- happened, an hour, a day, a week. Who is in one column is in those before it.
SELECT
    CAST(_arrived_at AS date) AS day,
    count(*) AS events,
    count_if(event_date < _arrived_at - INTERVAL '5' MINUTE) AS late_5m,
    count_if(event_date < _arrived_at - INTERVAL '1' HOUR) AS late_1h,
    count_if(event_date < _arrived_at - INTERVAL '1' DAY) AS late_1d,
    count_if(event_date < _arrived_at - INTERVAL '7' DAY) AS late_7d
FROM customers_live_events
GROUP BY CAST(_arrived_at AS date)
ORDER BY day
