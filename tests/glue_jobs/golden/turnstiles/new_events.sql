-- The first copies of events that no published run has.
SELECT
    firsts."ca",
    firsts."unit",
    firsts."scp",
    firsts."station",
    firsts."linename",
    firsts."division",
    firsts."date",
    firsts."time",
    firsts."desc",
    firsts."entries",
    firsts."exits",
    firsts."id",
    firsts."timestamp",
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
    ON firsts."id" = published."id"
    AND firsts._event_us = published._event_us
WHERE published."id" IS NULL
