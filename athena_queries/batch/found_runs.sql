-- The runs that some rows are of.
SELECT DISTINCT ${column} AS run
FROM some_runs
