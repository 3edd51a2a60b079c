SELECT
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
        AS window_start,
    ${results}
FROM (
    SELECT
        ${window_us} AS _window_us,
        ${lifts}
    FROM (
        ${events}
    ) AS events${shifts}
    GROUP BY ${keys}
) AS counted
