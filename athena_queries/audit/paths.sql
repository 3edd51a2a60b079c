-- What each path holds of ${dataset} that the other does not, by the hour of first arrival:
-- from ${start} to before ${end}, in the speed rows after epoch ${after}.
SELECT
    _hour AS arrival_hour,
    CAST(sum(_raw_only) AS bigint) AS raw_only,
    CAST(sum(_speed_only) AS bigint) AS speed_only,
    CAST(sum(_both) AS bigint) AS both_paths,
    CAST(sum(_invalid) AS bigint) AS invalid_records
FROM (
    SELECT
        date_trunc('hour', _first_arrived_at) AS _hour,
        CASE WHEN _in_raw = 1 AND _in_speed = 0 THEN 1 ELSE 0 END AS _raw_only,
        CASE WHEN _in_raw = 0 AND _in_speed = 1 THEN 1 ELSE 0 END AS _speed_only,
        CASE WHEN _in_raw = 1 AND _in_speed = 1 THEN 1 ELSE 0 END AS _both,
        0 AS _invalid
    FROM (
        SELECT
            ${event_id},
            _event_us,
            min(_arrived_at) AS _first_arrived_at,
            max(_from_raw) AS _in_raw,
            max(_from_speed) AS _in_speed
        FROM (
            SELECT
                ${event_id},
                _event_us,
                _arrived_at,
                1 AS _from_raw,
                0 AS _from_speed
            FROM ${raw}
            WHERE ${hours_of_raw}
                AND ${arrived}
            UNION ALL
            SELECT
                ${event_id},
                _event_us,
                _arrived_at,
                0 AS _from_raw,
                1 AS _from_speed
            FROM ${speed_rows}
            WHERE epoch > '${after}'
                AND ${arrived}
        ) AS records
        GROUP BY ${event_id}, _event_us
    ) AS events
    UNION ALL
    SELECT
        date_trunc('hour', _arrived_at) AS _hour,
        0 AS _raw_only,
        0 AS _speed_only,
        0 AS _both,
        1 AS _invalid
    FROM ${quarantine}
    WHERE ${days_of_quarantine}
        AND ${arrived}
) AS found
GROUP BY _hour
ORDER BY _hour
