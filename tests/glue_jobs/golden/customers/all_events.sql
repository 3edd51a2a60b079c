-- Every event for a recompute: the published copies stand, and whatever else is held joins them.
SELECT
    "uuid",
    "event_date",
    "status",
    "_event_us",
    "_event_day",
    "_arrived_at",
    "_shard_id",
    "_sequence_number",
    0 AS _speed_records,
    0 AS _raw_records,
    0 AS _recovered_records
FROM published
UNION ALL
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
