SELECT
    ${columns},
    CAST('batch' AS varchar) AS _layer
FROM ${events}
WHERE ${published}
UNION ALL
