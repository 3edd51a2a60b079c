-- transform and filter
SELECT transform(ARRAY[1,2,NULL], x -> x + 1), transform(ARRAY['a','b'], s -> upper(s) || s), transform(ARRAY[DATE '2026-01-01'], d -> d + INTERVAL '1' DAY), transform(ARRAY[], x -> 1), transform(ARRAY[1], x -> NULL), transform(NULL, x -> x), transform(ARRAY[1], X -> x)
SELECT transform(ARRAY[1,2], x -> CASE WHEN x = 1 THEN 'one' ELSE 'other' END), transform(ARRAY[1,2], x -> x IN (1, 5)), transform(ARRAY[1,2], x -> x BETWEEN 2 AND 3), transform(ARRAY[1,NULL], x -> x IS NULL), transform(ARRAY[1,2], x -> coalesce(nullif(x, 1), 9)), transform(ARRAY['1','x'], x -> TRY_CAST(x AS integer))
SELECT transform(a, x -> x + n), filter(a, x -> x > n) FROM (VALUES (ARRAY[1,2,3], 2), (ARRAY[], 1), (NULL, 5), (ARRAY[NULL,7], 6), (ARRAY[4], NULL)) AS t(a, n)
SELECT filter(a, x -> x > b AND x < c), filter(a, x -> x IS NOT NULL), filter(ARRAY[1,2,NULL], x -> x > 1) FROM (VALUES (ARRAY[1,5,NULL,9], 2, 8)) AS t(a, b, c)
SELECT transform(ARRAY[1,2], y -> t.y + y), transform(ARRAY[1,2], y -> x + Y) FROM (VALUES (10, 5)) AS t(y, x)
SELECT transform(ARRAY[ARRAY[1,2], ARRAY[3]], a -> transform(a, x -> x + cardinality(a))), transform(ARRAY[1,2], x -> transform(ARRAY[3], x -> x)), transform(ARRAY[1,2], x -> transform(ARRAY[10,20], y -> transform(ARRAY[100], z -> x + y + z)))
SELECT transform(a, x -> transform(b, y -> (x, y))), filter(transform(a, x -> x || z), x -> x <> '1k') FROM (VALUES (ARRAY['1','2'], ARRAY['p','q'], 'k')) AS t(a, b, z)
SELECT transform(a, x -> x.name), filter(a, x -> x.n > 1), transform(a, x -> ROW(x.n, 'v')) FROM (VALUES ARRAY[CAST(ROW('p', 1) AS ROW(name varchar, n integer)), CAST(ROW('q', 2) AS ROW(name varchar, n integer))]) AS t(a)
SELECT transform(ARRAY[map(ARRAY['a'], ARRAY[1])], m -> m['a']), transform(ARRAY[ARRAY[1,2]], a -> a[2]), transform(split('a=1,b=2', ','), kv -> split(kv, '=')[1])
SELECT array_join(transform(array_sort(array_distinct(split('b,a,b', ','))), s -> upper(s)), '-')
SELECT x FROM (VALUES ARRAY[1,2], ARRAY[3]) AS t(x) WHERE cardinality(filter(x, e -> e > 1)) > 0 AND transform(x, e -> e * 2) <> ARRAY[6]
SELECT transform(a, x -> x * 2) AS d, count(*) FROM (VALUES ARRAY[1], ARRAY[1], ARRAY[2]) AS t(a) GROUP BY 1 ORDER BY 1
SELECT k, transform(array_agg(v ORDER BY v), x -> x * k), filter(array_agg(v ORDER BY v), x -> x > 1) FROM (VALUES (1, 1), (1, 2), (2, 3)) AS t(k, v) GROUP BY k ORDER BY k
-- What fails inside
SELECT transform(ARRAY[1,2], x -> 1 / (x - 1))
SELECT TRY(transform(ARRAY[1,2], x -> 1 / (x - 1))), transform(ARRAY[1,2], x -> TRY(1 / (x - 1)))
SELECT transform(a, x -> 10 / x) FROM (VALUES ARRAY[1,2], ARRAY[0]) AS t(a) WHERE NOT contains(a, 0)
SELECT if(contains(a, 0), ARRAY[], transform(a, x -> 10 / x)) FROM (VALUES ARRAY[1,2], ARRAY[0]) AS t(a)
SELECT any_match(ARRAY[1,0], x -> 1 / x = 1), all_match(ARRAY[2,0], x -> 1 / x = 1), none_match(ARRAY[1,0], x -> 1 / x = 1)
SELECT any_match(ARRAY[0,1], x -> 1 / x = 1)
-- Matches
SELECT any_match(ARRAY[1,NULL], x -> x = 2), any_match(ARRAY[], x -> true), all_match(ARRAY[1,NULL], x -> x = 1), all_match(ARRAY[], x -> false), none_match(ARRAY[1,NULL], x -> x = 1), none_match(ARRAY[2,NULL], x -> x = 1), none_match(ARRAY[], x -> true)
SELECT any_match(a, x -> x = n), all_match(a, x -> x > n), none_match(a, x -> x = n) FROM (VALUES (ARRAY[1,2,3], 2), (ARRAY[], 1), (NULL, 5), (ARRAY[NULL,7], 7), (ARRAY[4], NULL), (ARRAY[5,6], 4)) AS t(a, n)
SELECT id, any_match(a, x -> any_match(b, y -> x + y = n)) FROM (VALUES (1, ARRAY[1,2,3], ARRAY[1], 2), (2, ARRAY[], ARRAY[5], 1), (3, NULL, ARRAY[1], 5), (4, ARRAY[1,7], ARRAY[10,20], 17), (5, ARRAY[4], NULL, 1)) AS t(id, a, b, n)
-- reduce
SELECT reduce(ARRAY[5,20,50], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5,20,NULL], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5,20,NULL], 0, (s, x) -> s + coalesce(x, 0), s -> s), reduce(ARRAY[], 0, (s, x) -> s, s -> s), reduce(CAST(NULL AS array(integer)), 0, (s, x) -> s + x, s -> s)
SELECT reduce(ARRAY[5,20], CAST(0 AS bigint), (s, x) -> s + x, s -> s), reduce(ARRAY['a','b'], '', (s, x) -> s || x, s -> s || '!'), reduce(ARRAY[1.5,2.5], 0e0, (s, x) -> s + x, s -> s / 2), reduce(ARRAY[5,20], 0, (s, x) -> s + x + CAST(1 AS bigint), s -> s)
SELECT reduce(ARRAY[5,20], CAST(ROW(0.0, 0) AS ROW(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS ROW(sum double, count integer)), s -> if(s.count = 0, NULL, s.sum / s.count))
SELECT reduce(ARRAY[1,2], ARRAY[], (s, x) -> s || x, s -> s), reduce(ARRAY['a','b'], map(ARRAY['z'], ARRAY[0]), (s, x) -> map_concat(s, map(ARRAY[x], ARRAY[1])), s -> cardinality(s))
SELECT reduce(a, n, (s, x) -> s * x + n, s -> s - n) FROM (VALUES (ARRAY[1,2,3], 2), (ARRAY[], 1), (NULL, 5), (ARRAY[2,7], 7), (ARRAY[4], NULL), (ARRAY[4], 3)) AS t(a, n)
SELECT id, transform(a, x -> reduce(b, x, (s, y) -> s + y * n, s -> s + x)), reduce(a, 0, (s, x) -> s + reduce(b, 0, (q, y) -> q + y * x + n, q -> q), s -> s + n) FROM (VALUES (1, ARRAY[1,2,3], ARRAY[1], 2), (2, ARRAY[], ARRAY[5], 1), (3, NULL, ARRAY[1], 5), (4, ARRAY[1,7], ARRAY[10,20], 17), (5, ARRAY[4], NULL, 1), (6, ARRAY[4,1], ARRAY[3,3,3], 7)) AS t(id, a, b, n)
SELECT count(*), sum(reduce(sequence(1, x), CAST(0 AS bigint), (s, i) -> s + i % (y + 1), s -> s)), sum(cardinality(filter(sequence(1, x), i -> i % (y + 1) = 0))) FROM (SELECT i % 7 AS x, i % 5 AS y FROM UNNEST(sequence(1, 9000)) AS t(i))
SELECT reduce(ARRAY[5,20], 0, (s, x) -> 'a', s -> s)
-- zip_with
SELECT zip_with(ARRAY['a','b'], ARRAY[1,2], (s, n) -> s || CAST(n AS varchar)), zip_with(ARRAY[1,2,3], ARRAY[4], (x, y) -> coalesce(x, 0) + coalesce(y, 0)), zip_with(ARRAY[1,2], ARRAY['a'], (x, y) -> (x, y)), zip_with(ARRAY[1,2], NULL, (x, y) -> x)
SELECT zip_with(a, b, (x, y) -> x * y + z) FROM (VALUES (ARRAY[1,2], ARRAY[3,4], 10), (ARRAY[1], ARRAY[], 5), (NULL, ARRAY[1], 1)) AS t(a, b, z)
-- Maps
SELECT transform_values(m, (k, v) -> v + n), transform_keys(m, (k, v) -> k || d), map_filter(m, (k, v) -> v > n) FROM (VALUES (map(ARRAY['a','b'], ARRAY[1,2]), 1, 'x'), (map(), 7, 'y'), (map(ARRAY['z'], ARRAY[9]), 8, 'w'), (NULL, 1, 'v'), (map(ARRAY['q'], ARRAY[NULL]), 1, '')) AS t(m, n, d)
SELECT map_zip_with(map(ARRAY['a','b'], ARRAY[1,2]), map(ARRAY['b','c'], ARRAY[3,4]), (k, x, y) -> coalesce(x, 0) + coalesce(y, 0)), map_zip_with(map(ARRAY[1,2], ARRAY['a','b']), map(ARRAY[2,3], ARRAY[1.5,2.5]), (k, a, b) -> ROW(k, a, b))
SELECT transform_values(multimap_agg(k, v), (k, x) -> array_sort(x)) FROM (VALUES ('a', 2), ('a', 1)) AS t(k, v)
SELECT transform_keys(map(ARRAY[1,2], ARRAY[1,2]), (k, v) -> 1)
SELECT transform_keys(map(ARRAY[1,2], ARRAY[1,2]), (k, v) -> NULL)
-- A comparator
SELECT array_sort(ARRAY[3,2,5,1,2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))), array_sort(ARRAY['bc','ab','dc'], (x, y) -> IF(x < y, -1, 1)), array_sort(ARRAY[3,1,3,1,2], (x, y) -> IF(x < y, -1, 1)), array_sort(ARRAY['bb','a','ccc'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1)))
SELECT array_sort(ARRAY[3,NULL,1,2], (x, y) -> CASE WHEN x IS NULL THEN -1 WHEN y IS NULL THEN 1 WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END), array_sort(ARRAY[], (x, y) -> 0), array_sort(ARRAY['b','a','c'], (x, y) -> 0)
SELECT id, array_sort(a, (x, y) -> IF(abs(x - n) < abs(y - n), -1, IF(abs(x - n) = abs(y - n), 0, 1))) FROM (VALUES (1, ARRAY[1,2,3], 3), (2, ARRAY[], 1), (3, ARRAY[9,5,1,5], 8), (4, NULL, 1), (5, ARRAY[4,6], 5)) AS t(id, a, n)
SELECT array_sort(ARRAY[3,1,2], (x, y) -> x - y)
SELECT array_sort(ARRAY[3,1,2], (x, y) -> CAST(x - y AS bigint))
-- What is no lambda, or no such lambda
SELECT transform(ARRAY[1,2], (x, y) -> x)
SELECT transform(ARRAY[1,2], 3)
SELECT transform(5, x -> x)
SELECT filter(ARRAY[1], x -> 1)
SELECT any_match(ARRAY[1], x -> NULL)
SELECT lower(x -> x)
SELECT transform(ARRAY[1], x -> y)
SELECT transform(ARRAY[1], x -> x.y)
SELECT transform(ARRAY[1], x -> sum(x))
SELECT transform(ARRAY[1], x -> sum(y) + x) FROM (VALUES 1) AS t(y)
SELECT transform(a, x -> count(*) OVER ()) FROM (VALUES ARRAY[1]) AS t(a)
SELECT k, transform(array_agg(x), y -> y + x) FROM (VALUES (1, 2)) AS t(k, x) GROUP BY k
SELECT transform(ARRAY[1], x -> (SELECT 1))
SELECT reduce(ARRAY[1, 2], 0, (s, v) -> s + v + (x + 1), s -> s) FROM (VALUES 1, 2) AS t(x) GROUP BY x + 1
SELECT reduce(ARRAY[1, 2], 0, (s, v) -> s + v + x, s -> s) FROM (VALUES 1, 2) AS t(x) GROUP BY x + 1
SELECT transform(a, x -> x + k), count(*) FROM (VALUES (1, ARRAY[1, 2])) AS t(k, a) GROUP BY transform(a, x -> x + k)
SELECT a FROM (VALUES (ARRAY[1, 2], 1), (ARRAY[1, 2], 2)) AS t(a, x) GROUP BY a HAVING any_match(a, v -> v = max(x))
SELECT transform(ARRAY[1], v -> listagg(x) WITHIN GROUP (ORDER BY 1)) FROM (VALUES 'a') AS t(x)
SELECT transform(ARRAY[1], v -> row_number()) FROM (VALUES 1, 2) AS t(x)
SELECT transform(ARRAY[1], x -> x) OVER ()
-- Refused
SELECT x -> x FROM (VALUES 1) AS t(x)
SELECT array_sort(ARRAY['bb','a','cc','d'], (x, y) -> IF(length(x) < length(y), -1, 1))
