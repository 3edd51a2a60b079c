-- Names
SELECT 1 AS "Hello World", 2 AS "a.b", 3 AS "ä", 4 "q", 5 q2, 6 AS "select"
SELECT "a""b" FROM (SELECT 1 AS "a""b")
SELECT sum(x), count(*), 1 + 1, x AS y, max(x) AS m, x, t.x FROM (VALUES 1) AS t(x) GROUP BY x
SELECT CAST(x AS bigint), -x, (x), lower('A'), 'a', NULL, x IS NULL, CASE WHEN true THEN x END FROM (VALUES 1) AS t(x)
SELECT date, year, month, day, "order", value, key, name, type, data, comment, "user", position FROM (VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)) AS t(date, year, month, day, "order", value, key, name, type, data, comment, "user", position)
SELECT t.date, t.timestamp, t.interval, t.first, t.last, t.offset FROM (VALUES (1, 2, 3, 4, 5, 6)) AS t(date, timestamp, interval, first, last, offset)
SELECT x AS all, x AS any, x AS rows, x AS range, x AS groups, x AS limit, x AS offset, x AS filter FROM (VALUES 1) AS t(x)
SELECT "x", "X", X, T.x, "T".X FROM (VALUES 1) AS t("X")
SELECT x_1, _x, x1 FROM (VALUES (1, 2, 3)) AS t(x_1, _x, x1)
SELECT "été", "日本" FROM (VALUES (1, 2)) AS t("été", "日本")
SELECT * FROM (SELECT 1 AS x, 2 AS x)
SELECT x FROM (SELECT 1 AS x, 2 AS x)
SELECT t.x FROM (SELECT 1 AS x, 2 AS x) AS t
SELECT 1 AS a, 1 AS A, 2 AS "A"
SELECT * FROM (SELECT 1 AS Abc, 2 AS "DEF") AS t
SELECT t.*, u.* FROM (VALUES 1) AS t(Aa) CROSS JOIN (VALUES 2) AS u(aa)
SELECT aa FROM (VALUES 1) AS t(Aa) CROSS JOIN (VALUES 2) AS u(aa)
SELECT t.Aa, U.AA FROM (VALUES 1) AS t(Aa) CROSS JOIN (VALUES 2) AS u(aa)
SELECT T1.x FROM (VALUES 1) AS "t1"(x)
SELECT t.x FROM (VALUES 1) AS t(x) JOIN (VALUES 1) AS t(x) ON true
SELECT * FROM (VALUES 1) AS x(a) JOIN (VALUES 2) AS x(b) ON true
SELECT _col0 FROM (SELECT 1 + 1)
SELECT _col0 FROM (VALUES 1)
SELECT * FROM (SELECT 1 + 1, 2 AS b)
WITH t AS (SELECT 1 + 1, 2 AS B) SELECT * FROM t
WITH "My Table" AS (SELECT 1 AS "My Column") SELECT "My Column", m."my column" FROM "my table" AS m
WITH t(A, b) AS (SELECT 1, 2) SELECT a, B, t.* FROM t
WITH t AS (SELECT 1 AS x) SELECT T.X FROM T AS u
WITH t AS (SELECT 1 AS x) SELECT u.X FROM T AS u
SELECT y.x FROM (VALUES 1) AS t(x)
SELECT t.y FROM (VALUES 1) AS t(x)
SELECT x.y FROM (VALUES 1) AS t(x)
SELECT x FROM (VALUES 1) AS t
SELECT t FROM (VALUES 1) AS t
SELECT x AS y FROM (VALUES 1) AS t(x) WHERE y = 1
SELECT x AS y, y + 1 FROM (VALUES 1) AS t(x)
SELECT x AS y FROM (VALUES 1, 1) AS t(x) GROUP BY y
SELECT t.X AS y, count(*) FROM (VALUES 1, 1) AS t(x) GROUP BY T.x
SELECT x FROM (VALUES (1, 2)) AS a(x)
SELECT x, y FROM (VALUES (1, 2)) AS a(x, x)
SELECT 1 AS select
SELECT 1 AS from
SELECT table FROM (VALUES 1) AS t(x)
SELECT x FROM (VALUES 1) AS order(x)
SELECT x FROM (VALUES 1) AS t(group)
SELECT 1 AS été
SELECT $1
SELECT `x` FROM (VALUES 1) AS t(x)
SELECT 1 AS 'a'
SELECT 1x
SELECT "lower"('A'), LOWER('A'), "LOWER"('A'), Count(*) FROM (VALUES 1) AS t(x)
SELECT "count"(*), "Sum"(x), MAX(x) FROM (VALUES 1) AS t(x)
SELECT * FROM (VALUES (1, 2)) AS t(ID, p) LEFT JOIN (VALUES (1, 3)) AS u(id, q) USING (Id)
SELECT nope(1)
SELECT a.b.c FROM (VALUES 1) AS t(x)
SELECT 1 AS ""
SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(y) WHERE t.x < u.y
SELECT t.x FROM (VALUES 1) AS t(x) WHERE EXISTS (SELECT 1 FROM (VALUES 1) AS u(y) WHERE u.y = t.x AND x = 1)
SELECT (SELECT x FROM (VALUES 2) AS u(x)) FROM (VALUES 1) AS t(x)
SELECT (SELECT t.x FROM (VALUES 2) AS t(x)) FROM (VALUES 1) AS t(x)
