-- Readings that arrived more than an hour after they were taken, by day of the reading.
SELECT
    _event_day AS day,
    count(*) AS readings,
    max(date_diff('minute', "timestamp", _arrived_at)) AS latest_minutes
FROM turnstiles_live_events
WHERE date_diff('minute', "timestamp", _arrived_at) > 60
GROUP BY _event_day
ORDER BY _event_day
