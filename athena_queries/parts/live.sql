-- The tail's events that no published run has. The tail is the build side of the join, so that
-- its days and ids prune what is read of the events; an anti-join would read all of them.
SELECT
    ${columns}
FROM (
    SELECT
        ${event_id},
        _event_us,
        _event_day
    FROM ${events}
    WHERE ${published}
) AS published
RIGHT JOIN tail
    ON published.${event_id} = tail.${event_id}
    AND published._event_us = tail._event_us
    AND published._event_day = tail._event_day
WHERE published.${event_id} IS NULL
