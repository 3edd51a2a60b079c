-- Statements that the local Athena answers exactly as Trino does, or fails where Trino fails.
-- Integers
SELECT 7 / 2, -7 / 2, 7 / -2, 7 % 3, -7 % 3, mod(-7, 3), mod(7, -3)
SELECT a / b, a % b FROM (VALUES (7, 2), (-7, 2), (7, -2), (NULL, 2), (7, NULL)) AS t(a, b)
SELECT CAST(7 AS bigint) / 2, 5 - 2, 2 * 3, 1 + CAST(1 AS smallint), CAST(1 AS tinyint) + CAST(1 AS tinyint)
SELECT 1 / 0
SELECT a / b FROM (VALUES (1, 0)) AS t(a, b)
SELECT a % b FROM (VALUES (1, 0)) AS t(a, b)
SELECT TRY(a / b), a FROM (VALUES (1, 0), (6, 3)) AS t(a, b)
SELECT TRY(coalesce(a / b, 5)) FROM (VALUES (1, 0)) AS t(a, b)
SELECT 2147483647 + 1
SELECT 2147483647 + CAST(1 AS bigint), 2147483648, 9223372036854775807
SELECT CAST(9223372036854775807 AS bigint) + 1
SELECT -a, abs(-a), sign(-a) FROM (VALUES (5), (0)) AS t(a)
SELECT bitwise_and(12, 10), bitwise_or(12, 10), bitwise_xor(12, 10)
-- Decimals
SELECT 1.5 + 2.25, 1.5 - 2.25, 1.5 * 2.25, 7.0 / 2, 1.00 / 3, -1.00 / 3, 2.00 / 3
SELECT CAST(10 AS decimal(10,2)) / CAST(3 AS decimal(10,2)), CAST(10 AS decimal(10,2)) / 3
SELECT CAST(1 AS decimal(38,0)) / 3, CAST(2 AS decimal(38,0)) / 3, CAST(10 AS decimal(20,4)) / CAST(3 AS bigint)
SELECT a / b FROM (VALUES (CAST(5 AS decimal(10,2)), CAST(0 AS decimal(10,2)))) AS t(a, b)
SELECT a + b, a - b, a * b, a / b FROM (VALUES (CAST(12.34 AS decimal(10,2)), CAST(0.005 AS decimal(8,4)))) AS t(a, b)
SELECT CAST(99999999999999999999999999999999999999 AS decimal(38,0)) FROM (VALUES 1) AS t(a)
SELECT CAST(1.25 AS decimal(2,1)), CAST(-1.25 AS decimal(2,1)), CAST(1.5 AS bigint), CAST(2.5 AS bigint), CAST(-2.5 AS integer)
SELECT CAST(123.45 AS varchar), CAST(-0.05 AS varchar), CAST(CAST(5 AS decimal(10,3)) AS varchar)
SELECT CAST(1.1 AS double), CAST(CAST(12345678901234567890.123456789 AS decimal(38,9)) AS double)
SELECT CAST(123.4 AS decimal(3,1)), CAST(12.34 AS decimal(10,4))
SELECT CAST(1000 AS decimal(3,1))
SELECT sum(x), avg(x), min(x), max(x), count(x) FROM (VALUES CAST(1.25 AS decimal(10,2)), CAST(2.50 AS decimal(10,2)), NULL) AS t(x)
SELECT avg(x) FROM (VALUES CAST(1.00 AS decimal(10,2)), CAST(1.01 AS decimal(10,2)), CAST(1.02 AS decimal(10,2)), CAST(1.00 AS decimal(10,2))) AS t(x)
SELECT avg(x) FROM (VALUES CAST(-0.01 AS decimal(10,2)), CAST(0.00 AS decimal(10,2))) AS t(x)
SELECT floor(1.5), ceil(1.5), ceiling(-1.5), floor(-1.5), ceil(CAST(99.9 AS decimal(3,1))), abs(-1.5)
SELECT 1.5 = 1.50, 1.5 < 2, 1.5 > 1e0, CAST(1 AS bigint) = 1.0
-- Doubles
SELECT 1e0 / 0e0, -1e0 / 0e0, 0e0 / 0e0, 7e0 / 2, 7 / 2e0, 1e0 + 1, 1.5 + 1e0
SELECT a = a, a <> a, a < 1e0, a > 1e0, a >= a, 1e0 < a, is_nan(a), a IS NULL FROM (VALUES nan(), 1e0, NULL) AS t(a)
SELECT CAST(2.5e0 AS bigint), CAST(-2.5e0 AS bigint), CAST(3.5e0 AS integer), CAST(0.49999999999999994e0 AS bigint), CAST(-0.5e0 AS integer)
SELECT CAST(1e20 AS bigint)
SELECT CAST(1.005e0 AS decimal(10,2)), CAST(2.675e0 AS decimal(10,2)), CAST(0.125e0 AS decimal(10,2)), CAST(1e0 / 3 AS decimal(20,18)), CAST(1e22 AS decimal(38,0)), CAST(123456789.123456789e0 AS decimal(38,15)), CAST(-0.005e0 AS decimal(3,2)), CAST(1e-9 AS decimal(5,2))
SELECT CAST(1e5 AS decimal(5,2))
SELECT CAST(nan() AS decimal(5,2))
SELECT CAST(nan() AS bigint)
SELECT round(2.5e0), round(-2.5e0), round(1.005e0, 2), round(2.675e0, 2), round(-1.255e0, 2), round(1e15, 2), round(0.49999999999999994e0)
SELECT floor(-1.5e0), ceil(-1.5e0), truncate(-1.5e0), truncate(1.9e0), abs(-1.5e0), sqrt(2e0), sqrt(-1e0), sqrt(16)
SELECT is_finite(1e0), is_infinite(infinity()), is_finite(nan()), is_nan(infinity())
SELECT 10e0 % 3e0, -10e0 % 3e0, 1e0 % 0e0
SELECT CAST(1 AS double), CAST(1 AS real), CAST(1.5e0 AS real), CAST(CAST(1.1e0 AS real) AS double), CAST(0.1e0 AS real)
SELECT 1e7, 1e-3, 9999999e0, 1.0e-4, 123456789e0, 0e0, 1e100, 5e-324, 1.7976931348623157e308
SELECT CAST(1.5e0 AS real) + 1, CAST(1 AS real) / 3, CAST(1 AS bigint) * 2e0
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES 1.5e0, 2.5e0, NULL) AS t(x)
SELECT sum(x), avg(x) FROM (VALUES CAST(1.5e0 AS real), CAST(2.5e0 AS real)) AS t(x)
SELECT DISTINCT x FROM (VALUES nan(), nan()) AS t(x)
-- Text
SELECT 'a' || 'b', concat('a', 'b', 'c'), 'it''s'
SELECT length('héllo'), length(''), length('日本語'), lower('ÀB'), upper('straße'), length('👍🏽')
SELECT substr('hello', 2), substr('hello', 2, 3), substr('hello', -3), substr('hello', -3, 2), substr('hello', 0), substr('hello', -9), substr('hello', 9), substr('hello', 2, 0), substr('hello', 2, -1), substring('hello', 1, 99), substr('hello', -9, 6), substr('hello', 6)
SELECT substr(s, n) FROM (VALUES ('hello', 2), ('hello', NULL), (NULL, 1), ('日本語', -2)) AS t(s, n)
SELECT lpad('abcd', 2, 'x'), lpad('a', 4, 'xy'), rpad('a', 4, 'xy'), lpad('', 2, '0'), lpad('abc', 0, 'x'), rpad('abcd', 2, 'x'), lpad('é', 3, 'ü'), lpad(NULL, 3, 'x')
SELECT lpad('abc', -1, 'x')
SELECT trim('  a b '), ltrim('  a '), rtrim(' a  ')
SELECT trim(x) || '.' FROM (VALUES '  a ', ' a　') AS t(x)
SELECT replace('banana', 'an', 'x'), replace('banana', 'an'), replace('a', 'b', 'c'), split('a,b,,c', ','), split('', ',')
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 4), split_part('abc', ',', 1), split_part('', ',', 1)
SELECT strpos('hello', 'l'), strpos('hello', 'z'), strpos('日本語', '語'), position('lo' IN 'hello'), starts_with('hello', 'he'), starts_with('hello', 'x')
SELECT to_hex(md5(to_utf8('abc'))), to_hex(sha256(to_utf8('abc'))), to_utf8('é'), length(to_utf8('é'))
SELECT x LIKE 'a%', x LIKE '_b%', x LIKE 'a\%', x LIKE 'a!%' ESCAPE '!', x NOT LIKE 'a%' FROM (VALUES 'abc', 'a%', 'a\', NULL) AS t(x)
SELECT 'a' < 'B', 'a' < 'é', 'Z' < 'a', '10' < '9', 'a' = 'a ', '202611201005' > '202611201000'
SELECT CAST(12 AS varchar), CAST(true AS varchar), CAST(DATE '2026-01-02' AS varchar), CAST('abc' AS varchar(2)), CAST(CAST(12 AS bigint) AS varchar)
SELECT CAST('12' AS bigint), CAST('-5' AS integer), CAST('+5' AS integer), CAST('007' AS integer), CAST('1.50' AS decimal(4,1)), CAST('1.5' AS double), CAST('1e3' AS double)
SELECT CAST(' 12 ' AS bigint), CAST(' 1.5 ' AS double), CAST('1d' AS double), CAST('NaN' AS double), CAST('-Infinity' AS double), CAST('.5' AS double), CAST('5.' AS double)
SELECT TRY_CAST('1 2' AS bigint), TRY_CAST('0x10' AS bigint), TRY_CAST('inf' AS double), TRY_CAST('nan' AS double), TRY_CAST(' 1.5 ' AS decimal(3,1)), TRY_CAST('1e2' AS decimal(5,1)), TRY_CAST(' true' AS boolean), TRY_CAST('2026-11-20 10' AS timestamp), TRY_CAST('2026-11-20T10:00:00' AS timestamp), TRY_CAST(' 2026-11-20 ' AS date)
SELECT CAST('' AS bigint)
SELECT CAST('1.5' AS bigint)
SELECT CAST('1_000' AS bigint)
SELECT CAST('abc' AS double)
SELECT TRY_CAST('abc' AS bigint), TRY_CAST('12' AS bigint), TRY_CAST('2026-02-30' AS date), TRY_CAST('x' AS boolean), TRY_CAST('' AS double)
SELECT CAST('true' AS boolean), CAST('F' AS boolean), CAST('1' AS boolean), CAST('0' AS boolean), CAST(true AS bigint), CAST(0 AS boolean), CAST(5 AS boolean)
SELECT CAST('99999999999' AS integer)
SELECT CAST(300 AS tinyint)
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
-- Conditions
SELECT CASE WHEN x > 1 THEN 'big' ELSE 'small' END, CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, if(x > 1, 10), if(x > 1, 10, 2.5), nullif(x, 1), coalesce(NULL, x, 5) FROM (VALUES 1, 2, NULL) AS t(x)
SELECT coalesce(NULL, 1, 2.5), coalesce(1, 2e0), nullif(1, 1.0), nullif('a', 'b')
SELECT greatest(1, 2, 3), least(1, 2.5), greatest(1, NULL), least('b', 'a'), greatest(DATE '2026-01-01', DATE '2026-02-01')
SELECT x IN (1, 2), x NOT IN (1, 2), x IN (1, NULL), x BETWEEN 1 AND 2, x NOT BETWEEN 1 AND 2 FROM (VALUES 1, 3, NULL) AS t(x)
SELECT x IS NULL, x IS NOT NULL, x IS DISTINCT FROM 1, x IS NOT DISTINCT FROM NULL, NOT x = 1, x = 1 OR x IS NULL, x = 1 AND x > 0 FROM (VALUES 1, NULL) AS t(x)
SELECT TRUE AND NULL, FALSE AND NULL, TRUE OR NULL, NOT NULL
SELECT typeof(1), typeof(1.5), typeof('a' || 'b'), typeof(NULL), typeof(1e0), typeof(DATE '2026-01-01')
SELECT 1 = 'a'
SELECT 'a' + 1
SELECT 1 WHERE 'a'
SELECT CASE WHEN true THEN 1 ELSE 'a' END
SELECT length(5)
-- Grouping and aggregates
SELECT k, count(*), count(v), sum(v), avg(v), min(v), max(v), count(DISTINCT v) FROM (VALUES ('a', 1), ('a', 2), ('b', NULL), ('a', 2)) AS t(k, v) GROUP BY k ORDER BY k
SELECT count(*), sum(v), avg(v), min(v), array_agg(v) FROM (VALUES 1) AS t(v) WHERE v > 5
SELECT sum(v) FROM (VALUES CAST(9223372036854775807 AS bigint), CAST(1 AS bigint)) AS t(v)
SELECT count_if(v > 1), bool_and(v > 0), bool_or(v > 2), every(v > 1), sum(v) FILTER (WHERE v > 1), count(*) FILTER (WHERE v = 2) FROM (VALUES 1, 2, 3) AS t(v)
SELECT max_by(k, v), min_by(k, v), array_agg(k ORDER BY v DESC) FROM (VALUES ('a', 3), (NULL, 4), ('c', 1), ('d', NULL)) AS t(k, v)
SELECT k + 1, sum(v) FROM (VALUES (1, 10), (1, 20), (2, 5)) AS t(k, v) GROUP BY k + 1 HAVING sum(v) > 5 ORDER BY 1
SELECT k, sum(v) AS total FROM (VALUES (1, 10), (1, 20), (2, 5)) AS t(k, v) GROUP BY 1 ORDER BY total DESC
SELECT k, v, sum(x) FROM (VALUES ('a', 'p', 1), ('a', 'q', 2), ('b', 'p', 4)) AS t(k, v, x) GROUP BY ROLLUP (k, v) ORDER BY k, v
SELECT k, v, sum(x) FROM (VALUES ('a', 'p', 1), ('a', 'q', 2), ('b', 'p', 4)) AS t(k, v, x) GROUP BY GROUPING SETS ((k), (v), ()) ORDER BY k, v
SELECT k, v FROM (VALUES (1, 2)) AS t(k, v) GROUP BY k
SELECT sum(sum(v)) FROM (VALUES 1) AS t(v)
SELECT DISTINCT k FROM (VALUES 1, 1, NULL, NULL, 2) AS t(k) ORDER BY k
SELECT x FROM (VALUES 3, 1, NULL, 2) AS t(x) ORDER BY x
SELECT x FROM (VALUES 3, 1, NULL, 2) AS t(x) ORDER BY x DESC
SELECT x FROM (VALUES 3, 1, NULL, 2) AS t(x) ORDER BY x DESC NULLS FIRST LIMIT 2
SELECT x FROM (VALUES 3, 1, 2) AS t(x) ORDER BY -x OFFSET 1 LIMIT 1
SELECT x AS y, -x AS x FROM (VALUES 3, 1, 2) AS t(x) ORDER BY x
SELECT x AS y FROM (VALUES 3, 1, 2) AS t(x) ORDER BY y + 1 DESC
SELECT t.x FROM (VALUES 3, 1, 2) AS t(x) ORDER BY t.x FETCH FIRST 2 ROWS ONLY
-- Windows
SELECT x, row_number() OVER (ORDER BY x), rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), count(*) OVER (), sum(x) OVER (ORDER BY x), avg(x) OVER (), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 1, 2, 2, 5) AS t(x) ORDER BY 1, 2
SELECT k, x, row_number() OVER (PARTITION BY k ORDER BY x DESC), lag(x) OVER (PARTITION BY k ORDER BY x), lead(x, 1, 0) OVER (PARTITION BY k ORDER BY x), first_value(x) OVER (PARTITION BY k ORDER BY x), last_value(x) OVER (PARTITION BY k ORDER BY x) FROM (VALUES ('a', 1), ('a', 2), ('b', 7)) AS t(k, x) ORDER BY 1, 2
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), max(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES 1, 2, 4, 8) AS t(x) ORDER BY 1
SELECT k, sum(v), rank() OVER (ORDER BY sum(v) DESC) FROM (VALUES ('a', 1), ('a', 2), ('b', 7)) AS t(k, v) GROUP BY k ORDER BY k
SELECT x, count(*) OVER w FROM (VALUES 1, 2) AS t(x) WINDOW w AS (PARTITION BY x % 2) ORDER BY x
SELECT row_number() FROM (VALUES 1) AS t(x)
-- Joins and sets
SELECT a.x, b.y FROM (VALUES 1, 2, NULL) AS a(x) LEFT JOIN (VALUES (2, 'p'), (3, 'q')) AS b(x, y) ON a.x = b.x ORDER BY 1
SELECT a.x, b.x FROM (VALUES 1, 2) AS a(x) FULL JOIN (VALUES 2, 3) AS b(x) ON a.x = b.x ORDER BY 1, 2
SELECT x, p, q FROM (VALUES (1, 'a'), (2, 'b')) AS l(x, p) FULL JOIN (VALUES (2, 'c'), (3, 'd')) AS r(x, q) USING (x) ORDER BY x
SELECT * FROM (VALUES (1, 'a')) AS l(x, p) JOIN (VALUES (1, 'c')) AS r(x, q) USING (x)
SELECT b.id FROM (SELECT id, us FROM (VALUES (1, 10)) AS e(id, us)) AS published RIGHT JOIN (VALUES (1, 10), (2, 20)) AS b(id, us) ON published.id = b.id AND published.us = b.us WHERE published.id IS NULL
SELECT x, i FROM (VALUES 1, 2) AS t(x) CROSS JOIN UNNEST(sequence(0, x)) AS u(i) ORDER BY 1, 2
SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a']) WITH ORDINALITY AS t(n, s, o)
SELECT k, v FROM UNNEST(map(ARRAY['a'], ARRAY[1])) AS t(k, v)
SELECT 1 UNION SELECT 1 UNION ALL SELECT 2.5
SELECT x FROM (VALUES 1, 2, 2) AS t(x) EXCEPT SELECT 1
SELECT x FROM (VALUES 1, 2, 2) AS t(x) INTERSECT SELECT 2
SELECT x FROM (VALUES 1) AS t(x) UNION ALL SELECT 'a'
(SELECT 3 AS x UNION ALL SELECT 1) ORDER BY x LIMIT 1
SELECT a FROM (VALUES 1, 2, 3) AS t(a) WHERE a IN (SELECT 2 UNION ALL SELECT 3) AND EXISTS (SELECT 1 FROM (VALUES 3) AS u(b) WHERE u.b = t.a)
SELECT (SELECT max(b) FROM (VALUES 1, 5) AS u(b) WHERE b > a) FROM (VALUES 1, 7) AS t(a) ORDER BY 1
SELECT (SELECT b FROM (VALUES 1, 5) AS u(b))
SELECT a FROM (VALUES 1, 2) AS t(a) WHERE a NOT IN (SELECT b FROM (VALUES 2, NULL) AS u(b))
WITH a AS (SELECT 1 AS x), b(y) AS (SELECT x + 1 FROM a) SELECT x, y FROM a, b
WITH t AS (SELECT 1 AS x) SELECT * FROM (WITH t AS (SELECT 2 AS x) SELECT * FROM t)
SELECT count(*) FROM (SELECT sum(x) FROM (VALUES 1, 2) AS t(x))
SELECT 1 FROM (VALUES 1, 2) AS t(x) GROUP BY ()
SELECT "Date", "desc" FROM (VALUES (1, 2)) AS t("date", "DESC")
SELECT T.X AS "MixedCase", X, "X", x AS Foo, MAX(x) OVER () FROM (VALUES 1) AS t(x)
SELECT * FROM (SELECT Y AS Foo, y FROM (VALUES 1) AS t(Y)) AS u
SELECT * FROM (SELECT 1 AS A UNION ALL SELECT 2 AS B) AS u(C) ORDER BY c
WITH t(Aa) AS (SELECT 1) SELECT t.*, aa + 1 FROM t
SELECT x FROM (VALUES 1) AS t(x), (VALUES 2) AS u(x)
SELECT nope FROM (VALUES 1) AS t(x)
TABLE nowhere
-- Arrays, maps, rows
SELECT ARRAY[1, 2, NULL], ARRAY[1, 2.5], cardinality(ARRAY[1, 2]), contains(ARRAY[1, 2], 2), contains(ARRAY[1, NULL], 2), contains(ARRAY[1], 2), element_at(ARRAY[1, 2], 5), element_at(ARRAY[1, 2], -1), ARRAY[7, 8][2]
SELECT ARRAY[1][2]
SELECT a[0] FROM (VALUES ARRAY[1]) AS t(a)
SELECT sequence(1, 5), sequence(5, 1), sequence(1, 10, 3), sequence(3, 3)
SELECT sequence(1, 20000)
SELECT sequence(1, 5, -1)
SELECT map(ARRAY['a', 'b'], ARRAY[1, 2])['a'], element_at(map(ARRAY['a'], ARRAY[1]), 'z'), cardinality(map(ARRAY['a'], ARRAY[1])), map_keys(map(ARRAY['a'], ARRAY[1])), map_values(map(ARRAY['a'], ARRAY[1]))
SELECT map(ARRAY['a'], ARRAY[1])['z']
SELECT ROW(1, 'a'), ROW(1, NULL)
SELECT typeof(x), y FROM (VALUES ROW(ARRAY[1], 2)) AS t(x, y)
-- Odd ones
SELECT min(x), max(x) FROM (VALUES nan(), 1e0, 2e0) AS t(x)
SELECT min(x), max(x) FROM (VALUES nan(), NULL) AS t(x)
SELECT max(x) OVER (ORDER BY y) FROM (VALUES (nan(), 1), (1e0, 2)) AS t(x, y) ORDER BY 1
SELECT x FROM (VALUES nan(), 1e0, infinity(), NULL, -infinity()) AS t(x) ORDER BY x
SELECT x, count(*) FROM (VALUES nan(), nan(), 1e0) AS t(x) GROUP BY x ORDER BY x
SELECT a.x FROM (VALUES nan(), 1e0) AS a(x) JOIN (VALUES nan(), 1e0) AS b(x) ON a.x = b.x
SELECT a.x FROM (VALUES nan(), 1e0) AS a(x) JOIN (VALUES nan(), 1e0) AS b(x) USING (x)
SELECT x IS DISTINCT FROM nan(), x IN (nan(), 1e0), x BETWEEN 0e0 AND 5e0, nullif(x, nan()) FROM (VALUES nan(), 1e0, NULL) AS t(x)
SELECT sum(x) FROM (VALUES 1e308, 1e308) AS t(x)
SELECT x LIKE 'a%b', x LIKE 'a_b', x LIKE '%', x LIKE '' FROM (VALUES 'a' || to_hex(to_utf8('')) || 'b', '', 'axb') AS t(x)
SELECT length('é'), substr('éx', 2), lpad('é', 3, 'x'), upper('é'), CAST('éx' AS varchar(1)), split_part('éxa', 'x', 1), strpos('éx', 'x')
SELECT sum(x) OVER (ORDER BY y RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), sum(x) OVER (ORDER BY y GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM (VALUES (1, 1), (2, 1), (4, 2)) AS t(x, y) ORDER BY 1, 2
SELECT lag(x, 1, 0) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES 1, 2) AS t(x) ORDER BY 1
SELECT array_agg(DISTINCT x), count(DISTINCT x), sum(DISTINCT x), avg(DISTINCT x) FROM (VALUES 2, 2) AS t(x)
SELECT avg(DISTINCT x), avg(x) FROM (VALUES 1.00, 1.00, 2.01) AS t(x)
SELECT avg(x) OVER () FROM (VALUES 1.00, 1.01) AS t(x)
SELECT avg(x) FROM (VALUES CAST(9007199254740993 AS bigint), CAST(9007199254740993 AS bigint), CAST(2 AS bigint)) AS t(x)
SELECT count(*), x FROM (VALUES 1, 2) AS t(x) GROUP BY 2 HAVING count(*) > 0 ORDER BY count(*), x DESC
SELECT DISTINCT x % 2 AS y FROM (VALUES 1, 2, 3) AS t(x) ORDER BY y
SELECT DISTINCT x FROM (VALUES (1, 2)) AS t(x, y) ORDER BY y
SELECT a FROM (VALUES 1, 2) AS t(a) WHERE a > 1 HAVING true
SELECT max(a) FROM (VALUES 1, 2) AS t(a) WHERE max(a) > 1
SELECT row_number() OVER (ORDER BY a) AS n FROM (VALUES 1, 2) AS t(a) WHERE row_number() OVER (ORDER BY a) = 1
SELECT 5 AS x UNION ALL SELECT 4 ORDER BY x
SELECT 1 AS x INTERSECT SELECT 1 UNION ALL SELECT 3
SELECT 3 EXCEPT SELECT 1 INTERSECT SELECT 3
SELECT 1 + 2 * 3 - 4 / 2 % 3, -2 * -3, NOT true OR true, 'a' || 'b' = 'ab'
SELECT - x, -(-x) FROM (VALUES 5) AS t(x)
SELECT NULL + 1, NULL = 1, NULL IN (1), 1.5 + NULL
SELECT NULL, typeof(NULL), CAST(NULL AS varchar), coalesce(NULL, NULL)
SELECT CAST(9.999 AS decimal(3,2)), CAST(0.5 AS integer), CAST(-0.5 AS integer), CAST(1.5 AS tinyint), CAST(99999999999.5 AS integer)
SELECT CAST(0.1 AS real), CAST(1e40 AS real), CAST(16777217 AS real), CAST(0.1 AS double) + 0.2e0, CAST(0.1 AS real) = 0.1e0
SELECT CAST(1 AS real) / 3 * 3, CAST(0.1 AS real) + CAST(0.2 AS real), CAST(3.4e38 AS real) * 10
SELECT 0.1 + 0.2, 0.1 * 0.2, 1.0 / 3.0, 2 / 3.0, 10 % 3, 1.00 * 1.00
SELECT 12345678901234567890.5 * 10.5, 99999999999999999999.99 + 0.01
SELECT CAST(99999999999999999999999999999999999999 AS varchar)
SELECT CAST(1 AS decimal(38,0)) * CAST(10 AS decimal(38,0)), CAST(5 AS decimal(38,10)) / CAST(3 AS decimal(10,2))
SELECT date_trunc('hour', from_unixtime(1763632801)), date_add('day', 1, from_unixtime(0)), from_unixtime(0) < from_unixtime(1), from_unixtime(0) = TIMESTAMP '1970-01-01 00:00:00'
SELECT year(from_unixtime(1763632801)), date_diff('second', from_unixtime(0), from_unixtime(100)), date_format(from_unixtime(0), '%Y')
SELECT date_diff('day', DATE '2026-11-20', TIMESTAMP '2026-11-21 01:00:00'), date_diff('hour', TIMESTAMP '2026-11-20 10:00:00.999', TIMESTAMP '2026-11-20 11:00:00.998'), date_diff('second', TIMESTAMP '1969-12-31 23:59:59.500', TIMESTAMP '1970-01-01 00:00:00.400')
SELECT t + INTERVAL '1' MONTH, t - INTERVAL '1' DAY, t + INTERVAL '1.5' SECOND FROM (VALUES TIMESTAMP '2026-01-31 10:00:00.000') AS t(t)
SELECT a.x, b.x, c.x FROM (VALUES 1) AS a(x) LEFT JOIN (VALUES 2) AS b(x) ON a.x = b.x RIGHT JOIN (VALUES 1, 2) AS c(x) ON c.x = a.x ORDER BY 3
SELECT count(*) FROM (VALUES 1, 2) AS a(x) LEFT JOIN UNNEST(sequence(1, x)) AS u(i) ON true
SELECT i FROM UNNEST(sequence(3, 1)) AS t(i) LIMIT 0
SELECT x FROM (SELECT 1 AS x LIMIT 1) UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1)
SELECT sum(n) FROM (SELECT count(*) AS n FROM (VALUES 1, 2) AS t(x) GROUP BY x UNION ALL SELECT 5)
SELECT if(x > 1, 1 / (x - 2), 0) FROM (VALUES 1) AS t(x)
SELECT CASE WHEN x = 0 THEN 0 ELSE 10 / x END FROM (VALUES 0, 5) AS t(x) ORDER BY 1
SELECT coalesce(x, 1 / 0) FROM (VALUES 5) AS t(x)
SELECT x FROM (VALUES 0, 5) AS t(x) WHERE x <> 0 AND 10 / x = 2
