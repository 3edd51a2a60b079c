-- Literals
SELECT TIMESTAMP '2026-11-20 10:00:00 America/New_York', TIMESTAMP '2026-11-20 10:00:00.5 +05:30', TIMESTAMP '2026-11-20 10:00:00 +00:00', TIMESTAMP '2026-11-20 10:00:00 Z', TIMESTAMP '2026-11-20 10:00 UTC'
SELECT TIMESTAMP '2026-11-20 UTC', TIMESTAMP '2026-11-20 10:00:00+05:30', TIMESTAMP '2026-11-20 10:00:00 +05'
SELECT TIMESTAMP '2026-11-20 10:00:00 -3:00'
SELECT TIMESTAMP '2026-11-20 10:00:00 Nowhere/Land'
SELECT TIMESTAMP '2026-03-08 02:30:00 America/New_York'
SELECT to_unixtime(TIMESTAMP '2026-11-01 01:30:00 America/New_York'), to_unixtime(TIMESTAMP '2026-10-25 02:30:00 Europe/Berlin')
-- AT TIME ZONE and its functions
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'America/New_York', typeof(TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'America/New_York')
SELECT t AT TIME ZONE 'Asia/Kolkata', t AT TIME ZONE 'Australia/Lord_Howe', t AT TIME ZONE 'America/St_Johns', t AT TIME ZONE 'US/Pacific' FROM (VALUES TIMESTAMP '2026-01-20 10:00:00', TIMESTAMP '2026-07-20 10:00:00', NULL) AS t(t)
SELECT t AT TIME ZONE 'GMT', t AT TIME ZONE 'Etc/GMT+5', t AT TIME ZONE 'Z', t AT TIME ZONE '+05:30', t AT TIME ZONE '-00:00', t AT TIME ZONE '+05', t AT TIME ZONE '-0330' FROM (VALUES TIMESTAMP '2026-11-20 10:00:00 UTC') AS t(t)
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE INTERVAL '5' HOUR, TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE INTERVAL '-05:30' HOUR TO MINUTE
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'america/new_york'
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'EST'
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE '+5:30'
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE '+14:30'
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE '+05:75'
SELECT DATE '2026-11-20' AT TIME ZONE 'UTC'
SELECT TIMESTAMP '2026-11-20 10:00:00 UTC' AT TIME ZONE 'Asia/Tokyo' AT TIME ZONE 'America/Los_Angeles'
SELECT at_timezone(TIMESTAMP '2026-11-20 10:00:00 UTC', 'Asia/Tokyo'), at_timezone(TIMESTAMP '2026-11-20 10:00:00', 'Asia/Tokyo'), at_timezone(now(), 'Asia/Tokyo') = now()
SELECT with_timezone(DATE '2026-11-20', 'Asia/Tokyo'), with_timezone(TIMESTAMP '2026-11-20 10:00:00.123456', '+05:30')
SELECT with_timezone(TIMESTAMP '2026-11-20 10:00:00 UTC', 'Asia/Tokyo')
SELECT t, with_timezone(t, 'America/New_York'), to_unixtime(with_timezone(t, 'America/New_York')) FROM (VALUES TIMESTAMP '2026-03-08 01:59:59.999', TIMESTAMP '2026-03-08 02:30:00', TIMESTAMP '2026-03-08 03:00:00', TIMESTAMP '2026-11-01 00:59:59', TIMESTAMP '2026-11-01 01:30:00', TIMESTAMP '2026-11-01 02:00:00') AS t(t) ORDER BY t
SELECT t, with_timezone(t, 'Europe/Berlin'), to_unixtime(with_timezone(t, 'Europe/Berlin')) FROM (VALUES TIMESTAMP '2026-03-29 02:30:00', TIMESTAMP '2026-10-25 02:00:00', TIMESTAMP '2026-10-25 02:30:00', TIMESTAMP '2026-10-25 03:00:00') AS t(t) ORDER BY t
SELECT from_unixtime(1763632800, 'Asia/Tokyo'), from_unixtime(1763632800, 5, 30), from_unixtime(1.25e0, -5, -30), from_unixtime(1.25, '+01:00')
SELECT current_timezone(), timezone_hour(TIMESTAMP '2026-11-20 10:00:00 America/St_Johns'), timezone_minute(TIMESTAMP '2026-11-20 10:00:00 America/St_Johns'), EXTRACT(timezone_hour FROM TIMESTAMP '2026-11-20 10:00:00 +05:30')
SELECT timezone_hour(TIMESTAMP '2026-11-20 10:00:00')
-- What a zoned value shows
SELECT year(t), day(t), hour(t), minute(t), day_of_week(t), last_day_of_month(t), EXTRACT(hour FROM t), date_format(t, '%Y-%m-%d %H:%i') FROM (SELECT from_unixtime(1764514800, 'Asia/Tokyo')) AS x(t)
SELECT CAST(t AS date), CAST(t AS timestamp), CAST(t AS varchar), CAST(t AS timestamp(6) with time zone), CAST(t AS timestamp(0)), date(t) FROM (SELECT from_unixtime(1764514800.789e0, 'America/New_York')) AS x(t)
SELECT CAST(TIMESTAMP '2026-11-20 10:00:00' AS timestamp with time zone), CAST(DATE '2026-11-20' AS timestamp(6) with time zone), CAST(TIMESTAMP '2026-11-20 10:00:00.1235 Asia/Tokyo' AS timestamp(3) with time zone)
SELECT CAST('2026-11-20 America/New_York' AS timestamp with time zone), CAST('2026-11-20 10:00 +01:00' AS timestamp with time zone), CAST('2026-11-20 10:00:01.123456' AS timestamp(3) with time zone), CAST('2026-03-29 02:30:00 Europe/Berlin' AS timestamp(3) with time zone)
SELECT CAST(x AS timestamp(3) with time zone) FROM (VALUES '2026-11-20 10:00:00 UTC', '2026-11-20', '2026-11-20 10:00:01.1239 UTC') AS t(x)
SELECT CAST('2026-11-20T10:00:00Z' AS timestamp with time zone)
SELECT ROW(TIMESTAMP '2026-11-20 10:00:00 Asia/Tokyo'), ARRAY[TIMESTAMP '2026-11-20 10:00:00 Asia/Tokyo']
SELECT CAST(now() AT TIME ZONE 'Asia/Tokyo' AS date) >= current_date, date_trunc('day', current_timestamp AT TIME ZONE 'America/New_York') <= current_timestamp
-- Over daylight saving changes
SELECT date_trunc('day', TIMESTAMP '2026-03-08 12:30:00 America/New_York'), date_trunc('hour', TIMESTAMP '2026-03-29 03:30:00 Europe/Berlin'), date_trunc('week', TIMESTAMP '2026-03-29 03:30:00 Europe/Berlin'), date_trunc('hour', TIMESTAMP '2026-11-20 10:45:00 Asia/Kolkata')
SELECT date_trunc('day', TIMESTAMP '2018-11-04 12:00:00 America/Sao_Paulo'), date_trunc('day', from_unixtime(1518919200, 'America/Sao_Paulo')), date_trunc('day', from_unixtime(1518919199, 'America/Sao_Paulo'))
SELECT date_add('day', 1, TIMESTAMP '2026-03-07 02:30:00 America/New_York'), date_add('hour', 24, TIMESTAMP '2026-03-07 02:30:00 America/New_York'), date_add('month', 1, TIMESTAMP '2026-02-08 02:30:00 America/New_York')
SELECT u, t, to_unixtime(date_trunc('hour', t)), to_unixtime(date_trunc('day', t)), to_unixtime(date_add('day', 1, t)), to_unixtime(date_add('day', -1, t)), to_unixtime(date_add('month', 1, t)) FROM (SELECT u, from_unixtime(u, 'America/New_York') FROM UNNEST(sequence(1793430000, 1793610000, 5400)) AS s(u)) AS x(u, t) ORDER BY u
SELECT u, t, to_unixtime(date_trunc('hour', t)), to_unixtime(date_trunc('day', t)), to_unixtime(date_add('day', 1, t)), to_unixtime(date_add('day', -1, t)), to_unixtime(t - INTERVAL '1' MONTH) FROM (SELECT u, from_unixtime(u, 'Europe/Berlin') FROM UNNEST(sequence(1792800000, 1792980000, 5400)) AS s(u)) AS x(u, t) ORDER BY u
SELECT u, to_unixtime(date_trunc('hour', t)), to_unixtime(date_trunc('day', t)), to_unixtime(date_add('day', 1, t)) FROM (SELECT u, from_unixtime(u, 'Australia/Lord_Howe') FROM UNNEST(sequence(1775290000, 1775400000, 2700)) AS s(u)) AS x(u, t) ORDER BY u
SELECT date_diff('day', TIMESTAMP '2026-03-07 12:30:00 America/New_York', TIMESTAMP '2026-03-08 12:30:00 America/New_York'), date_diff('hour', TIMESTAMP '2026-03-07 12:30:00 America/New_York', TIMESTAMP '2026-03-08 12:30:00 America/New_York'), date_diff('day', TIMESTAMP '2026-03-07 12:30:00 America/New_York', TIMESTAMP '2026-03-08 12:30:00 UTC'), date_diff('month', TIMESTAMP '2026-01-31 12:30:00 America/New_York', TIMESTAMP '2026-02-28 12:30:00 America/New_York')
SELECT TIMESTAMP '2026-03-07 12:30:00 America/New_York' + INTERVAL '1' DAY, TIMESTAMP '2026-02-08 02:30:00 America/New_York' + INTERVAL '1' MONTH, TIMESTAMP '2026-11-20 10:00:00 UTC' - TIMESTAMP '2026-11-20 10:00:00 Asia/Tokyo'
-- Across zones
SELECT TIMESTAMP '2026-11-20 10:00:00 UTC' = TIMESTAMP '2026-11-20 05:00:00 America/New_York', TIMESTAMP '2026-11-20 10:00:00 UTC' < TIMESTAMP '2026-11-20 10:00:00 Asia/Tokyo', TIMESTAMP '2026-11-20 10:00:00' = TIMESTAMP '2026-11-20 05:00:00 America/New_York', DATE '2026-11-20' < TIMESTAMP '2026-11-20 10:00:00 America/New_York', TIMESTAMP '2026-11-20 10:00:00 America/New_York' BETWEEN TIMESTAMP '2026-11-20 10:00:00 UTC' AND TIMESTAMP '2026-11-21 10:00:00 UTC'
SELECT to_unixtime(t), t AT TIME ZONE 'Asia/Tokyo' FROM (SELECT TIMESTAMP '2026-11-20 10:00:00 UTC' AS t UNION ALL SELECT TIMESTAMP '2026-11-20 10:00:00 America/New_York') AS a
SELECT IF(true, TIMESTAMP '2026-03-07 12:30:00 America/New_York', NULL), coalesce(NULL, TIMESTAMP '2026-03-07 12:30:00 America/New_York')
SELECT t, count(*) FROM (VALUES TIMESTAMP '2026-03-07 12:30:00 America/New_York', TIMESTAMP '2026-03-07 17:30:00 America/New_York', TIMESTAMP '2026-03-07 12:30:00 America/New_York') AS t(t) GROUP BY t ORDER BY t
SELECT max(t), min(t), array_agg(t) FROM (VALUES TIMESTAMP '2026-03-07 12:30:00 America/New_York') AS t(t)
SELECT to_unixtime(t) FROM (VALUES TIMESTAMP '2026-11-20 10:00:00.123456 Asia/Tokyo', TIMESTAMP '2026-11-20 10:00:00.1235 Asia/Tokyo', TIMESTAMP '1969-11-20 10:00:00.999999 UTC') AS t(t)
-- As they are used
SELECT date_trunc('hour', a AT TIME ZONE 'America/New_York') AS h, count(*) FROM (VALUES TIMESTAMP '2026-11-20 10:20:00', TIMESTAMP '2026-11-20 10:40:00') AS t(a) GROUP BY 1 ORDER BY 1
SELECT date_trunc('hour', a AT TIME ZONE 'America/New_York') AS h, count(*) FROM (VALUES TIMESTAMP '2026-11-20 10:20:00', TIMESTAMP '2026-11-20 10:40:00') AS t(a) GROUP BY date_trunc('hour', a AT TIME ZONE 'America/New_York') ORDER BY h DESC
SELECT date(a AT TIME ZONE 'Asia/Tokyo') AS d, sum(x) FROM (VALUES (TIMESTAMP '2026-11-20 10:20:00', 1), (TIMESTAMP '2026-11-20 16:40:00', 2)) AS t(a, x) GROUP BY date(a AT TIME ZONE 'Asia/Tokyo') HAVING sum(x) > 0 ORDER BY d
SELECT a.t FROM (VALUES TIMESTAMP '2026-11-20 10:00:00 UTC') AS a(t) JOIN (VALUES TIMESTAMP '2026-11-20 05:00:00 America/New_York') AS b(t) ON a.t = b.t
SELECT date_format(date_parse('2026-11-20 10:05:06', '%Y-%m-%d %H:%i:%s') AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%i'), from_unixtime(to_unixtime(date_trunc('week', TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'Europe/Berlin')))
SELECT least(TIMESTAMP '2026-11-20 10:00:00 UTC', TIMESTAMP '2026-11-20 05:00:00 America/New_York') = TIMESTAMP '2026-11-20 10:00:00 UTC'
-- ISO 8601
SELECT to_iso8601(TIMESTAMP '2026-11-20 10:00:00 America/New_York'), to_iso8601(TIMESTAMP '2026-11-20 10:00:00.123 UTC'), to_iso8601(TIMESTAMP '2026-11-20 10:00:00.123456'), to_iso8601(DATE '2026-11-20'), to_iso8601(TIMESTAMP '2026-11-20 10:00:00 Europe/London')
SELECT from_iso8601_timestamp('2026-11-20T10:00:00'), from_iso8601_timestamp('2026-11-20T10:00:00Z'), from_iso8601_timestamp('2026-11-20T10:00:00.1234567+01:00'), from_iso8601_timestamp('2026-11-20'), from_iso8601_timestamp('2026-11-20T10:05-03')
SELECT from_iso8601_timestamp('2026-W47-5'), from_iso8601_timestamp('2026-324'), from_iso8601_timestamp('2026-11'), from_iso8601_timestamp('T10:00'), from_iso8601_timestamp('2026-11-20T10.5'), from_iso8601_timestamp('2026-11-20T1:2:3')
SELECT from_iso8601_timestamp(x) FROM (VALUES '2026-11-20T10:00:00', '2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00+00:00', NULL) AS t(x)
SELECT TRY(from_iso8601_timestamp(x)) FROM (VALUES 'nope', '2026-11-20') AS t(x)
SELECT from_iso8601_timestamp('2026-11-20 10:00:00')
SELECT from_iso8601_timestamp('20261120T100000')
SELECT from_iso8601_timestamp('2026-11-20T24:00:00')
SELECT from_iso8601_date('2026-11-20'), from_iso8601_date('2026-W47'), from_iso8601_date('2026-W47-5'), from_iso8601_date('2026-324'), from_iso8601_date('2026-1-2'), from_iso8601_date('2026-11')
SELECT from_iso8601_date('2026-11-20T10:00:00')
SELECT from_iso8601_date('2026-13-01')
SELECT CAST(ARRAY[TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin'] AS ARRAY(timestamp(6) with time zone)), CAST(ROW(TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin') AS ROW(x timestamp(0) with time zone)).x
SELECT ARRAY[TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin'] = ARRAY[TIMESTAMP '2026-01-01 08:00:00 Asia/Tokyo'], contains(ARRAY[TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin'], TIMESTAMP '2026-01-01 08:00:00 Asia/Tokyo')
SELECT transform(ARRAY[TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin', NULL], x -> x AT TIME ZONE 'Asia/Tokyo'), zip_with(ARRAY[TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin'], ARRAY[INTERVAL '1' DAY], (a, b) -> a + b)
SELECT reduce(ARRAY[1, 2], TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin', (s, x) -> s + x * INTERVAL '1' MONTH, s -> s)
SELECT array_agg(x), max(x), count(DISTINCT x), map_agg(x, x) FROM (VALUES TIMESTAMP '2026-01-01 00:00:00 Europe/Berlin') AS t(x)
SELECT sum(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES (TIMESTAMP '2026-03-29 00:00:00 Europe/Berlin', 1), (TIMESTAMP '2026-03-30 00:30:00 Europe/Berlin', 2), (TIMESTAMP '2026-03-30 00:00:00 Europe/Berlin', 4)) AS t(d, x)
-- Refused
SELECT t FROM (SELECT TIMESTAMP '2026-11-20 10:00:00 UTC' AS t UNION ALL SELECT TIMESTAMP '2026-11-20 10:00:00 America/New_York') AS a
SELECT hour(IF(true, TIMESTAMP '2026-03-07 12:30:00 America/New_York', TIMESTAMP '2026-03-07 12:30:00 UTC'))
SELECT TRY(from_iso8601_timestamp(x)) FROM (VALUES '2026-11-20T10:00:00+01:00') AS t(x)
SELECT t AT TIME ZONE 'America/New_York' FROM (VALUES TIMESTAMP '1969-07-01 00:00:00') AS t(t)
SELECT at_timezone(t, z) FROM (VALUES (TIMESTAMP '2026-11-20 10:00:00 UTC', 'Asia/Tokyo')) AS t(t, z)
SELECT TIMESTAMP '2026-11-20 10:00:00' AT TIME ZONE 'EST5EDT'
