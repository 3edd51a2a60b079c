SELECT
    date_add('second', _window_us / 1000000, TIMESTAMP '1970-01-01 00:00:00.000') AS window_start,
    date_add('second', (_window_us + ${length_us}) / 1000000, TIMESTAMP '1970-01-01 00:00:00.000') AS window_end,
    ${results}
FROM (
    SELECT
        ${window_us} AS _window_us,
        ${merges}
    FROM partials${shifts}
    GROUP BY ${keys}
) AS merged
