-- The stations with the most entries, and how the exits compare.
SELECT
    station,
    sum(sum_entries) AS entries,
    sum(sum_exits) AS exits,
    sum(events) AS readings
FROM turnstiles
GROUP BY station
ORDER BY entries DESC, station
LIMIT 10
