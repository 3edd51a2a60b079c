-- No run is published yet: no rows, of the right types.
SELECT
    ${columns}
WHERE false
