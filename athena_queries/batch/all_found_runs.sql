-- These runs.
SELECT run
FROM found_runs
