-- Partials of runs that every boundary from the floor on publishes, or none does: merged under the
-- smallest of their numbers. Rows of runs that none of these boundaries reads are left out.
SELECT
    (
        SELECT min(_run)
        FROM stored
        WHERE ${published}
    ) AS _run,
    ${columns},
    max(_newest_arrived_at) AS _newest_arrived_at
FROM stored
WHERE ${published}
GROUP BY ${keys}
