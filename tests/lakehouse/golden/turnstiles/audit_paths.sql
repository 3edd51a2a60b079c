-- What each path holds of turnstiles that the other does not, by the hour of first arrival:
-- from 2026-11-01T00 to before 2026-11-02T06, in the speed rows after epoch 202610312300.
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
            "id",
            _event_us,
            min(_arrived_at) AS _first_arrived_at,
            max(_from_raw) AS _in_raw,
            max(_from_speed) AS _in_speed
        FROM (
            SELECT
                "id",
                _event_us,
                _arrived_at,
                1 AS _from_raw,
                0 AS _from_speed
            FROM "turnstiles_raw"
            WHERE year IN ('2026') AND month IN ('10', '11') AND day IN ('01', '02', '31')
                AND _arrived_at >= TIMESTAMP '2026-11-01 00:00:00.000' AND _arrived_at < TIMESTAMP '2026-11-02 06:00:00.000'
            UNION ALL
            SELECT
                "id",
                _event_us,
                _arrived_at,
                0 AS _from_raw,
                1 AS _from_speed
            FROM "turnstiles_speed_rows"
            WHERE epoch > '202610312300'
                AND _arrived_at >= TIMESTAMP '2026-11-01 00:00:00.000' AND _arrived_at < TIMESTAMP '2026-11-02 06:00:00.000'
        ) AS records
        GROUP BY "id", _event_us
    ) AS events
    UNION ALL
    SELECT
        date_trunc('hour', _arrived_at) AS _hour,
        0 AS _raw_only,
        0 AS _speed_only,
        0 AS _both,
        1 AS _invalid
    FROM "turnstiles_quarantine"
    WHERE day >= '2026-10-31' AND day <= '2026-11-02'
        AND _arrived_at >= TIMESTAMP '2026-11-01 00:00:00.000' AND _arrived_at < TIMESTAMP '2026-11-02 06:00:00.000'
) AS found
GROUP BY _hour
ORDER BY _hour
