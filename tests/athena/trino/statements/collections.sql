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
