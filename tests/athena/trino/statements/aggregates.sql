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
