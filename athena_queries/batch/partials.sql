-- The rows that run ${run} appends to the batch partials.
SELECT
    CAST(${run} AS bigint) AS _run,
    ${columns},
    max(_arrived_at) AS _newest_arrived_at
FROM new_events
GROUP BY ${keys}
