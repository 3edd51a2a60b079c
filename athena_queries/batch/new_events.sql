-- The first copies of events that no published run has.
SELECT
    ${columns},
    firsts._speed_records,
    firsts._raw_records,
    firsts._recovered_records
FROM firsts
LEFT JOIN published
    ON firsts.${event_id} = published.${event_id}
    AND firsts._event_us = published._event_us
WHERE published.${event_id} IS NULL
