-- No run is published: all of the tail is live.
SELECT
    ${columns}
FROM tail
