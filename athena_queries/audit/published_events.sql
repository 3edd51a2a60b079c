SELECT
    ${columns}
FROM ${events}
WHERE ${published}
