-- The events that the partials count: as many as there are new events.
SELECT CAST(coalesce(sum("events"), 0) AS bigint) AS events
FROM partials
