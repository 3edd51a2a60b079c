SELECT
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000) * INTERVAL '0.001' SECOND
        AS window_start,
    TIMESTAMP '1970-01-01 00:00:00.000' + (_window_us / 1000 + ${length_ms}) * INTERVAL '0.001' SECOND
        AS window_end,
    ${results}
FROM (
    SELECT
        ${window_us} AS _window_us,
        ${merges}
    FROM partials${shifts}
    GROUP BY ${keys}
) AS merged
