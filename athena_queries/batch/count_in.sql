-- Rows in by path, and the distinct events among them.
SELECT
    CAST(coalesce(sum(_speed_records), 0) AS bigint) AS speed_rows,
    CAST(coalesce(sum(_raw_records), 0) AS bigint) AS raw_rows,
    CAST(coalesce(sum(_recovered_records), 0) AS bigint) AS recovered_rows,
    count(*) AS events_in
FROM firsts
