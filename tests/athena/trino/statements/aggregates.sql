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
SELECT stddev(v), stddev_pop(v), stddev_samp(v), variance(v), var_pop(v), var_samp(v) FROM (VALUES 1, 2, 4, 8) AS t(v)
SELECT stddev(v), stddev_pop(v), stddev_samp(v), variance(v), var_pop(v), var_samp(v) FROM (VALUES 1) AS t(v)
SELECT stddev(v), stddev_pop(v), var_pop(v), var_samp(v) FROM (VALUES 1.5, 2.25, NULL) AS t(v)
SELECT stddev(v), stddev_pop(v), var_pop(v), var_samp(v) FROM (VALUES REAL '1.5', REAL '2.25', NULL) AS t(v)
SELECT stddev(v), var_pop(v) FROM (VALUES 1e0, nan()) AS t(v)
SELECT stddev(v), var_pop(v) FROM (VALUES 1e0, infinity()) AS t(v)
SELECT stddev(v) FROM (VALUES 'a') AS t(v)
SELECT stddev(v) FROM (VALUES NULL) AS t(v)
SELECT covar_pop(y, x), covar_samp(y, x), corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 2), (2, 4), (3, 7), (NULL, 3)) AS t(y, x)
SELECT covar_pop(y, x), covar_samp(y, x), corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 2)) AS t(y, x)
SELECT covar_pop(y, x), covar_samp(y, x), corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 2), (1, 2)) AS t(y, x)
SELECT covar_pop(y, x), covar_samp(y, x), corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1e0, 2e0), (nan(), 3e0)) AS t(y, x)
SELECT typeof(corr(y, x)), typeof(regr_slope(y, x)) FROM (VALUES (REAL '1', REAL '2')) AS t(y, x)
SELECT typeof(corr(y, x)), typeof(regr_slope(y, x)) FROM (VALUES (REAL '1', 2)) AS t(y, x)
SELECT typeof(stddev(v)), typeof(avg(v)), typeof(geometric_mean(v)) FROM (VALUES (REAL '1')) AS t(v)
SELECT geometric_mean(v), skewness(v), kurtosis(v) FROM (VALUES 1, 2) AS t(v)
SELECT geometric_mean(v) FROM (VALUES 0, 2) AS t(v)
SELECT geometric_mean(v) FROM (VALUES -1, 2) AS t(v)
SELECT geometric_mean(v) FROM (VALUES 1.5, 2.5) AS t(v)
SELECT skewness(v), kurtosis(v) FROM (VALUES 1, 1, 1, 1) AS t(v)
SELECT listagg(v, ',') WITHIN GROUP (ORDER BY v) FROM (VALUES 'b', 'a', NULL, 'c') AS t(v)
SELECT listagg(v) WITHIN GROUP (ORDER BY v DESC) FROM (VALUES 'b', 'a', NULL, 'c') AS t(v)
SELECT listagg(DISTINCT v, ',') WITHIN GROUP (ORDER BY v) FROM (VALUES 'b', 'a', 'a', 'c') AS t(v)
SELECT listagg(v, ',') WITHIN GROUP (ORDER BY v) FILTER (WHERE v > 'a') FROM (VALUES 'b', 'a', 'a', 'c') AS t(v)
SELECT listagg(v, ',') WITHIN GROUP (ORDER BY v) FROM (VALUES 'b') AS t(v) WHERE v = 'x'
SELECT listagg(v, ',') WITHIN GROUP (ORDER BY v) FROM (VALUES 1) AS t(v)
SELECT listagg(v, ',') FROM (VALUES 'b') AS t(v)
SELECT min(v, 2), max(v, 2) FROM (VALUES 3, 1, 2, NULL) AS t(v)
SELECT min(v, 5), max(v, 0) FROM (VALUES 3, 1, 2, NULL) AS t(v)
SELECT min(v, -1) FROM (VALUES 3, 1, 2, NULL) AS t(v)
SELECT max(v, 3) FROM (VALUES NULL, CAST(NULL AS integer)) AS t(v)
SELECT max_by(k, v, 0) FROM (VALUES ('a', 3)) AS t(k, v)
SELECT bitwise_and_agg(v), bitwise_or_agg(v), bitwise_xor_agg(v) FROM (VALUES 12, 10, NULL) AS t(v)
SELECT count(DISTINCT a, b) FROM (VALUES (1, 2)) AS t(a, b)
SELECT count(a, b) FROM (VALUES (1, 2)) AS t(a, b)
SELECT count() FROM (VALUES (1, 2)) AS t(a, b)
SELECT sum(*) FROM (VALUES (1, 2)) AS t(a, b)
SELECT -0e0, x FROM (VALUES -0e0, 0e0) AS t(x)
SELECT x, count(*) FROM (VALUES -0e0, 0e0) AS t(x) GROUP BY x
SELECT min_by(k, v, 2) FROM (VALUES ('a', 3), ('b', 4), ('c', 1), ('d', 2)) AS t(k, v)
SELECT min_by(k, v, 3) FROM (VALUES ('a', 3), ('b', 4), ('c', 1), ('d', 2), ('e', 0)) AS t(k, v)
SELECT max_by(k, v, 3) FROM (VALUES ('a', 3), ('b', 4), ('c', 1), ('d', 2), ('e', 0)) AS t(k, v)
SELECT max_by(k, v, 3) FROM (VALUES (1, 3), (2, 4), (3, 1), (4, 2), (5, 0)) AS t(k, v)
SELECT min_by(k, v, 3) FROM (VALUES (1, 3), (2, 4), (3, 1), (4, 2), (5, 0)) AS t(k, v)
SELECT max(v, 2) FROM (VALUES 'a', 'c', 'b') AS t(v)
SELECT max(v), min(v) FROM (VALUES true, false) AS t(v)
SELECT max(v), min(v) FROM (VALUES DATE '2026-01-01', NULL) AS t(v)
SELECT max(NULL), min(NULL), sum(NULL), avg(NULL), count(NULL), array_agg(NULL), arbitrary(NULL), bool_and(NULL)
SELECT sum(v), avg(v), typeof(sum(v)), typeof(avg(v)) FROM (VALUES CAST(1 AS tinyint), CAST(127 AS tinyint)) AS t(v)
SELECT sum(v), avg(v), typeof(sum(v)), typeof(avg(v)) FROM (VALUES REAL '1.1', REAL '2.2') AS t(v)
SELECT sum(v), avg(v), typeof(sum(v)), typeof(avg(v)) FROM (VALUES 1e300, 1e308, 1e308) AS t(v)
SELECT sum(v), avg(v), typeof(sum(v)), typeof(avg(v)) FROM (VALUES 1.005, 2.015) AS t(v)
SELECT sum(v), avg(v) FROM (VALUES CAST(99999999999999999999999999999999999999 AS decimal(38,0)), 1) AS t(v)
SELECT avg(v), sum(v) FROM (VALUES DATE '2026-01-01') AS t(v)
SELECT avg(v) FROM (VALUES -1.5, -1.4) AS t(v)
SELECT avg(v) FROM (VALUES 9223372036854775807, 9223372036854775807) AS t(v)
SELECT sum(v) FROM (VALUES -9223372036854775807, -1, -1) AS t(v)
SELECT sum(DISTINCT v), avg(DISTINCT v), count(DISTINCT v), array_agg(DISTINCT v ORDER BY v), sum(DISTINCT v) FILTER (WHERE v > 1), min(DISTINCT v) FROM (VALUES 1, 1, 2, 3, NULL) AS t(v)
SELECT array_agg(v ORDER BY v DESC), array_agg(v ORDER BY v NULLS FIRST), array_agg(v) FILTER (WHERE v IS NOT NULL) FROM (VALUES 1, 3, NULL, 2) AS t(v)
SELECT array_agg(DISTINCT v ORDER BY -v) FROM (VALUES 1, 3) AS t(v)
SELECT array_agg(v ORDER BY k, v DESC) FROM (VALUES (1, 'a'), (0, 'b'), (1, 'c')) AS t(k, v)
SELECT count(*) FILTER (WHERE v > 1), sum(v) FILTER (WHERE v > 10), array_agg(v) FILTER (WHERE v > 10), count_if(v > 1) FILTER (WHERE v < 3) FROM (VALUES 1, 2, 3) AS t(v)
SELECT bool_and(v), bool_or(v), every(v), count_if(v) FROM (VALUES true, NULL) AS t(v)
SELECT bool_and(v), bool_or(v), every(v), count_if(v) FROM (VALUES true) AS t(v) WHERE NOT v
SELECT count_if(1) FROM (VALUES 1) AS t(v)
SELECT arbitrary(v), any_value(v) FROM (VALUES NULL, 5) AS t(v)
SELECT set_agg(v) FROM (VALUES 1, 1) AS t(v)
SELECT array_agg(x) FROM (VALUES ARRAY[1], NULL) AS t(x)
SELECT max_by(x, y), min_by(x, y) FROM (VALUES (1, 'a'), (2, NULL)) AS t(x, y)
SELECT max_by(x, y) FROM (VALUES (1, 1.5), (2, 2.5)) AS t(x, y) WHERE x > 5
SELECT max_by(x, y) FROM (VALUES (1, true), (2, false)) AS t(x, y)
SELECT max_by(x, DATE '2026-01-01') FROM (VALUES 1) AS t(x)
SELECT entropy(v) FROM (VALUES 1, 2) AS t(v)
SELECT count(DISTINCT x) FROM (VALUES nan(), nan(), 0e0, -0e0, NULL) AS t(x)
SELECT round(stddev(v), 10), round(variance(DISTINCT v), 10), stddev(v) FILTER (WHERE v > 3) FROM (VALUES 1, 2, 2, 5) AS t(v)
SELECT k, stddev(v), corr(v, k) FROM (VALUES (1, 2e0), (1, 4e0), (2, 3e0)) AS t(k, v) GROUP BY k ORDER BY k
SELECT bitwise_and_agg(v) FROM (VALUES 1.5) AS t(v)
SELECT k, sum(r), avg(r), sum(d), avg(d), sum(i), avg(i), sum(s), avg(s) FROM (VALUES ('a', REAL '0.1', 1.005, CAST(5 AS tinyint), CAST(7 AS smallint)), ('a', REAL '0.2', -2.115, CAST(6 AS tinyint), CAST(9 AS smallint)), ('b', NULL, NULL, NULL, NULL)) AS t(k, r, d, i, s) GROUP BY k ORDER BY k
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES 1e0, infinity(), -infinity()) AS t(x)
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES nan(), 1e0) AS t(x)
SELECT sum(DISTINCT x) FILTER (WHERE x > 1), count(DISTINCT x) FILTER (WHERE y = 'a'), avg(DISTINCT x) FROM (VALUES (1, 'a'), (2, 'a'), (2, 'b'), (3, 'b')) AS t(x, y)
SELECT array_agg(x ORDER BY x) FILTER (WHERE x > 1), array_agg(DISTINCT x ORDER BY x DESC) FILTER (WHERE x < 3) FROM (VALUES 1, 2, 2, 3) AS t(x)
SELECT max_by(x, y) FILTER (WHERE y < 3), min_by(x, y) FROM (VALUES ('a', 1), ('b', 2), ('c', 3)) AS t(x, y)
SELECT max(x), min(x) FROM (VALUES 'b', 'B', 'ä', '') AS t(x)
SELECT max(x), min(x) FROM (VALUES TIMESTAMP '2026-01-01 00:00:00.123', TIMESTAMP '2025-01-01 00:00:00.000') AS t(x)
SELECT max(x), min(x), count(x), arbitrary(x) FROM (VALUES CAST(NULL AS date)) AS t(x)
SELECT count(DISTINCT x), count(x) FROM (VALUES 'a', 'A', 'a ', NULL) AS t(x)
SELECT count(DISTINCT x) FROM (VALUES 1.0, 1.00, 2) AS t(x)
SELECT count(DISTINCT x) FROM (VALUES ARRAY[1], ARRAY[1], ARRAY[NULL], ARRAY[NULL]) AS t(x)
SELECT sum(x + 1) * 2, -sum(x), sum(x) / count(x), sum(x) % 2, sum(CASE WHEN x > 1 THEN 1 ELSE 0 END) FROM (VALUES 1, 2) AS t(x)
SELECT stddev(x) FROM (VALUES CAST(NULL AS double)) AS t(x)
SELECT corr(x, x), covar_pop(x, x), regr_slope(x, x) FROM (VALUES CAST(NULL AS double)) AS t(x)
SELECT corr(x, y) FROM (VALUES (1e0, 5e0), (2e0, 5e0)) AS t(x, y)
SELECT regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (5e0, 1e0), (5e0, 2e0)) AS t(y, x)
SELECT round(stddev(x), 6), round(variance(x), 6) FROM (VALUES 1000000001, 1000000002, 1000000003) AS t(x)
SELECT round(kurtosis(x), 6), round(skewness(x), 6) FROM (VALUES 1000001, 1000002, 1000004, 1000009) AS t(x)
SELECT skewness(x), kurtosis(x) FROM (VALUES 1, NULL, 2) AS t(x)
SELECT round(geometric_mean(x), 6) FROM (VALUES 1, NULL, 4) AS t(x)
SELECT geometric_mean(x) FROM (VALUES 1) AS t(x) WHERE x > 1
SELECT x, listagg(y, ',') WITHIN GROUP (ORDER BY y) FROM (VALUES (1, 'b'), (1, 'a'), (2, '')) AS t(x, y) GROUP BY x ORDER BY x
SELECT listagg(CAST(y AS varchar), ',') WITHIN GROUP (ORDER BY y DESC NULLS FIRST) FROM (VALUES 1, 10, 9) AS t(y)
SELECT round(skewness(v), 10), round(kurtosis(v), 10), round(geometric_mean(v), 10) FROM (VALUES 1, 2, 4, 9, 3) AS t(v)
SELECT round(corr(y, x), 10), round(covar_samp(y, x), 10), round(covar_pop(y, x), 10), round(regr_slope(y, x), 10), round(regr_intercept(y, x), 10) FROM (VALUES (1e0, 2e0), (2e0, 3e0), (3.5e0, 9e0), (4e0, 8.25e0), (NULL, 1e0)) AS t(y, x)
SELECT k, round(stddev(v), 10), round(var_pop(v), 10), round(avg(v), 10), sum(v), max(v) FROM (VALUES ('a', 1.5e0), ('a', 2.25e0), ('a', 9e0), ('b', 4e0), ('c', NULL)) AS t(k, v) GROUP BY k ORDER BY k
SELECT k, listagg(name, ', ') WITHIN GROUP (ORDER BY name) AS names, count(*) FROM (VALUES (1, 'b'), (1, 'a'), (2, 'c'), (3, NULL)) AS t(k, name) GROUP BY k ORDER BY k
SELECT listagg(name, '; ') WITHIN GROUP (ORDER BY age DESC, name) FROM (VALUES ('Ann', 30), ('Bob', 41), ('Cy', 30)) AS t(name, age)
SELECT listagg(v, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY v) FROM (VALUES 'b', 'a') AS t(v)
SELECT max(v, 3), min(v, 2) FROM (VALUES DATE '2026-01-03', DATE '2026-01-01', DATE '2026-01-02') AS t(v)
SELECT k, max_by(v, at), min_by(v, at), max_by(v, at, 2) FROM (VALUES ('a', 1, TIMESTAMP '2026-01-01 00:00:00'), ('a', 2, TIMESTAMP '2026-01-02 00:00:00'), ('b', 3, TIMESTAMP '2026-01-01 00:00:00')) AS t(k, v, at) GROUP BY k ORDER BY k
SELECT bitwise_or_agg(v), bitwise_and_agg(v), bitwise_xor_agg(v) FROM (VALUES 1, 2, 4, -1) AS t(v) WHERE v > 0
SELECT count(DISTINCT (a, b)) FROM (VALUES (1, 2), (1, 2), (1, NULL)) AS t(a, b)
SELECT max(v), min(v) FROM (VALUES ARRAY[1], ARRAY[2]) AS t(v)
SELECT map_agg(k, v) FROM (VALUES (1, 'a')) AS t(k, v)
SELECT multimap_agg(k, v) FROM (VALUES (1, 'a')) AS t(k, v)
-- Refused
SELECT k, listagg(v, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY v) FROM (VALUES (1, 'b'), (1, 'a')) AS t(k, v) GROUP BY k
SELECT max_by(k, v, 2), min_by(k, v, 2) FROM (VALUES ('a', 3), (NULL, 4), ('c', 1), ('d', NULL)) AS t(k, v)
SELECT checksum(v) FROM (VALUES 12) AS t(v)
SELECT count(DISTINCT *) FROM (VALUES (1, 2)) AS t(a, b)
SELECT min_by(k, v, 2) FROM (VALUES ('a', 3), (NULL, 4), ('c', 1), ('d', NULL)) AS t(k, v)
SELECT max(v), min(v) FROM (VALUES X'01', X'02') AS t(v)
SELECT reduce_agg(v, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES 1, 2) AS t(v)
SELECT max_by(x, y) FROM (VALUES (1, 1e0), (2, nan())) AS t(x, y)
