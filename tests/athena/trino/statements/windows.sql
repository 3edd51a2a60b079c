-- Windows
SELECT x, row_number() OVER (ORDER BY x), rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), count(*) OVER (), sum(x) OVER (ORDER BY x), avg(x) OVER (), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 1, 2, 2, 5) AS t(x) ORDER BY 1, 2
SELECT k, x, row_number() OVER (PARTITION BY k ORDER BY x DESC), lag(x) OVER (PARTITION BY k ORDER BY x), lead(x, 1, 0) OVER (PARTITION BY k ORDER BY x), first_value(x) OVER (PARTITION BY k ORDER BY x), last_value(x) OVER (PARTITION BY k ORDER BY x) FROM (VALUES ('a', 1), ('a', 2), ('b', 7)) AS t(k, x) ORDER BY 1, 2
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), max(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES 1, 2, 4, 8) AS t(x) ORDER BY 1
SELECT k, sum(v), rank() OVER (ORDER BY sum(v) DESC) FROM (VALUES ('a', 1), ('a', 2), ('b', 7)) AS t(k, v) GROUP BY k ORDER BY k
SELECT x, count(*) OVER w FROM (VALUES 1, 2) AS t(x) WINDOW w AS (PARTITION BY x % 2) ORDER BY x
SELECT row_number() FROM (VALUES 1) AS t(x)
