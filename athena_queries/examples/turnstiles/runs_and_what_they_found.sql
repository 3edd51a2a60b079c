-- The last runs: how each ended, what it read and added, and where the two paths disagree beyond
-- what is explained. Every dataset has such a table.
SELECT
    run,
    status,
    died_at,
    reason,
    began,
    speed_rows + raw_rows + recovered_rows AS rows_in,
    new_events,
    conflicts,
    unexplained_raw_only,
    unexplained_speed_only,
    seconds
FROM turnstiles_runs
ORDER BY run DESC
LIMIT 50
