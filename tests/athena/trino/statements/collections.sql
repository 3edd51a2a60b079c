-- Arrays, maps, rows
SELECT ARRAY[1, 2, NULL], ARRAY[1, 2.5], cardinality(ARRAY[1, 2]), contains(ARRAY[1, 2], 2), contains(ARRAY[1, NULL], 2), contains(ARRAY[1], 2), element_at(ARRAY[1, 2], 5), element_at(ARRAY[1, 2], -1), ARRAY[7, 8][2]
SELECT ARRAY[1][2]
SELECT a[0] FROM (VALUES ARRAY[1]) AS t(a)
SELECT sequence(1, 5), sequence(5, 1), sequence(1, 10, 3), sequence(3, 3)
SELECT sequence(1, 20000)
SELECT sequence(1, 5, -1)
SELECT map(ARRAY['a', 'b'], ARRAY[1, 2])['a'], element_at(map(ARRAY['a'], ARRAY[1]), 'z'), cardinality(map(ARRAY['a'], ARRAY[1])), map_keys(map(ARRAY['a'], ARRAY[1])), map_values(map(ARRAY['a'], ARRAY[1]))
SELECT map(ARRAY['a'], ARRAY[1])['z']
SELECT ROW(1, 'a'), ROW(1, NULL)
SELECT typeof(x), y FROM (VALUES ROW(ARRAY[1], 2)) AS t(x, y)
-- Arrays: looking for values
SELECT a, b, contains(a, b), array_position(a, b), array_remove(a, b) FROM (VALUES (ARRAY[3,1,NULL,3], 1), (ARRAY[], 2), (NULL, 1), (ARRAY[1], NULL), (ARRAY[5,6,7,5], 5), (ARRAY[NULL], 3)) AS t(a, b)
SELECT contains(ARRAY[1,2], 2.0), contains(ARRAY['a'], 'abc'), contains(ARRAY[ROW(1,2)], ROW(1,2)), contains(NULL, 1), contains(ARRAY[nan()], nan()), array_position(ARRAY[1,2], 2e0), array_remove(ARRAY[nan(), 1e0], nan())
SELECT contains(ARRAY[ARRAY[1,NULL]], ARRAY[1,2])
SELECT contains(ARRAY[ARRAY[1,NULL]], ARRAY[2,2]), array_remove(ARRAY[ARRAY[1,NULL], ARRAY[2]], ARRAY[2])
SELECT contains(5, 5)
SELECT contains_sequence(ARRAY[1,2,3], ARRAY[2,3]), contains_sequence(ARRAY[1,2,3], ARRAY[1,3]), contains_sequence(ARRAY[1], ARRAY[]), contains_sequence(ARRAY[1,NULL], ARRAY[NULL]), contains_sequence(ARRAY[1], NULL)
SELECT x FROM (VALUES ARRAY[1,2], ARRAY[3]) AS t(x) WHERE contains(x, 3)
SELECT count(*) FROM (VALUES (ARRAY[1,2], 1), (ARRAY[3], 3)) AS t(a, n) JOIN (VALUES 1, 2, 3) AS u(m) ON contains(t.a, u.m)
-- Arrays: order
SELECT array_sort(ARRAY[3,1,NULL,2]), array_sort(ARRAY['b','a','B',NULL]), array_sort(ARRAY[nan(), 1e0, NULL, -infinity()]), array_sort(ARRAY[true,false]), array_sort(ARRAY[]), array_sort(ARRAY[ROW(2,'a'), ROW(1,'b'), NULL])
SELECT array_sort(ARRAY[ARRAY[1,NULL], ARRAY[1,2]])
SELECT array_max(ARRAY[1,3,2]), array_min(ARRAY[1,NULL]), array_max(ARRAY[]), array_max(ARRAY['a','b']), array_min(ARRAY[2.5,1]), array_max(ARRAY[ARRAY[1,2], ARRAY[1,3]])
SELECT array_max(ARRAY[nan(), 1e0]), array_min(ARRAY[nan(), 1e0]), array_max(ARRAY[nan()]), array_max(ARRAY[DATE '2026-01-01', DATE '2026-02-01'])
SELECT reverse(ARRAY[1,NULL,2]), reverse(ARRAY[]), array_sort(reverse(split('b,a,c', ',')))
-- Arrays: sets
SELECT array_distinct(ARRAY[3,1,NULL,3,2,NULL]), array_distinct(ARRAY[ROW(1,NULL), ROW(1,NULL)]), array_union(ARRAY[3,1,NULL,3], ARRAY[2,NULL,1]), array_except(ARRAY[3,1,NULL,3,5,5], ARRAY[1]), array_except(ARRAY[1,2.5], ARRAY[1])
SELECT array_intersect(ARRAY[3,1,2], ARRAY[2,3]), array_intersect(ARRAY[2,3], ARRAY[3,1,2]), array_intersect(ARRAY[1,2], ARRAY[2,1]), array_intersect(ARRAY[3,2,NULL], ARRAY[NULL,9,2,3]), array_intersect(ARRAY[5,5,6,6], ARRAY[6,5,5])
SELECT arrays_overlap(ARRAY[1,2], ARRAY[2]), arrays_overlap(ARRAY[1,NULL], ARRAY[2]), arrays_overlap(ARRAY[1], ARRAY[2]), arrays_overlap(ARRAY[NULL], ARRAY[NULL]), arrays_overlap(ARRAY[], ARRAY[NULL]), arrays_overlap(ARRAY[1], NULL)
SELECT a, b, array_union(a, b), array_intersect(a, b), array_except(a, b), arrays_overlap(a, b) FROM (VALUES (ARRAY[3,1,NULL,3], ARRAY[1,NULL]), (ARRAY[], ARRAY[2]), (NULL, ARRAY[1]), (ARRAY[1], NULL), (ARRAY[5,6,7,5], ARRAY[6,7])) AS t(a, b)
SELECT array_union(ARRAY[1], ARRAY['a'])
-- Arrays: joined, cut, made
SELECT array_join(ARRAY[1,NULL,3], ','), array_join(ARRAY[1,NULL,3], ',', 'x'), array_join(ARRAY[], ','), array_join(ARRAY[NULL], '-'), array_join(ARRAY['a','b'], ''), array_join(ARRAY['a'], NULL), array_join(ARRAY[1.50,2], ','), array_join(ARRAY[true,false], '/'), array_join(ARRAY[DATE '2026-01-01'], ',')
SELECT array_join(s, d), array_join(s, d, '?') FROM (VALUES (ARRAY['b','a','é'], ', '), (ARRAY['x',NULL], ''), (ARRAY[], '-'), (NULL, '-'), (ARRAY['👍','日本'], '👍🏽'), (ARRAY['p','q'], NULL)) AS t(s, d)
SELECT array_join(ARRAY[ARRAY[1]], ',')
SELECT slice(ARRAY[1,2,3,4], 2, 2), slice(ARRAY[1,2,3,4], -2, 5), slice(ARRAY[1,2], 5, 1), slice(ARRAY[1,2], -5, 4), slice(ARRAY[1,2], 1, 0), slice(ARRAY[1], NULL, 1)
SELECT slice(ARRAY[1,2], 0, 1)
SELECT slice(ARRAY[1,2], 1, -1)
SELECT trim_array(ARRAY[1,2,3], 1), trim_array(ARRAY[1], 1), trim_array(ARRAY[1,2], 0)
SELECT trim_array(ARRAY[1], 2)
SELECT flatten(ARRAY[ARRAY[1], NULL, ARRAY[], ARRAY[2,NULL]]), flatten(ARRAY[]), zip(ARRAY[1,2], ARRAY['a']), zip(ARRAY[1], NULL), repeat('a', 2), repeat(NULL, 2), repeat(ARRAY[1], 0)
SELECT repeat(1, -1)
SELECT repeat(1, 10001)
SELECT ngrams(ARRAY['a','b','c'], 2), ngrams(ARRAY['a','b'], 5), ngrams(ARRAY['a','b'], 1), ngrams(ARRAY[], 2)
SELECT ngrams(ARRAY[1], 0)
SELECT combinations(ARRAY['a','b','c','d'], 2), combinations(ARRAY[1,2], 3), combinations(ARRAY[1,2], 0), combinations(ARRAY[1,NULL,1], 2), combinations(ARRAY[1,2,3,4,5], 3)
SELECT combinations(ARRAY[1,2,3,4,5,6], 6)
SELECT sequence(a, b), sequence(a, b, c) FROM (VALUES (1, 3, 1), (3, 1, -1), (5, 5, 2), (NULL, 1, 1), (1, 10, 4), (10, 1, -4)) AS t(a, b, c)
SELECT sequence(1, 1, 0)
SELECT sequence(DATE '2026-01-01', DATE '2026-01-04'), sequence(DATE '2026-01-02', DATE '2025-12-31'), sequence(DATE '2026-01-01', DATE '2026-01-10', INTERVAL '3' DAY), sequence(DATE '2026-01-31', DATE '2026-05-31', INTERVAL '1' MONTH), sequence(DATE '2024-02-29', DATE '2028-02-29', INTERVAL '1' YEAR)
SELECT sequence(TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 02:00:00', INTERVAL '1' HOUR), sequence(TIMESTAMP '2026-01-31 10:00:00.123456', TIMESTAMP '2026-04-01 00:00:00', INTERVAL '1' MONTH), sequence(TIMESTAMP '2026-01-31 10:00:00', TIMESTAMP '2026-02-28 09:00:00', INTERVAL '1' MONTH), sequence(DATE '2026-01-02', TIMESTAMP '2026-01-03 00:00:00', INTERVAL '1' DAY)
SELECT sequence(DATE '2026-03-31', DATE '2025-12-31', INTERVAL '-1' MONTH), sequence(TIMESTAMP '1970-01-01 05:00:00.000', TIMESTAMP '1969-12-31 23:00:00.000', INTERVAL '-6' HOUR)
SELECT sequence(DATE '2026-01-01', DATE '2026-01-02', INTERVAL '1' HOUR)
SELECT sequence(DATE '2026-01-02', DATE '2026-01-01', INTERVAL '1' DAY)
SELECT sequence(TIMESTAMP '2026-01-02 00:00:00', TIMESTAMP '2026-01-03 00:00:00')
SELECT ARRAY[1]||2, 1||ARRAY[2], ARRAY[1]||ARRAY[2], ARRAY[1]||2.5, ARRAY['a']||'bcd', ARRAY[ARRAY[1]]||ARRAY[2], ARRAY[1]||2||3, ARRAY[]||1
SELECT ARRAY[1]||CAST(NULL AS integer), CAST(NULL AS integer)||ARRAY[1], CAST(NULL AS array(integer))||1, concat(ARRAY[1], ARRAY[2.5], ARRAY[NULL]), concat(ARRAY[1], 2), concat(1, ARRAY[2])
SELECT ARRAY[1]||NULL
SELECT ARRAY[]||ARRAY[1]
SELECT ARRAY[1]||'a'
-- Arrays: places, types, casts
SELECT element_at(a, i), element_at(a, -i), cardinality(a) FROM (VALUES (ARRAY[1,2], 2), (ARRAY[NULL], 1), (NULL, 1), (ARRAY[1], NULL), (ARRAY[7], 5)) AS t(a, i)
SELECT element_at(ARRAY[1,2], 0)
SELECT ARRAY[1,2][-1]
SELECT ARRAY[1,2][1.0]
SELECT ARRAY[ARRAY[1,2], ARRAY[3]][2][1], element_at(ARRAY[ARRAY[1,2]], 1)[2], TRY(ARRAY[1][5]), ARRAY[1,2][NULL], cardinality(NULL), cardinality(ARRAY[])
SELECT ARRAY[1, 2.5, CAST(3 AS double)], ARRAY[DATE '2026-01-01', TIMESTAMP '2026-01-01 00:00:00'], ARRAY[ARRAY[1], ARRAY[2.5]], ARRAY[ROW(1,'a'), ROW(2.5,NULL)], ARRAY['a','bcd'], ARRAY[ARRAY[], ARRAY[1]], ARRAY[NULL, NULL]
SELECT ARRAY[1, 'a']
SELECT CAST(a AS array(varchar)), CAST(a AS array(double)), CAST(a AS array(decimal(5,1))), CAST(a AS array(boolean)), TRY_CAST(s AS array(integer)), CAST(s AS array(varchar(1))) FROM (VALUES (ARRAY[1,0,NULL], ARRAY['1','x2']), (NULL, NULL), (ARRAY[], ARRAY['7'])) AS t(a, s)
SELECT CAST(ARRAY['x'] AS array(integer))
SELECT CAST(ARRAY[1] AS varchar)
SELECT CAST(ARRAY[ARRAY[1.5]] AS array(array(bigint))), CAST(ARRAY[] AS array(varchar)), CAST(ARRAY[NULL] AS array(date))
-- Arrays compared, grouped, ordered
SELECT a = b, a <> b, a < b, a >= b, a IS DISTINCT FROM b FROM (VALUES (ARRAY[1,2], ARRAY[1,3]), (ARRAY[1], ARRAY[1,0]), (NULL, ARRAY[1]), (ARRAY[], ARRAY[1]), (ARRAY[2], ARRAY[2])) AS t(a, b)
SELECT ARRAY[1,NULL] = ARRAY[1,NULL], ARRAY[1,NULL] = ARRAY[2,NULL], ARRAY[1,NULL] = ARRAY[1,NULL,3], ARRAY[1,NULL] IS DISTINCT FROM ARRAY[1,NULL], ARRAY[nan()] = ARRAY[nan()], ARRAY[nan()] IS DISTINCT FROM ARRAY[nan()], ARRAY[ARRAY[1,NULL]] <> ARRAY[ARRAY[2,NULL]]
SELECT ARRAY[1,NULL] < ARRAY[1,NULL]
SELECT a IN (ARRAY[1], ARRAY[2,NULL]), a NOT IN (ARRAY[1]), a BETWEEN ARRAY[0] AND ARRAY[1,5] FROM (VALUES ARRAY[1], ARRAY[2,3], NULL, ARRAY[3]) AS t(a)
SELECT CASE a WHEN ARRAY[1] THEN 'one' ELSE 'other' END, nullif(a, ARRAY[1]), coalesce(a, ARRAY[9]), if(a = ARRAY[2], 1, 0) FROM (VALUES ARRAY[1], ARRAY[2], NULL, ARRAY[NULL]) AS t(a)
SELECT a, count(*), sum(n) FROM (VALUES (ARRAY[1,NULL], 1), (ARRAY[1,NULL], 3), (ARRAY[], 7), (NULL, 1), (NULL, 2)) AS t(a, n) GROUP BY a
SELECT DISTINCT x FROM (VALUES ARRAY[1,NULL], ARRAY[1,NULL], ARRAY[2]) AS t(x)
SELECT a FROM (VALUES ARRAY[1]) AS t(a) UNION SELECT ARRAY[1] UNION SELECT ARRAY[2.5]
SELECT x FROM (VALUES ARRAY[2,1], ARRAY[1,5], NULL, ARRAY[1]) AS t(x) ORDER BY x
SELECT x FROM (VALUES ARRAY[2,1], ARRAY[1,5], NULL) AS t(x) ORDER BY x DESC NULLS FIRST
SELECT x FROM (VALUES ARRAY[1,NULL], ARRAY[2]) AS a(x) JOIN (VALUES ARRAY[1,NULL], ARRAY[2]) AS b(x) USING (x)
-- Arrays and aggregates
SELECT k, array_agg(v ORDER BY v DESC), array_agg(v ORDER BY v) FILTER (WHERE v > 1), array_join(array_agg(CAST(v AS varchar) ORDER BY v), ',') FROM (VALUES (1, 1), (1, 2), (2, 3)) AS t(k, v) GROUP BY k ORDER BY k
SELECT array_agg(x) FROM (VALUES 1) AS t(x) WHERE false
SELECT array_agg(DISTINCT x ORDER BY x DESC), array_agg(x ORDER BY x) FROM (VALUES 1, NULL, 2, 1) AS t(x)
SELECT min(a), max(a), max_by(a, n), count(DISTINCT a), count(a) FROM (VALUES (ARRAY[1,2], 1), (ARRAY[1], 2), (ARRAY[1], 0), (NULL, 5)) AS t(a, n)
SELECT max(a) FROM (VALUES ARRAY[1,NULL], ARRAY[1,2]) AS t(a)
SELECT rank() OVER (ORDER BY a), row_number() OVER (PARTITION BY a ORDER BY n), lag(a) OVER (ORDER BY n) FROM (VALUES (ARRAY[1], 1), (ARRAY[2], 2)) AS t(a, n)
SELECT a IN (SELECT b FROM (VALUES ARRAY[1], NULL) AS u(b)) FROM (VALUES ARRAY[1,NULL], ARRAY[1], NULL) AS t(a)
SELECT DISTINCT x FROM (VALUES ARRAY[2], ARRAY[1]) AS t(x) ORDER BY x
-- Refused
SELECT arrays_overlap(ARRAY[1e0], ARRAY[1e0])
SELECT ARRAY[1e0] < ARRAY[2e0]
SELECT combinations(a, n) FROM (VALUES (ARRAY[1,2], 1)) AS t(a, n)
SELECT greatest(ARRAY[1,2], ARRAY[1,3])
SELECT a IN (SELECT b FROM (VALUES ARRAY[1,NULL], NULL) AS u(b)) FROM (VALUES ARRAY[1,NULL], ARRAY[1], NULL) AS t(a)
