-- Made, named, read
SELECT ROW(1), ROW(a, b), (a, b), ROW(a, NULL), ROW(ROW(a), ARRAY[b]), ROW(a, b) IS NULL FROM (VALUES (1, 'x'), (NULL, 'y')) AS t(a, b)
SELECT CAST(ROW(1, 'a') AS ROW(x bigint, y varchar)), CAST(ROW(1, 'a') AS ROW(x bigint, Y varchar)).y, CAST(ROW(1, ROW(2, ARRAY[3])) AS ROW(a varchar, b ROW(c double, d array(varchar)))), CAST(NULL AS ROW(x bigint)), CAST(ROW(NULL) AS ROW(x date)), CAST(ROW(1, 2) AS ROW(bigint, varchar))
SELECT r, r.x, r.Y, r = ROW(1, 'a'), CAST(r AS ROW(p varchar, q varchar)), r[1], r[2] FROM (SELECT CAST(ROW(a, b) AS ROW(x integer, y varchar)) AS r FROM (VALUES (1, 'a'), (2, NULL)) AS t(a, b)) AS q
SELECT r.b.c, r.A, t.r.a, t.r.b.c FROM (SELECT CAST(ROW(1, ROW(2)) AS ROW(a integer, b ROW(c integer))) AS r) AS t
SELECT CAST(CAST(ROW(1, 2) AS ROW(a integer, b integer)) AS ROW(b integer, a integer)).a, CAST(ROW(ARRAY[1,2]) AS ROW(v array(integer))).v[1], ROW(1, 'a')[2]
SELECT typeof(ROW(1, 'a')), typeof(CAST(ROW(1) AS ROW("X y" integer))), typeof(CAST(ROW(1) AS ROW(Z integer)))
SELECT CAST(ROW('2026-01-01', '1.5') AS ROW(d date, n decimal(3,1))), TRY_CAST(ROW('x') AS ROW(n integer)), CAST(ARRAY[ROW(1, 'a'), NULL] AS array(ROW(x bigint, y varchar)))
SELECT CAST(ROW('x') AS ROW(n integer))
SELECT CAST(ROW(1, 2) AS ROW(a bigint))
SELECT CAST(ROW(1) AS bigint)
SELECT ROW(1, 2)[3]
SELECT ROW(1, 'a').field0
SELECT r.c FROM (SELECT CAST(ROW(1, 2) AS ROW(a integer, b integer)) AS r) AS t
SELECT ROW()
-- Compared
SELECT (a, b) = (1, 'x'), (a, b) <> (1, 'x'), (a, b) IN ((1, 'x'), (2, 'y')), (a, b) IS DISTINCT FROM (1, NULL), (a, b) NOT IN ((1, 'x'), (2, NULL)) FROM (VALUES (1, 'x'), (2, NULL), (NULL, 'x'), (NULL, NULL), (3, 'y')) AS t(a, b)
SELECT (1, 2) = (1, NULL), (2, NULL) = (1, NULL), ROW(1, 2) = ROW(1.0, 2e0), (1, 2) IN ((1, NULL)), (1, 5) IN ((1, NULL), (1, 5)), NULL = ROW(1, 2), ROW(nan()) = ROW(nan())
SELECT (1, 2) = CAST(ROW(1, 2) AS ROW(a integer, b bigint)), ROW(1, ARRAY[2, NULL]) = ROW(1, ARRAY[2, NULL]), ROW(1, ARRAY[2, NULL]) = ROW(2, ARRAY[2, NULL])
SELECT a FROM (VALUES (1, 'x'), (2, 'y'), (3, 'z')) AS t(a, b) WHERE (a, b) IN ((1, 'x'), (3, 'z'), (2, 'q'))
SELECT a FROM (VALUES (2026, 1), (2026, 3), (2025, 12)) AS t(a, b) WHERE (a, b) >= (2026, 2) OR (a, b) < (2026, 1) ORDER BY a
SELECT (a, b) < (2, 'b'), (a, b) >= (1, 'a'), (a, b) BETWEEN (1, 'a') AND (2, 'a') FROM (VALUES (1, 'a'), (2, 'c')) AS t(a, b)
SELECT (1, 2) < (1, NULL)
SELECT ROW(1, 2) = ROW(1, 2, 3)
SELECT a.x FROM (VALUES (1, 'p'), (2, 'q')) AS a(x, y) JOIN (VALUES (1, 'p'), (2, 'r')) AS b(x, y) ON (a.x, a.y) = (b.x, b.y)
-- In queries
SELECT x FROM (VALUES (1, 2), (3, NULL), (5, 6)) AS t(x, y) WHERE (x, y) IN (SELECT a, b FROM (VALUES (1, 2), (3, 4)) AS u(a, b))
SELECT (1.5, 'a') IN (SELECT 1, 'a' UNION ALL SELECT 2, 'b')
SELECT x IN (SELECT 1, 2) FROM (VALUES 1) AS t(x)
SELECT (SELECT 1 AS a, 2 AS b), (SELECT a, b FROM (VALUES (1, 2), (3, 4)) AS t(a, b) WHERE a > 5), (SELECT a, b FROM (VALUES (1, 2), (3, 4)) AS t(a, b) WHERE a > 2).b
SELECT (SELECT a, b FROM (VALUES (1, 2), (3, 4)) AS t(a, b))
-- Made alike
SELECT if(true, CAST(ROW(1) AS ROW(x integer)), ROW(2)), coalesce(NULL, ROW(1, 'a')), CASE WHEN false THEN ROW(1) END, ARRAY[ROW(1, 'a'), ROW(2.5, NULL)], nullif(ROW(1), ROW(1))
SELECT a FROM (SELECT CAST(ROW(1) AS ROW(x integer)) AS a UNION ALL SELECT CAST(ROW(2) AS ROW(y bigint)))
SELECT a.x FROM (SELECT CAST(ROW(1) AS ROW(x integer)) AS a UNION ALL SELECT CAST(ROW(2) AS ROW(x bigint)))
SELECT r FROM (VALUES ROW(ROW(1, 'a')), ROW(ROW(2.5, 'b'))) AS t(r)
-- Grouped and ordered
SELECT (a, b), sum(c) FROM (VALUES (1, 'x', 1), (1, 'x', 2), (2, NULL, 5), (2, NULL, 6)) AS t(a, b, c) GROUP BY (a, b)
SELECT ROW(a, b), sum(c) FROM (VALUES (1, 'x', 1), (1, 'x', 2), (2, 'x', 5)) AS t(a, b, c) GROUP BY ROW(a, b)
SELECT ROW(a, b) AS r, sum(c) FROM (VALUES (1, 'x', 1), (1, 'x', 2), (2, 'x', 5)) AS t(a, b, c) GROUP BY 1 ORDER BY r DESC
SELECT DISTINCT ROW(a, b) FROM (VALUES (1, NULL), (1, NULL), (2, 1)) AS t(a, b)
SELECT count(DISTINCT (x, y)), array_agg(ROW(x, y) ORDER BY x, y), min(ROW(x, 1)), max_by(ROW(x, y), x) FROM (VALUES (1, 2), (1, 2), (1, NULL)) AS t(x, y)
SELECT array_sort(array_agg(r)), max(r) FROM (SELECT ROW(x, y) AS r FROM (VALUES (2, 'a'), (1, 'b')) AS t(x, y))
SELECT r FROM (VALUES ROW(ROW(2, 1)), ROW(ROW(1, 5)), ROW(NULL)) AS t(r) ORDER BY r
SELECT r FROM (VALUES ROW(ROW(1, 3)), ROW(ROW(1, NULL))) AS t(r) ORDER BY r
SELECT x, (x, y) IN (SELECT a, b FROM (VALUES (5, NULL), (3, 4)) AS u(a, b)), (x, y) NOT IN (SELECT a, b FROM (VALUES (5, NULL), (3, 4)) AS u(a, b)) FROM (VALUES (1, 2), (1, NULL), (3, NULL), (NULL, 4), (NULL, NULL), (5, 6), (3, 4)) AS t(x, y)
-- Refused
SELECT t.r.* FROM (SELECT CAST(ROW(1, 2) AS ROW(a integer, b integer)) AS r) AS t
SELECT (1, NULL) < (2, 1)
SELECT x, (x, y) IN (SELECT a, b FROM (VALUES (1, NULL), (3, 4)) AS u(a, b)), (x, y) NOT IN (SELECT a, b FROM (VALUES (1, NULL), (3, 4)) AS u(a, b)) FROM (VALUES (1, 2), (1, NULL), (3, NULL), (NULL, 4), (NULL, NULL), (5, 6), (3, 4)) AS t(x, y)
