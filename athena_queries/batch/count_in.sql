-- Rows in by path, the distinct events among them, and how many of these have conflicts.
SELECT
    CAST(coalesce(sum(_speed_records), 0) AS bigint) AS speed_rows,
    CAST(coalesce(sum(_raw_records), 0) AS bigint) AS raw_rows,
    CAST(coalesce(sum(_recovered_records), 0) AS bigint) AS recovered_rows,
    count(*) AS events_in,
    CAST(coalesce(sum(_conflict), 0) AS bigint) AS conflicts
FROM firsts
