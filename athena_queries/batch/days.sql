-- The days that the run's events happened on.
SELECT DISTINCT _event_day
FROM firsts
