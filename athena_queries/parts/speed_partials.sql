SELECT
    ${columns}
FROM live
GROUP BY ${keys}
