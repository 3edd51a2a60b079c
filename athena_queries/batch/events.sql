-- The rows that run ${run} appends to the events.
SELECT
    CAST(${run} AS bigint) AS _run,
    ${columns}
FROM new_events
