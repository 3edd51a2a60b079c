SELECT
    ${columns}
FROM ${batch_partials}
WHERE ${published}
