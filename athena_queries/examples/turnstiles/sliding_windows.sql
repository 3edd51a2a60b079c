-- Sliding windows of a length and slide of your choice, put together from the five-minute windows.
-- Change the two numbers; the slide must be a multiple of 5, the length a multiple of the slide.
WITH choice AS (
    SELECT 60 AS length_minutes, 15 AS slide_minutes
),
panes AS (
    SELECT
        date_diff('minute', TIMESTAMP '1970-01-01 00:00:00.000', window_start) AS minute,
        station,
        events,
        sum_entries,
        sum_exits
    FROM turnstiles
)
SELECT
    date_add(
        'minute',
        minute - minute % slide_minutes - shift * slide_minutes,
        TIMESTAMP '1970-01-01 00:00:00.000'
    ) AS window_start,
    date_add(
        'minute',
        minute - minute % slide_minutes - shift * slide_minutes + length_minutes,
        TIMESTAMP '1970-01-01 00:00:00.000'
    ) AS window_end,
    station,
    sum(events) AS events,
    sum(sum_entries) AS sum_entries,
    sum(sum_exits) AS sum_exits
FROM panes
CROSS JOIN choice
CROSS JOIN UNNEST(sequence(0, length_minutes / slide_minutes - 1)) AS shifts (shift)
GROUP BY 1, 2, 3
ORDER BY 1, 3
