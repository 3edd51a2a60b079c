-- Dates and times
SELECT DATE '2026-11-20', TIMESTAMP '2026-11-20 10:05:00', TIMESTAMP '2026-11-20 10:05:00.123', TIMESTAMP '2026-11-20 10:05:00.123456', TIMESTAMP '2026-11-20 10:05:00.1'
SELECT CAST(TIMESTAMP '2026-11-20 10:05:00.120' AS varchar), CAST(TIMESTAMP '2026-11-20 10:05:00' AS varchar), CAST(TIMESTAMP '2026-11-20 10:05:00.123456' AS varchar)
SELECT CAST(TIMESTAMP '2026-11-20 10:05:00.123500' AS timestamp(3)), CAST(TIMESTAMP '2026-11-20 10:05:00.123456' AS timestamp(0)), CAST(TIMESTAMP '1969-12-31 23:59:59.999500' AS timestamp(3)), CAST(TIMESTAMP '1969-12-31 23:59:59.999499' AS timestamp(3)), CAST(TIMESTAMP '1969-12-31 23:59:58.000500' AS timestamp(3))
SELECT CAST(DATE '2026-11-20' AS timestamp), CAST(TIMESTAMP '2026-11-20 23:59:59.999' AS date), CAST(TIMESTAMP '1969-12-31 23:00:00' AS date), date(TIMESTAMP '2026-11-20 10:00:00')
SELECT CAST('2026-11-20' AS date), CAST('2026-1-5' AS date), date('2026-11-20'), CAST('2026-11-20 10:05' AS timestamp), CAST('2026-11-20 10:05:06.1239' AS timestamp(3)), CAST('2026-11-20' AS timestamp)
SELECT CAST('2026-13-01' AS date)
SELECT date_add('millisecond', 1763632800123, TIMESTAMP '1970-01-01 00:00:00.000')
SELECT date_add('second', n, TIMESTAMP '1970-01-01 00:00:00.000') FROM (VALUES CAST(2147483648 AS bigint)) AS t(n)
SELECT date_add('second', 5, TIMESTAMP '1970-01-01 00:00:00.000'), date_add('millisecond', 1763632800, TIMESTAMP '1970-01-01 00:00:00.000'), date_add('hour', -5, TIMESTAMP '2026-11-20 03:00:00.000')
SELECT date_add('day', 1, DATE '2026-02-28'), date_add('month', 1, DATE '2026-01-31'), date_add('year', -1, DATE '2024-02-29'), date_add('week', 1, DATE '2026-01-01'), date_add('quarter', 1, TIMESTAMP '2026-11-30 10:00:00')
SELECT date_add('second', n, TIMESTAMP '1970-01-01 00:00:00.000') FROM (VALUES CAST(1763632800 AS bigint), CAST(-1 AS bigint), NULL) AS t(n)
SELECT date_diff('second', TIMESTAMP '2026-11-20 10:00:00.900', TIMESTAMP '2026-11-20 10:00:01.100'), date_diff('day', TIMESTAMP '2026-11-20 23:00:00', TIMESTAMP '2026-11-21 01:00:00'), date_diff('hour', TIMESTAMP '2026-11-20 10:59:00', TIMESTAMP '2026-11-20 12:01:00'), date_diff('day', DATE '2026-11-20', DATE '2026-11-25'), date_diff('minute', TIMESTAMP '2026-11-20 10:00:00', TIMESTAMP '2026-11-20 09:58:30'), date_diff('week', DATE '2026-01-01', DATE '2026-01-14'), date_diff('millisecond', TIMESTAMP '2026-11-20 10:00:00.000', TIMESTAMP '2026-11-20 10:00:01.500')
SELECT date_trunc('hour', TIMESTAMP '2026-11-20 10:05:06.789'), date_trunc('day', TIMESTAMP '2026-11-20 10:05:06.789'), date_trunc('week', DATE '2026-11-20'), date_trunc('month', DATE '2026-11-20'), date_trunc('quarter', TIMESTAMP '2026-11-20 10:05:06'), date_trunc('year', DATE '2026-11-20'), date_trunc('minute', TIMESTAMP '2026-11-20 10:05:06.789'), date_trunc('second', TIMESTAMP '1969-12-31 23:59:59.500')
SELECT year(d), quarter(d), month(d), week(d), day(d), day_of_week(d), dow(d), day_of_year(d), year_of_week(d), day_of_month(d), week_of_year(d) FROM (VALUES DATE '2026-11-22', DATE '2024-12-30', DATE '2021-01-01', DATE '1969-12-31') AS t(d)
SELECT hour(t), minute(t), second(t), millisecond(t), year(t) FROM (VALUES TIMESTAMP '2026-11-20 10:05:06.789', TIMESTAMP '1969-12-31 23:59:59.250') AS t(t)
SELECT EXTRACT(year FROM DATE '2026-11-20'), EXTRACT(hour FROM TIMESTAMP '2026-11-20 10:05:06'), EXTRACT(day_of_week FROM DATE '2026-11-22')
SELECT last_day_of_month(DATE '2026-02-03'), last_day_of_month(TIMESTAMP '2024-02-03 10:00:00')
SELECT DATE '2026-11-20' + INTERVAL '1' DAY, DATE '2026-11-20' - INTERVAL '2' DAY, TIMESTAMP '2026-11-20 10:00:00' + INTERVAL '90' MINUTE, DATE '2026-01-31' + INTERVAL '1' MONTH, TIMESTAMP '2026-11-20 10:00:00.000' - INTERVAL '1' YEAR, INTERVAL '1' DAY + DATE '2026-11-20'
SELECT TIMESTAMP '1970-01-01 00:00:00.000' + n * INTERVAL '0.001' SECOND, TIMESTAMP '1970-01-01 00:00:00' + INTERVAL '1' SECOND * n, TIMESTAMP '1970-01-01 00:00:00.000000' + n * INTERVAL '1' SECOND FROM (VALUES CAST(1763632800 AS bigint), CAST(-1 AS bigint), NULL) AS t(n)
SELECT DATE '2026-11-20' + INTERVAL '1' HOUR
SELECT from_unixtime(1763632800), from_unixtime(1.5e0), from_unixtime(-0.5e0), to_unixtime(TIMESTAMP '2026-11-20 10:00:00.123'), to_unixtime(TIMESTAMP '1969-12-31 23:59:59.500')
SELECT CAST(from_unixtime(1763632800) AS timestamp), CAST(from_unixtime(1763632800) AS date), CAST(from_unixtime(1763632800) AS varchar)
SELECT date_format(TIMESTAMP '2026-11-02 03:04:05.006', '%Y-%m-%d %H:%i:%s'), date_format(TIMESTAMP '2026-11-02 15:04:05.006', '%y %b %M %e %c %j %p %h %I %k %l %a %W %f %T %%'), date_format(DATE '2026-11-02', '%Y%m%d')
SELECT date_parse('2026-11-20 10:05:06', '%Y-%m-%d %H:%i:%s'), date_parse('20261120', '%Y%m%d')
SELECT date_parse('nope', '%Y-%m-%d')
SELECT DATE '2026-11-20' = TIMESTAMP '2026-11-20 00:00:00', DATE '2026-11-20' < DATE '2026-11-21', TIMESTAMP '2026-11-20 00:00:00.000' = TIMESTAMP '2026-11-20 00:00:00.000000'
SELECT current_date = CAST(now() AS date), now() = current_timestamp, localtimestamp IS NOT NULL
SELECT TIMESTAMP '2026-11-20 10:00:00 UTC', TIMESTAMP '2026-11-20 10:00:00.123 UTC' AT TIME ZONE 'UTC'
-- Literals
SELECT DATE '2026-1-2', DATE ' 2026-11-20 ', DATE '0001-01-01', DATE '9999-12-31', TIMESTAMP '2026-11-20', TIMESTAMP '2026-11-20 1:2', TIMESTAMP '2026-1-2 1:2:3'
SELECT DATE '2026-02-30'
SELECT TIMESTAMP '2026-11-20T10:00:00'
SELECT TIMESTAMP '2026-11-20 24:00:00'
-- Differences in months and years
SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-28'), date_diff('month', DATE '2026-02-28', DATE '2026-01-31'), date_diff('month', DATE '2024-01-30', DATE '2024-02-29'), date_diff('year', DATE '2024-02-29', DATE '2025-02-28'), date_diff('quarter', DATE '2024-01-31', DATE '2024-04-30'), date_diff('month', DATE '2026-03-31', DATE '2026-02-28'), date_diff('MONTH', DATE '2026-01-31', DATE '2026-03-01')
SELECT a, b, date_diff('day', a, b), date_diff('week', a, b), date_diff('month', a, b), date_diff('quarter', a, b), date_diff('year', a, b) FROM (SELECT DATE '2023-12-28' + x * INTERVAL '1' DAY, DATE '2024-02-25' + y * INTERVAL '1' DAY FROM UNNEST(sequence(0, 65, 13)) AS a(x) CROSS JOIN UNNEST(sequence(0, 420, 21)) AS b(y)) AS t(a, b)
SELECT a, b, date_diff('month', a, b), date_diff('year', a, b), date_diff('month', b, a), date_diff('year', b, a) FROM (SELECT DATE '2024-02-27' + x * INTERVAL '1' DAY, DATE '2027-02-26' + y * INTERVAL '1' DAY FROM UNNEST(sequence(0, 4)) AS a(x) CROSS JOIN UNNEST(sequence(0, 5)) AS b(y)) AS t(a, b)
SELECT date_diff('month', TIMESTAMP '2026-01-31 00:00:01', TIMESTAMP '2026-02-28 00:00:00'), date_diff('month', DATE '2026-01-31', TIMESTAMP '2026-02-28 00:00:00'), date_diff('millisecond', TIMESTAMP '2026-11-20 10:00:00.0009', TIMESTAMP '2026-11-20 10:00:00.0011'), date_diff('day', TIMESTAMP '2026-11-20 10:00:00.0009', TIMESTAMP '2026-11-19 10:00:00.0011')
SELECT date_diff('nope', DATE '2026-01-14', DATE '2026-01-01')
SELECT date_diff('hour', DATE '2026-01-14', DATE '2026-01-01')
-- Adding and cutting off
SELECT date_add('week', 2, TIMESTAMP '2026-11-20 10:00:00'), date_add('quarter', -1, DATE '2026-05-31'), date_add('day', NULL, DATE '2026-05-31'), date_add('millisecond', 1, TIMESTAMP '2026-11-20 10:00:00.123456')
SELECT date_add('day', 1.5, DATE '2026-11-20')
SELECT date_add('month', 3000000000, DATE '2026-11-20')
SELECT date_trunc('millisecond', TIMESTAMP '2026-11-20 10:00:00.123456'), date_trunc('DAY', DATE '2026-11-20'), date_trunc('week', DATE '1969-12-30'), date_trunc('hour', TIMESTAMP '1969-12-31 23:30:00.5')
SELECT date_trunc('decade', DATE '2026-01-01')
SELECT date_trunc('hour', DATE '2026-01-01')
-- Parts
SELECT EXTRACT(week FROM DATE '2026-11-20'), EXTRACT(dow FROM DATE '2026-11-20'), EXTRACT(doy FROM DATE '2026-11-20'), EXTRACT(yow FROM DATE '2026-11-20'), EXTRACT(quarter FROM DATE '2026-11-20'), EXTRACT(day_of_month FROM DATE '2026-11-20'), EXTRACT(year_of_week FROM DATE '2026-11-20')
SELECT EXTRACT(week_of_year FROM DATE '2026-11-20')
SELECT EXTRACT(millisecond FROM TIMESTAMP '2026-11-20 10:00:00.123')
SELECT EXTRACT(hour FROM DATE '2026-11-20')
SELECT EXTRACT(timezone_hour FROM TIMESTAMP '2026-11-20 10:00:00')
SELECT hour(DATE '2026-11-20'), millisecond(DATE '2026-11-20'), date('2026-11-20'), last_day_of_month(TIMESTAMP '2024-02-29 23:59:59')
SELECT year('2026-11-20')
-- Seconds since 1970
SELECT to_unixtime(t), from_unixtime(to_unixtime(t)) FROM (VALUES TIMESTAMP '2026-11-20 10:00:00.123456', TIMESTAMP '1969-11-20 10:00:00.999999', TIMESTAMP '1999-11-20 10:00:00.000001') AS t(t)
SELECT to_unixtime(DATE '2026-11-20'), from_unixtime(0.0005e0), from_unixtime(-0.0005e0), from_unixtime(1.0005e0), from_unixtime(-1.5005e0), from_unixtime(NULL)
-- Times of day
SELECT TIME '10:00:00', TIME '1:2', TIME '10:05:06.123456', TIME '10:05:06.1', typeof(TIME '10:00:00'), TIME '10:00:00' < TIME '11:00:00', TIME '10:00:00' = TIME '10:00:00.000'
SELECT hour(t), minute(t), second(t), millisecond(t), EXTRACT(hour FROM t) FROM (VALUES TIME '10:05:06.5') AS t(t)
SELECT CAST(TIME '10:05:06.789' AS varchar), CAST(TIME '10:05:06.789' AS time(0)), CAST('10:05' AS time), CAST(TIMESTAMP '2026-11-20 10:05:06.1235' AS time(3)), CAST(TIME '23:59:59.9' AS time(0))
SELECT TIME '10:00:00' + INTERVAL '15' HOUR, TIME '10:00:00' - INTERVAL '11' HOUR, INTERVAL '1' SECOND + TIME '23:59:59.5', TIME '10:00:00' - TIME '09:00:00'
SELECT date_diff('minute', TIME '10:00:00', TIME '11:30:00.5'), date_add('hour', 1, TIME '23:30:00'), date_add('minute', -90, TIME '00:30:00'), date_trunc('hour', TIME '10:05:06.789')
SELECT TIME '24:00:00'
SELECT TIME '10:00:00' + INTERVAL '1' MONTH
SELECT EXTRACT(year FROM TIME '10:05:06')
-- Refused
SELECT date_diff(u, DATE '2026-01-14', DATE '2026-01-01') FROM (VALUES 'day') AS t(u)
SELECT date_add('month', 1, DATE '9999-12-31')
SELECT TIMESTAMP '-0026-11-20 10:00:00'
SELECT CAST(TIMESTAMP '1969-12-31 23:59:59.999' AS time)
