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
