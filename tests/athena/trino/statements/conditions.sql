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
SELECT x, CASE WHEN x IS NULL THEN 'none' WHEN x < 10 THEN 'few' ELSE 'many' END AS size FROM (VALUES 1, 50, NULL) AS t(x) ORDER BY x
SELECT CASE WHEN x > 1 THEN 1 WHEN x > 0 THEN 2.5 ELSE 3e0 END FROM (VALUES 1, 2) AS t(x)
SELECT CASE x WHEN 1 THEN 'one' WHEN 2 THEN NULL ELSE 'other' END FROM (VALUES 1, 2, NULL) AS t(x)
SELECT CASE x WHEN NULL THEN 'null' ELSE 'other' END FROM (VALUES 1, NULL) AS t(x)
SELECT CASE WHEN NULL THEN 1 ELSE 2 END, CASE WHEN false THEN 1 END
SELECT CASE WHEN x = 0 THEN 0 ELSE 10 / x END FROM (VALUES 0, 5) AS t(x)
SELECT if(x = 0, 0, 10 / x) FROM (VALUES 0, 5) AS t(x)
SELECT coalesce(x, 10 / y) FROM (VALUES (1, 0), (NULL, 5)) AS t(x, y)
SELECT x <> 0 AND 10 / x > 1 FROM (VALUES 0, 5) AS t(x)
SELECT x FROM (VALUES 0, 5) AS t(x) WHERE x <> 0 AND 10 / x > 1
SELECT coalesce(a, b, 'none'), nullif(a, 'x'), coalesce(nullif(a, ''), b) FROM (VALUES ('x', 'y'), ('', 'z'), (NULL, NULL)) AS t(a, b)
SELECT nullif(1.0, 1), nullif(1, 1e0), nullif(NULL, 1), nullif(1, NULL)
SELECT nullif(nan(), nan())
SELECT greatest(1e0, nan(), 2e0), least(nan(), nan()), greatest(1, 2.5, 3e0), least(REAL '1.5', 2)
SELECT greatest('a', 'B', 'b'), least(true, false), greatest(TIMESTAMP '2026-01-01 00:00:00', DATE '2026-02-01')
SELECT 'b' BETWEEN 'a' AND 'c', 'B' BETWEEN 'a' AND 'c', '' < 'a', 'a' < 'ä', 'Z' < 'a', 'a' = 'a ', 'abc' > 'ab'
SELECT DATE '2026-01-02' BETWEEN DATE '2026-01-01' AND TIMESTAMP '2026-01-02 00:00:00', TIMESTAMP '2026-01-01 00:00:00' = DATE '2026-01-01'
SELECT x NOT BETWEEN 1 AND 2, x BETWEEN NULL AND 2, x BETWEEN 2 AND 1 FROM (VALUES 0, 1, 5, NULL) AS t(x)
SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL, nan() IS DISTINCT FROM nan(), 'a' IS DISTINCT FROM 'A'
SELECT x AND y, x OR y, NOT x, x = y, x <> y FROM (VALUES (true, true), (true, false), (false, NULL), (NULL, true), (NULL, NULL)) AS t(x, y)
SELECT NULL = NULL, NULL + 1, NULL IS NULL, NULL <> 1, NULL AND false, NULL OR true
SELECT true > false, true = NOT false, false < NULL
SELECT try(1 / 0), try(CAST('a' AS integer)), coalesce(try(1 / 0), -1), try(CAST('5' AS integer))
SELECT try(x / y) FROM (VALUES (1, 0), (4, 2)) AS t(x, y)
SELECT x IN (1, 2.0, 3e0), x IN (1), x NOT IN (2, NULL) FROM (VALUES 1, 2, 9) AS t(x)
SELECT 'a' IN ('a', 'b'), DATE '2026-01-01' IN (DATE '2026-01-01', TIMESTAMP '2026-01-02 00:00:00'), nan() IN (nan(), 1e0)
SELECT NOT x IS NULL, NOT x = 1, NOT x IN (1), NOT x BETWEEN 1 AND 2 FROM (VALUES 1, 3) AS t(x)
SELECT true OR false AND false, NOT true OR true, (true OR false) AND false, 1 < 2 = true
SELECT 'a' LIKE 'a%', 'a%' LIKE 'a!%' ESCAPE '!', 'ab' LIKE '_b', 'a' NOT LIKE 'b', NULL LIKE 'a', 'a' LIKE NULL
SELECT typeof(CASE WHEN true THEN 1 ELSE 2.5 END), typeof(if(true, 'a', 'bcd')), typeof(coalesce(1, CAST(2 AS bigint))), typeof(greatest(1, 2.5)), typeof(nullif(1, 2e0))
SELECT if(x > 1, x), if(x > 1, 'big', NULL), if(NULL, 1, 2) FROM (VALUES 1, 2) AS t(x)
SELECT IF(true, 1, 'a')
SELECT CASE WHEN true THEN 1 WHEN false THEN 'a' END
SELECT 1 IN (1, 'a')
SELECT 1 = true
SELECT 1 BETWEEN 0 AND 'a'
SELECT DATE '2026-01-01' = '2026-01-01'
SELECT DATE '2026-01-01' > 1
SELECT coalesce(1, DATE '2026-01-01')
SELECT NOT 'a'
SELECT 1 OR 2
SELECT (x) AS y, ((t.x)) FROM (VALUES 3) AS t(x)
SELECT x = 0 OR 10 / x > 1, x <> 0 AND 10 / x > 1 FROM (VALUES 0, 5, NULL) AS t(x)
SELECT x FROM (VALUES 0, 5, NULL) AS t(x) WHERE (x = 0 OR 10 / x > 1) AND x >= 0
SELECT x FROM (VALUES '1', 'a') AS t(x) WHERE x <> 'a' AND CAST(x AS integer) > 0
SELECT x FROM (VALUES '1', 'a') AS t(x) WHERE length(x) < 5 AND lower(upper(x)) <> 'a' AND CAST(x AS integer) > 0
SELECT CASE WHEN x <> 'a' AND CAST(x AS integer) > 0 THEN 'yes' END FROM (VALUES '1', 'a') AS t(x)
SELECT count(*) FILTER (WHERE x <> 'a' AND CAST(x AS integer) > 0) FROM (VALUES '1', 'a') AS t(x)
SELECT sum(x / y) FILTER (WHERE y <> 0) FROM (VALUES (1, 0), (4, 2)) AS t(x, y)
SELECT sum(CAST(x AS integer)) FILTER (WHERE x <> 'a') FROM (VALUES '1', 'a') AS t(x)
SELECT sum(CASE WHEN y <> 0 THEN x / y END) FROM (VALUES (1, 0), (4, 2)) AS t(x, y)
SELECT "" FROM (VALUES 1) AS t(x)
SELECT a FROM (VALUES 1, 2) AS t(a) JOIN (VALUES 0, 2) AS u(b) ON b <> 0 AND a / b = 1
SELECT (SELECT 1 / x WHERE x <> 0) FROM (VALUES 0, 1) AS t(x)
SELECT y FROM (SELECT 1 / x AS y, x FROM (VALUES 0, 1) AS t(x)) WHERE x = 1
SELECT coalesce(x, 1 / 0) FROM (VALUES 1) AS t(x)
SELECT count(1 / 0)
SELECT count(*) FROM (SELECT 1 / x FROM (VALUES 0, 1) AS t(x))
SELECT x IN (1, 10 / x) FROM (VALUES 1, 0) AS t(x)
SELECT x BETWEEN 10 / x AND 5 FROM (VALUES 1, 0) AS t(x)
SELECT greatest(1, 10 / x) FROM (VALUES 1, 0) AS t(x)
-- Refused
SELECT greatest(0e0, -0e0), least(x, -0e0) FROM (VALUES 0e0) AS t(x)
