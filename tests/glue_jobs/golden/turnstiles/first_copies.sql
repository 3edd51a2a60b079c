-- Each event once: its smallest copy, how many records of each path brought any copy of it, and
-- whether its copies are in conflict. Only events with several copies are ranked: few, as a rule.
SELECT
    "ca",
    "unit",
    "scp",
    "station",
    "linename",
    "division",
    "date",
    "time",
    "desc",
    "entries",
    "exits",
    "id",
    "timestamp",
    "_event_us",
    "_event_day",
    "_arrived_at",
    "_shard_id",
    "_sequence_number",
    _speed_records,
    _raw_records,
    _recovered_records,
    0 AS _conflict
FROM copies
LEFT JOIN repeated
    ON "id" = _repeated_id
    AND _event_us = _repeated_us
WHERE _repeated_id IS NULL
UNION ALL
SELECT
    "ca",
    "unit",
    "scp",
    "station",
    "linename",
    "division",
    "date",
    "time",
    "desc",
    "entries",
    "exits",
    "id",
    "timestamp",
    "_event_us",
    "_event_day",
    "_arrived_at",
    "_shard_id",
    "_sequence_number",
    _speed_records,
    _raw_records,
    _recovered_records,
    CASE WHEN _conflict_id IS NULL THEN 0 ELSE 1 END AS _conflict
FROM (
    SELECT
        "ca",
        "unit",
        "scp",
        "station",
        "linename",
        "division",
        "date",
        "time",
        "desc",
        "entries",
        "exits",
        "id",
        "timestamp",
        "_event_us",
        "_event_day",
        "_arrived_at",
        "_shard_id",
        "_sequence_number",
        CAST(sum(_speed_records) OVER (PARTITION BY "id", _event_us) AS bigint)
            AS _speed_records,
        CAST(sum(_raw_records) OVER (PARTITION BY "id", _event_us) AS bigint)
            AS _raw_records,
        CAST(sum(_recovered_records) OVER (PARTITION BY "id", _event_us) AS bigint)
            AS _recovered_records,
        row_number() OVER (
            PARTITION BY "id", _event_us
            ORDER BY _arrived_at NULLS LAST, _shard_id NULLS LAST, lpad(_sequence_number, 129, '0') NULLS LAST, "ca" NULLS LAST, "unit" NULLS LAST, "scp" NULLS LAST, "station" NULLS LAST, "linename" NULLS LAST, "division" NULLS LAST, "date" NULLS LAST, "time" NULLS LAST, "desc" NULLS LAST, "entries" NULLS LAST, "exits" NULLS LAST, "id" NULLS LAST, "timestamp" NULLS LAST
        ) AS _copy
    FROM copies
    INNER JOIN repeated
        ON "id" = _repeated_id
        AND _event_us = _repeated_us
) AS ranked
LEFT JOIN conflicts
    ON "id" = _conflict_id
    AND _event_us = _conflict_us
WHERE _copy = 1
