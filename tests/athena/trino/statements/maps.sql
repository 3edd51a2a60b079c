-- Made and looked up
SELECT map(ARRAY['z','b','a'], ARRAY[1,2,3]), map(), map(ARRAY[1], ARRAY[NULL]), map(ARRAY[DATE '2026-01-01'], ARRAY[TIMESTAMP '2026-01-01 00:00:00']), map(ARRAY[1.5], ARRAY[ARRAY[1,NULL]]), map(ARRAY['r'], ARRAY[ROW(1,'x')]), map(NULL, ARRAY[1])
SELECT m[k] FROM (VALUES (map(ARRAY['b','a'], ARRAY[1,2]), 'a'), (map(ARRAY['z'], ARRAY[NULL]), 'z'), (NULL, 'a'), (map(ARRAY['z'], ARRAY[9]), NULL)) AS t(m, k)
SELECT element_at(m, k), cardinality(m), map_keys(m), map_values(m), map_entries(m) FROM (VALUES (map(ARRAY['b','a'], ARRAY[1,2]), 'a'), (map(ARRAY['z'], ARRAY[NULL]), 'z'), (map(), 'q'), (NULL, 'a'), (map(ARRAY['z'], ARRAY[9]), NULL)) AS t(m, k)
SELECT m['nope'] FROM (VALUES map(ARRAY['a'], ARRAY[1])) AS t(m)
SELECT TRY(m['nope']), m['a'] + 1, m['a'] FROM (VALUES map(ARRAY['a'], ARRAY[1])) AS t(m)
SELECT map(ARRAY[1], ARRAY['x'])[CAST(1 AS bigint)], element_at(map(ARRAY[1], ARRAY['x']), 1.0), element_at(map(ARRAY[ROW(1,2)], ARRAY['x']), ROW(1,2)), map(ARRAY['a'], ARRAY[ARRAY[1,2]])['a'][2]
SELECT element_at(map(ARRAY['a'], ARRAY[1]), 1)
SELECT map(ARRAY[1,1], ARRAY[1,2])
SELECT map(ARRAY[1,NULL], ARRAY[1,2])
SELECT map(ARRAY[1], ARRAY[1,2])
SELECT map(ARRAY[ROW(1,NULL)], ARRAY[1])
SELECT map(ARRAY[nan(),nan()], ARRAY[1,2])
SELECT map_keys(5)
-- Entries and other maps
SELECT map_from_entries(ARRAY[(1,'x'),(2,NULL)]), map_from_entries(ARRAY[]), multimap_from_entries(ARRAY[(1,'x'),(2,'y'),(1,NULL)]), map_entries(map(ARRAY['z','b'], ARRAY[1,2])), map_from_entries(zip(ARRAY['x','y'], ARRAY[1,2]))
SELECT map_from_entries(ARRAY[(1,'x'),(1,'y')])
SELECT map_from_entries(ARRAY[(NULL,'x')])
SELECT map_from_entries(ARRAY[NULL,(1,2)])
SELECT multimap_from_entries(ARRAY[NULL,(1,2)])
SELECT map_concat(map(ARRAY[1,2,3], ARRAY[1,1,1]), map(ARRAY[4,2], ARRAY[2,2]), map(ARRAY[3,5], ARRAY[3,3])), map_concat(map(ARRAY[1], ARRAY[1]), map()), map_concat(map(ARRAY[1], ARRAY[1]), NULL), map_concat(map(ARRAY[1], ARRAY[1]), map(ARRAY[CAST(1 AS bigint)], ARRAY[2.5]))
SELECT map_concat(map(ARRAY[1], ARRAY[1]))
SELECT CAST(m AS map(varchar, bigint)), CAST(m AS map(bigint, varchar)) FROM (VALUES map(ARRAY[1,2], ARRAY[3,NULL]), NULL, map()) AS t(m)
SELECT CAST(map(ARRAY['1','01'], ARRAY[2,3]) AS map(integer, varchar))
SELECT CAST(map(ARRAY['a'], ARRAY[1]) AS varchar)
SELECT ARRAY[map(ARRAY['a'], ARRAY[1]), map(ARRAY['b'], ARRAY[2.5])], coalesce(NULL, map(ARRAY['a'], ARRAY[1])), if(true, map(ARRAY['a'], ARRAY[1]), map())
-- Compared
SELECT map(ARRAY[1,2], ARRAY[1,2]) = map(ARRAY[2,1], ARRAY[2,1]), map(ARRAY[1], ARRAY[NULL]) = map(ARRAY[1], ARRAY[1]), map(ARRAY[1], ARRAY[NULL]) <> map(ARRAY[2], ARRAY[1]), map(ARRAY[1], ARRAY[1]) = map(ARRAY[1,2], ARRAY[1,1]), map(ARRAY[1,2], ARRAY['a','b']) IN (map(ARRAY[2,1], ARRAY['b','a']))
SELECT map(ARRAY[1], ARRAY[1]) < map(ARRAY[1], ARRAY[1])
SELECT x FROM (VALUES map(ARRAY[1], ARRAY[1])) AS t(x) ORDER BY x
SELECT max(m) FROM (VALUES map(ARRAY[1], ARRAY[1])) AS t(m)
-- Aggregates, asked so that the order of entries does not matter
SELECT k, map_agg(s, v)['a'], array_sort(map_keys(map_agg(s, v))), array_sort(map_entries(map_agg(s, v))), element_at(multimap_agg(s, v), 'a'), element_at(histogram(s), 'a') FROM (VALUES (1, 'a', 10), (1, 'b', 20), (1, 'a', 30), (2, 'a', 5), (2, NULL, 6)) AS t(k, s, v) GROUP BY k ORDER BY k
SELECT k, map_agg(s, v ORDER BY v DESC)['a'], multimap_agg(s, v ORDER BY v DESC)['a'] FROM (VALUES (1, 'a', 10), (1, 'a', 30), (2, 'a', 5)) AS t(k, s, v) GROUP BY k ORDER BY k
SELECT map_agg(k, v), multimap_agg(k, v), histogram(k) FROM (VALUES (1, 2)) AS t(k, v) WHERE k > 5
SELECT map_agg(k, v), histogram(k) FROM (VALUES (CAST(NULL AS integer), 1)) AS t(k, v)
SELECT map_agg(k, v) FILTER (WHERE v > 1), multimap_agg(k, v) FILTER (WHERE v > 1), histogram(k) FILTER (WHERE v > 1) FROM (VALUES (1, 2), (2, 1)) AS t(k, v)
SELECT cardinality(map_union(m)), map_union(m)[2], map_union(m)[1], array_sort(map_keys(map_union(m))) FROM (VALUES map(ARRAY[1,2], ARRAY[NULL,2]), map(ARRAY[1,2,3], ARRAY[10,20,30]), NULL) AS t(m)
SELECT map_union(m) FROM (VALUES CAST(map() AS map(integer, integer)), NULL) AS t(m)
SELECT histogram(x)[DATE '2026-01-01'], histogram(y)[1.50], histogram(z)[true], histogram(w)[TIMESTAMP '2026-01-01 00:00:00'] FROM (VALUES (DATE '2026-01-01', 1.50, true, TIMESTAMP '2026-01-01 00:00:00'), (DATE '2026-01-01', 1.5, false, TIMESTAMP '2026-01-01 00:00:00')) AS t(x, y, z, w)
SELECT map_from_entries(array_agg(ROW(k, v))), map_agg(k, ROW(v, k)) FROM (VALUES ('a', 1)) AS t(k, v)
SELECT element_at(map_agg(k, v), 'b'), map_agg(k, v)['a'] FROM (VALUES ('a', 1)) AS t(k, v)
SELECT id, map_agg(k, v) OVER (PARTITION BY id) FROM (VALUES (1, 'a', 1), (2, 'b', 2)) AS t(id, k, v)
SELECT array_agg(m ORDER BY id), max_by(m, id), count(m) FROM (VALUES (1, map(ARRAY['a'], ARRAY[1])), (2, map(ARRAY['b'], ARRAY[2]))) AS t(id, m)
-- Refused
SELECT DISTINCT m FROM (VALUES map(ARRAY[1,2], ARRAY[1,1]), map(ARRAY[2,1], ARRAY[1,1])) AS t(m)
SELECT m, count(*) FROM (VALUES map(ARRAY[1,2], ARRAY[1,1]), map(ARRAY[2,1], ARRAY[1,1])) AS t(m) GROUP BY m
SELECT map(ARRAY[1], ARRAY[1]) IS DISTINCT FROM map(ARRAY[1], ARRAY[NULL])
SELECT map_agg(DISTINCT k, v) FROM (VALUES (1, 2)) AS t(k, v)
SELECT histogram(x) FROM (VALUES 1e0) AS t(x)
