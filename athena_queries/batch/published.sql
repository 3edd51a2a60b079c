-- The published events.
SELECT
    ${columns}
FROM events_input
WHERE ${published}
