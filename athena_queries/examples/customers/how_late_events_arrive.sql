-- How late events arrived, by the day of the run that added them: more than five minutes after they
-- happened, an hour, a day, a week. Who is in one column is in those before it.
SELECT
    CAST(began AS date) AS day,
    sum(new_events) AS new_events,
    sum(late_5m) AS late_5m,
    sum(late_1h) AS late_1h,
    sum(late_1d) AS late_1d,
    sum(late_7d) AS late_7d
FROM customers_runs
WHERE status = 'published'
    AND kind <> 'recompute'
GROUP BY CAST(began AS date)
ORDER BY day
