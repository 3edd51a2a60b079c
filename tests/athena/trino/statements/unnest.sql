-- Arrays
SELECT * FROM UNNEST(ARRAY[1, NULL]) AS t(x)
SELECT * FROM UNNEST(ARRAY[]) AS t(x)
SELECT * FROM UNNEST(CAST(NULL AS array(integer))) AS t(x)
SELECT * FROM UNNEST(ARRAY[1,2], CAST(NULL AS array(integer)), ARRAY[]) WITH ORDINALITY AS t(x, y, z, n)
SELECT * FROM UNNEST(ARRAY[1,2]) WITH ORDINALITY
SELECT id, x FROM (VALUES (1, ARRAY[10,20]), (2, ARRAY[]), (3, NULL)) AS t(id, a) CROSS JOIN UNNEST(a) AS u(x)
SELECT id, x FROM (VALUES (1, ARRAY[10,20]), (2, ARRAY[]), (3, NULL)) AS t(id, a), UNNEST(t.a) AS u(x) WHERE x > 10
SELECT id, x, n FROM (VALUES (1, ARRAY[10,20]), (2, ARRAY[]), (3, NULL)) AS t(id, a) LEFT JOIN UNNEST(a) WITH ORDINALITY AS u(x, n) ON true
SELECT id, x FROM (VALUES (1, ARRAY[10,20])) AS t(id, a) INNER JOIN UNNEST(a) AS u(x) ON true
SELECT id, x, y FROM (VALUES (1, ARRAY[1,2], ARRAY['p']), (2, NULL, ARRAY['q']), (3, NULL, NULL)) AS t(id, a, b) CROSS JOIN UNNEST(a, b) AS u(x, y)
SELECT id, v FROM (VALUES (1, ARRAY[ARRAY[1,2], NULL, ARRAY[]]), (2, ARRAY[ARRAY[7]])) AS t(id, a) CROSS JOIN UNNEST(a) AS u(b) CROSS JOIN UNNEST(b) AS w(v)
SELECT x, y FROM (VALUES (1, ARRAY[1,2])) AS t(id, a), UNNEST(a) AS u(x), UNNEST(a) AS v(y)
SELECT u.x, v.y FROM UNNEST(ARRAY[1,2]) AS u(x) CROSS JOIN UNNEST(ARRAY[3]) AS v(y)
SELECT x FROM (VALUES (1, 2), (3, NULL)) AS t(a, b) CROSS JOIN UNNEST(ARRAY[a, b]) AS u(x)
SELECT id, x FROM (VALUES (1, ARRAY[1,2])) AS t(id, a) CROSS JOIN UNNEST(transform(a, e -> e + id)) AS u(x)
SELECT id, x FROM (VALUES (1, ARRAY[1,2]), (7, ARRAY[])) AS t(id, a) CROSS JOIN UNNEST(if(cardinality(a) = 0, ARRAY[NULL], a)) AS u(x)
SELECT x FROM (VALUES ARRAY[3,1,2]) AS t(a), UNNEST(array_sort(a)) WITH ORDINALITY AS u(x, i) ORDER BY i DESC
SELECT word, count(*) FROM (VALUES 'a b a', 'b') AS t(line) CROSS JOIN UNNEST(split(line, ' ')) AS u(word) GROUP BY word ORDER BY word
SELECT day, count(e) FROM UNNEST(sequence(DATE '2026-01-01', DATE '2026-01-03')) AS d(day) LEFT JOIN (VALUES DATE '2026-01-02') AS v(e) ON v.e = d.day GROUP BY day ORDER BY day
WITH t AS (SELECT ARRAY[1,2,3] AS a) SELECT sum(x), max(x) FROM t, UNNEST(t.a) AS u(x)
SELECT * FROM (SELECT a, x FROM (VALUES (ARRAY[1,2])) AS t(a) CROSS JOIN UNNEST(a) AS u(x)) WHERE x > 1
SELECT id, array_agg(x * 2 ORDER BY x) FROM (VALUES (1, ARRAY[2,1]), (2, ARRAY[5])) AS t(id, a) CROSS JOIN UNNEST(a) AS u(x) GROUP BY id ORDER BY id
SELECT k, x FROM (SELECT k, array_agg(v ORDER BY v) AS vs FROM (VALUES (1, 1), (1, 2), (2, 3)) AS t(k, v) GROUP BY k) CROSS JOIN UNNEST(vs) AS u(x) ORDER BY k, x
-- Rows and maps
SELECT * FROM UNNEST(ARRAY[ROW(1,'a'), NULL, ROW(2,NULL)]) AS t(a, b)
SELECT * FROM UNNEST(ARRAY[CAST(ROW(1,'a') AS ROW(x integer, Y varchar))])
SELECT t.y, x FROM UNNEST(ARRAY[CAST(ROW(1,'a') AS ROW(x integer, Y varchar))]) AS t
SELECT id, n, s, o FROM (VALUES (1, ARRAY[CAST(ROW(1,'a') AS ROW(n integer, s varchar)), NULL]), (2, NULL), (3, ARRAY[])) AS t(id, r) LEFT JOIN UNNEST(r) WITH ORDINALITY AS u(n, s, o) ON true
SELECT * FROM UNNEST(ARRAY[ROW(1,'a')], ARRAY[1,2]) WITH ORDINALITY AS t(a, b, c, n)
SELECT x.y FROM UNNEST(ARRAY[ROW(CAST(ROW(1) AS ROW(y integer)))]) AS t(x)
SELECT * FROM UNNEST(map(ARRAY['a','b'], ARRAY[1,NULL])) WITH ORDINALITY AS t(k, v, n)
SELECT * FROM UNNEST(map(ARRAY['a'], ARRAY[ROW(1,2)])) AS t(k, v)
SELECT id, k, v FROM (VALUES (1, map(ARRAY['a','b'], ARRAY[1,2])), (2, map()), (3, NULL)) AS t(id, m) LEFT JOIN UNNEST(m) AS e(k, v) ON true
SELECT id, x, y, z, w FROM (VALUES (1, ARRAY[1,2,3], ARRAY['a'], map(ARRAY[5], ARRAY[6])), (2, NULL, ARRAY['b'], NULL)) AS t(id, a, b, m) CROSS JOIN UNNEST(a, b, m) AS u(x, y, z, w)
SELECT k, v FROM (VALUES map(ARRAY['a'], ARRAY[1])) AS t(m) CROSS JOIN UNNEST(map_entries(m)) AS u(k, v)
-- In queries within
SELECT id, (SELECT sum(x) FROM UNNEST(a) AS u(x)), (SELECT array_agg(x ORDER BY x DESC) FROM UNNEST(a) AS u(x)) FROM (VALUES (1, ARRAY[1,2]), (2, ARRAY[5])) AS t(id, a)
SELECT id FROM (VALUES (1, ARRAY[1,2]), (2, ARRAY[5])) AS t(id, a) WHERE EXISTS (SELECT 1 FROM UNNEST(a) AS u(x) WHERE x > 4)
SELECT id FROM (VALUES (1, ARRAY[1,2]), (2, ARRAY[5])) AS t(id, a) WHERE 5 IN (SELECT x FROM UNNEST(a) AS u(x))
SELECT id, (SELECT max(x) FROM UNNEST(a) AS u(x) WHERE x < id + 3) FROM (VALUES (1, ARRAY[1,2]), (2, ARRAY[5])) AS t(id, a)
SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x IN (SELECT y FROM UNNEST(ARRAY[1,3]) AS u(y))
-- What is no UNNEST
SELECT * FROM UNNEST(5) AS t(x)
SELECT * FROM UNNEST(NULL) AS t(x)
SELECT * FROM UNNEST(ARRAY[1,2]) AS t(x, y)
SELECT * FROM (VALUES ARRAY[1]) AS t(a) CROSS JOIN UNNEST(b) AS u(x)
SELECT id, x FROM (VALUES (1, ARRAY[10,20])) AS t(id, a) LEFT JOIN UNNEST(a) AS u(x) ON x > 10
SELECT id, x FROM (VALUES (1, ARRAY[10,20])) AS t(id, a) INNER JOIN UNNEST(a) AS u(x) ON x > 10
SELECT * FROM (VALUES ARRAY[1, 2]) AS t(a), LATERAL (SELECT * FROM UNNEST(a) AS u(x))
SELECT * FROM (VALUES ARRAY[1, 2], ARRAY[3], ARRAY[]) AS t(a) LEFT JOIN LATERAL (SELECT x FROM UNNEST(a) AS u(x)) ON true
-- Refused
SELECT id, x FROM (VALUES (1, ARRAY[10,20])) AS t(id, a) RIGHT JOIN UNNEST(ARRAY[5]) AS u(x) ON true
