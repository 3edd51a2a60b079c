-- Grouping
SELECT k, sum(v) FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY 1
SELECT k AS g, sum(v) FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY g
SELECT k + 1 AS k, sum(v) FROM (VALUES (1, 2), (1, 3), (2, 1)) AS t(k, v) GROUP BY k
SELECT k, k + 1, (k + 1) * 2, sum(v) FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY k
SELECT k + 1, (k + 1) * 2 FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY k + 1
SELECT k FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY k + 1
SELECT t.k FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY k
SELECT K FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY "K"
SELECT 1 + k FROM (VALUES (1, 2), (1, 3)) AS t(k, v) GROUP BY k + 1
SELECT lower(k) FROM (VALUES 'A', 'a') AS t(k) GROUP BY lower(k)
SELECT k FROM (VALUES 1, 2) AS t(k) GROUP BY 2
SELECT k FROM (VALUES 1, 2) AS t(k) GROUP BY 0
SELECT k FROM (VALUES 1, 2) AS t(k) GROUP BY 'a'
SELECT k FROM (VALUES 1, 2) AS t(k) GROUP BY -1
SELECT count(*) FROM (VALUES 1, 2) AS t(k) GROUP BY 1
SELECT count(*) FROM (VALUES 1, 2) AS t(k) GROUP BY count(*)
SELECT k, count(*) AS n FROM (VALUES 1, 2) AS t(k) GROUP BY n
SELECT * FROM (VALUES (1, 2)) AS t(a, b) GROUP BY a
SELECT * FROM (VALUES (1, 2)) AS t(a, b) GROUP BY a, b
SELECT a FROM (VALUES (1, 2)) AS t(a, b) HAVING a > 1
SELECT count(*) FROM (VALUES (1, 2)) AS t(a, b) HAVING count(*) > 1
SELECT count(*) FROM (VALUES (1, 2)) AS t(a, b) HAVING count(*) > 0
SELECT 1 FROM (VALUES (1, 2)) AS t(a, b) HAVING true
SELECT 1 FROM (VALUES 1, 2) AS t(a) HAVING true
SELECT a, count(*) AS n FROM (VALUES 1, 2) AS t(a) GROUP BY a HAVING n > 0
SELECT a FROM (VALUES 1, 2) AS t(a) GROUP BY a HAVING b > 0
SELECT a FROM (VALUES (1, 2)) AS t(a, b) GROUP BY a HAVING b > 0
SELECT a, b, count(*), grouping(a), grouping(b), grouping(a, b) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY CUBE (a, b) ORDER BY 6, 1, 2
SELECT a, b, count(*), grouping(a, b) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY GROUPING SETS ((a, b), a, ()) ORDER BY 4, 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY a, ROLLUP (b) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY a, GROUPING SETS ((b), ()) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP (a), ROLLUP (b) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY GROUPING SETS ((a), (b)), GROUPING SETS ((a), ()) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ALL ROLLUP (a, b), ROLLUP (a) ORDER BY 1, 2, 3
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ALL ORDER BY 1, 2, 3
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP ((a, b)) ORDER BY 1, 2, 3
SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY GROUPING SETS ((), ()) ORDER BY 1, 2
SELECT count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY GROUPING SETS ((), ()) ORDER BY 1
SELECT count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY GROUPING SETS ((), ()) ORDER BY 1
SELECT count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY GROUPING SETS ((a), ()) ORDER BY 1
SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY ROLLUP (a) ORDER BY 1
SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY CUBE (a) ORDER BY 1
SELECT count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY () ORDER BY 1
SELECT 5 FROM (VALUES (1, 2), (1, 3)) AS t(a, b) WHERE a > 5 GROUP BY ()
SELECT a + 1, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP (a + 1) ORDER BY 1
SELECT a + 1, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP (1) ORDER BY 1
SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP (1) ORDER BY 1
SELECT a + 1, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP (a) ORDER BY 1
SELECT grouping(a) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY a
SELECT grouping(b) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY a
SELECT grouping(a) FROM (VALUES (1, 2), (1, 3)) AS t(a, b)
SELECT a, sum(b) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP(a) HAVING grouping(a) = 1
SELECT a, sum(a) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP(a) ORDER BY 1
SELECT a, count(a), sum(a + b), count(*) FILTER (WHERE a > 0) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP(a, b) ORDER BY 1, 2, 3
SELECT coalesce(a, -1), CASE WHEN a IS NULL THEN 'total' ELSE 'one' END, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY ROLLUP(a) ORDER BY 1
SELECT sum(a) FROM (VALUES 1, 2) AS t(a) ORDER BY a
SELECT a FROM (VALUES 1, 2) AS t(a) ORDER BY sum(a)
SELECT a FROM (VALUES 1, 2) AS t(a) GROUP BY a ORDER BY sum(a) DESC
SELECT a FROM (VALUES (1, 2), (2, 1)) AS t(a, b) GROUP BY a ORDER BY b
SELECT a, sum(b) FROM (VALUES (1, 2), (2, 1)) AS t(a, b) GROUP BY a ORDER BY sum(b) / count(*), a
SELECT DISTINCT a FROM (VALUES (1, 2), (2, 1)) AS t(a, b) ORDER BY b
SELECT DISTINCT a FROM (VALUES (1, 2), (2, 1)) AS t(a, b) ORDER BY a + 1
SELECT DISTINCT a + 1 FROM (VALUES (1, 2), (2, 1)) AS t(a, b) ORDER BY a + 1
SELECT DISTINCT a AS x FROM (VALUES (1, 2), (2, 1)) AS t(a, b) ORDER BY a
SELECT DISTINCT sum(a) FROM (VALUES (1, 2), (2, 1)) AS t(a, b) GROUP BY b ORDER BY sum(a)
SELECT count(*) + a FROM (VALUES 1, 2) AS t(a)
SELECT a FROM (VALUES 1, 2) AS t(a) WHERE count(*) > 1
SELECT sum(count(*)) FROM (VALUES 1, 2) AS t(a) GROUP BY a
SELECT a.x FROM (VALUES 1) AS a(x) GROUP BY a.x, x
SELECT k, k FROM (VALUES 1, 1) AS t(k) GROUP BY k, k
SELECT k, 'x' AS label, count(*) FROM (VALUES 1, 1) AS t(k) GROUP BY k, 2
SELECT 'x', count(*) FROM (VALUES 1, 1) AS t(k) GROUP BY 1
SELECT CAST(NULL AS integer), count(*) FROM (VALUES 1, 1) AS t(k) GROUP BY 1
SELECT NULL, count(*) FROM (VALUES 1, 1) AS t(k) GROUP BY 1
SELECT x, count(*) FROM (VALUES nan(), nan(), 0e0, -0e0) AS t(x) GROUP BY x
SELECT DISTINCT x FROM (VALUES nan(), nan(), 0e0, -0e0) AS t(x)
SELECT a[1], count(*) FROM (VALUES ARRAY[1], ARRAY[1]) AS t(a) GROUP BY a[1]
SELECT a, count(*) FROM (VALUES ARRAY[1], ARRAY[1]) AS t(a) GROUP BY a
SELECT k AS v, max(v) FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k ORDER BY max(v)
SELECT k AS v FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k ORDER BY sum(t.v)
SELECT k AS v, count(*) FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k HAVING v > 1
SELECT k AS v, count(*) FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k HAVING k > 1
SELECT k, count(*) AS c FROM (VALUES 1, 2, 2) AS t(k) GROUP BY k ORDER BY c DESC, k
SELECT k, count(*) AS c FROM (VALUES 1, 2, 2) AS t(k) GROUP BY k ORDER BY c + 1 DESC, k
SELECT k, count(*) AS c FROM (VALUES 1, 2, 2) AS t(k) GROUP BY k ORDER BY count(*) DESC, k
SELECT k, count(*) AS c FROM (VALUES 1, 2, 2) AS t(k) GROUP BY k ORDER BY 2 DESC, 1
SELECT lower(k), count(*) FROM (VALUES 'A', 'a') AS t(k) GROUP BY lower(k) HAVING lower(k) = 'a' ORDER BY lower(k)
SELECT lower(K) AS x, count(*) FROM (VALUES 'A', 'a') AS t(k) GROUP BY LOWER(t.k)
SELECT k + 1 AS x, (k + 1) + sum(v), CASE WHEN k + 1 > 2 THEN 'big' END FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k + 1
SELECT CAST(k AS varchar), sum(v) FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY CAST(k AS varchar)
SELECT k IN (1, 2), count(*) FROM (VALUES 1, 5) AS t(k) GROUP BY k IN (1, 2)
SELECT CASE WHEN k > 1 THEN 'a' ELSE 'b' END AS c, count(*) FROM (VALUES 1, 5) AS t(k) GROUP BY CASE WHEN k > 1 THEN 'a' ELSE 'b' END
SELECT date_trunc('month', d), count(*) FROM (VALUES DATE '2026-01-03', DATE '2026-01-05') AS t(d) GROUP BY date_trunc('month', d)
SELECT date_trunc('month', d) AS m, count(*) FROM (VALUES DATE '2026-01-03', DATE '2026-01-05') AS t(d) GROUP BY 1 ORDER BY m
SELECT count(*) FROM (VALUES 1, 2) AS t(k) GROUP BY k > 1, k
SELECT t.* FROM (VALUES (1, 2)) AS t(a, b) GROUP BY a, b
SELECT * FROM (VALUES (1, 2)) AS t(a, b) GROUP BY 1, 2
SELECT t.*, count(*) FROM (VALUES (1, 2)) AS t(a, b) GROUP BY 1, 2
SELECT max(a) FROM (VALUES 1, 2) AS t(a) HAVING max(a) > 5
SELECT t.a, u.s FROM (VALUES 1, 2) AS t(a) LEFT JOIN (SELECT k, sum(v) AS s FROM (VALUES (1, 5), (1, 6)) AS x(k, v) GROUP BY k) AS u ON u.k = t.a ORDER BY 1
SELECT k, count(*) FROM (VALUES 'a', 'b', 'b', 'c') AS t(k) GROUP BY k ORDER BY count(*) FETCH FIRST 1 ROW WITH TIES
SELECT k AS g, sum(v) AS s FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k ORDER BY sum(v)
SELECT k AS g, sum(v) AS s FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k ORDER BY s / count(*)
SELECT k FROM (VALUES (1, 5), (2, 3)) AS t(k, v) GROUP BY k ORDER BY max(t.k)
SELECT x, y, grouping(x, y), sum(z) FROM (VALUES (1, 1, 1), (1, NULL, 2), (NULL, 1, 4)) AS t(x, y, z) GROUP BY CUBE (x, y) ORDER BY 3, 1, 2
SELECT x, count(*) FROM (VALUES (1, 1), (1, NULL), (NULL, 1)) AS t(x, y) GROUP BY ROLLUP (x) ORDER BY x, 2
SELECT CASE grouping(x) WHEN 1 THEN 'all' ELSE CAST(x AS varchar) END AS label, sum(y) FROM (VALUES (1, 10), (2, 20)) AS t(x, y) GROUP BY GROUPING SETS ((x), ()) ORDER BY grouping(x), x
SELECT x FROM (VALUES 1, 2, 2) AS t(x) GROUP BY x HAVING count(*) > 1 AND max(x) < 5 ORDER BY count(*)
SELECT (x), count(*) FROM (VALUES 3, 1, 2) AS t(x) GROUP BY (x) ORDER BY 1
SELECT x, count(*) FROM (VALUES 3, 1, 2) AS t(x) GROUP BY (1) ORDER BY 1
SELECT x, count(*) FROM (VALUES 3, 1, 2) AS t(x) GROUP BY ((1)) ORDER BY 1
SELECT x, count(*) FROM (VALUES 3, 1, 2) AS t(x) GROUP BY (1, 1) ORDER BY 1
-- Refused
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) AS t(a, b) GROUP BY DISTINCT ROLLUP (a, b), ROLLUP (a) ORDER BY 1, 2, 3
SELECT m, count(*) FROM (VALUES map(ARRAY[1, 2], ARRAY[1, 2]), map(ARRAY[2, 1], ARRAY[2, 1])) AS t(m) GROUP BY m
