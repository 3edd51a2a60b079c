-- The first copies of events that no published run has.
SELECT
    firsts."uuid",
    firsts."event_date",
    firsts."status",
    firsts."_event_us",
    firsts."_event_day",
    firsts."_arrived_at",
    firsts."_shard_id",
    firsts."_sequence_number",
    firsts._speed_records,
    firsts._raw_records,
    firsts._recovered_records
FROM firsts
LEFT JOIN published
    ON firsts."uuid" = published."uuid"
    AND firsts._event_us = published._event_us
WHERE published."uuid" IS NULL
