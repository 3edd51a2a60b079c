-- The runs that died, by the step where they did and why. No answer lacks what they had read: the
-- next run reads it again.
SELECT
    died_at,
    reason,
    count(*) AS runs,
    min(run) AS first_run,
    max(run) AS last_run
FROM tweets_runs
WHERE status = 'died'
GROUP BY died_at, reason
ORDER BY last_run DESC
