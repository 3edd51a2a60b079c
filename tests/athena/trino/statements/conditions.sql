-- Conditions
SELECT CASE WHEN x > 1 THEN 'big' ELSE 'small' END, CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, if(x > 1, 10), if(x > 1, 10, 2.5), nullif(x, 1), coalesce(NULL, x, 5) FROM (VALUES 1, 2, NULL) AS t(x)
SELECT coalesce(NULL, 1, 2.5), coalesce(1, 2e0), nullif(1, 1.0), nullif('a', 'b')
SELECT greatest(1, 2, 3), least(1, 2.5), greatest(1, NULL), least('b', 'a'), greatest(DATE '2026-01-01', DATE '2026-02-01')
SELECT x IN (1, 2), x NOT IN (1, 2), x IN (1, NULL), x BETWEEN 1 AND 2, x NOT BETWEEN 1 AND 2 FROM (VALUES 1, 3, NULL) AS t(x)
SELECT x IS NULL, x IS NOT NULL, x IS DISTINCT FROM 1, x IS NOT DISTINCT FROM NULL, NOT x = 1, x = 1 OR x IS NULL, x = 1 AND x > 0 FROM (VALUES 1, NULL) AS t(x)
SELECT TRUE AND NULL, FALSE AND NULL, TRUE OR NULL, NOT NULL
SELECT typeof(1), typeof(1.5), typeof('a' || 'b'), typeof(NULL), typeof(1e0), typeof(DATE '2026-01-01')
SELECT 1 = 'a'
SELECT 'a' + 1
SELECT 1 WHERE 'a'
SELECT CASE WHEN true THEN 1 ELSE 'a' END
SELECT length(5)
