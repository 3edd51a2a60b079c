-- The first copies of events that no published run has.
SELECT
    firsts."id",
    firsts."created_at",
    firsts."followers_count",
    firsts."location",
    firsts."favorite_count",
    firsts."retweet_count",
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
