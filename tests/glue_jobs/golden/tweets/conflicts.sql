-- The events whose copies differ in more than where and when they arrived.
SELECT
    "id" AS _conflict_id,
    _event_us AS _conflict_us
FROM (
    SELECT DISTINCT
        "id",
        "created_at",
        "followers_count",
        "location",
        "favorite_count",
        "retweet_count",
        _event_us
    FROM copies
    INNER JOIN repeated
        ON "id" = _repeated_id
        AND _event_us = _repeated_us
) AS contents
GROUP BY "id", _event_us
HAVING count(*) > 1
