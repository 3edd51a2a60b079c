-- Integers
SELECT 7 / 2, -7 / 2, 7 / -2, 7 % 3, -7 % 3, mod(-7, 3), mod(7, -3)
SELECT a / b, a % b FROM (VALUES (7, 2), (-7, 2), (7, -2), (NULL, 2), (7, NULL)) AS t(a, b)
SELECT CAST(7 AS bigint) / 2, 5 - 2, 2 * 3, 1 + CAST(1 AS smallint), CAST(1 AS tinyint) + CAST(1 AS tinyint)
SELECT 1 / 0
SELECT a / b FROM (VALUES (1, 0)) AS t(a, b)
SELECT a % b FROM (VALUES (1, 0)) AS t(a, b)
SELECT TRY(a / b), a FROM (VALUES (1, 0), (6, 3)) AS t(a, b)
SELECT TRY(coalesce(a / b, 5)) FROM (VALUES (1, 0)) AS t(a, b)
SELECT 2147483647 + 1
SELECT 2147483647 + CAST(1 AS bigint), 2147483648, 9223372036854775807
SELECT CAST(9223372036854775807 AS bigint) + 1
SELECT -a, abs(-a), sign(-a) FROM (VALUES (5), (0)) AS t(a)
SELECT bitwise_and(12, 10), bitwise_or(12, 10), bitwise_xor(12, 10)
-- Decimals
SELECT 1.5 + 2.25, 1.5 - 2.25, 1.5 * 2.25, 7.0 / 2, 1.00 / 3, -1.00 / 3, 2.00 / 3
SELECT CAST(10 AS decimal(10,2)) / CAST(3 AS decimal(10,2)), CAST(10 AS decimal(10,2)) / 3
SELECT CAST(1 AS decimal(38,0)) / 3, CAST(2 AS decimal(38,0)) / 3, CAST(10 AS decimal(20,4)) / CAST(3 AS bigint)
SELECT a / b FROM (VALUES (CAST(5 AS decimal(10,2)), CAST(0 AS decimal(10,2)))) AS t(a, b)
SELECT a + b, a - b, a * b, a / b FROM (VALUES (CAST(12.34 AS decimal(10,2)), CAST(0.005 AS decimal(8,4)))) AS t(a, b)
SELECT CAST(99999999999999999999999999999999999999 AS decimal(38,0)) FROM (VALUES 1) AS t(a)
SELECT CAST(1.25 AS decimal(2,1)), CAST(-1.25 AS decimal(2,1)), CAST(1.5 AS bigint), CAST(2.5 AS bigint), CAST(-2.5 AS integer)
SELECT CAST(123.45 AS varchar), CAST(-0.05 AS varchar), CAST(CAST(5 AS decimal(10,3)) AS varchar)
SELECT CAST(1.1 AS double), CAST(CAST(12345678901234567890.123456789 AS decimal(38,9)) AS double)
SELECT CAST(123.4 AS decimal(3,1)), CAST(12.34 AS decimal(10,4))
SELECT CAST(1000 AS decimal(3,1))
SELECT sum(x), avg(x), min(x), max(x), count(x) FROM (VALUES CAST(1.25 AS decimal(10,2)), CAST(2.50 AS decimal(10,2)), NULL) AS t(x)
SELECT avg(x) FROM (VALUES CAST(1.00 AS decimal(10,2)), CAST(1.01 AS decimal(10,2)), CAST(1.02 AS decimal(10,2)), CAST(1.00 AS decimal(10,2))) AS t(x)
SELECT avg(x) FROM (VALUES CAST(-0.01 AS decimal(10,2)), CAST(0.00 AS decimal(10,2))) AS t(x)
SELECT floor(1.5), ceil(1.5), ceiling(-1.5), floor(-1.5), ceil(CAST(99.9 AS decimal(3,1))), abs(-1.5)
SELECT 1.5 = 1.50, 1.5 < 2, 1.5 > 1e0, CAST(1 AS bigint) = 1.0
-- Doubles
SELECT 1e0 / 0e0, -1e0 / 0e0, 0e0 / 0e0, 7e0 / 2, 7 / 2e0, 1e0 + 1, 1.5 + 1e0
SELECT a = a, a <> a, a < 1e0, a > 1e0, a >= a, 1e0 < a, is_nan(a), a IS NULL FROM (VALUES nan(), 1e0, NULL) AS t(a)
SELECT CAST(2.5e0 AS bigint), CAST(-2.5e0 AS bigint), CAST(3.5e0 AS integer), CAST(0.49999999999999994e0 AS bigint), CAST(-0.5e0 AS integer)
SELECT CAST(1e20 AS bigint)
SELECT CAST(1.005e0 AS decimal(10,2)), CAST(2.675e0 AS decimal(10,2)), CAST(0.125e0 AS decimal(10,2)), CAST(1e0 / 3 AS decimal(20,18)), CAST(1e22 AS decimal(38,0)), CAST(123456789.123456789e0 AS decimal(38,15)), CAST(-0.005e0 AS decimal(3,2)), CAST(1e-9 AS decimal(5,2))
SELECT CAST(1e5 AS decimal(5,2))
SELECT CAST(nan() AS decimal(5,2))
SELECT CAST(nan() AS bigint)
SELECT round(2.5e0), round(-2.5e0), round(1.005e0, 2), round(2.675e0, 2), round(-1.255e0, 2), round(1e15, 2), round(0.49999999999999994e0)
SELECT floor(-1.5e0), ceil(-1.5e0), truncate(-1.5e0), truncate(1.9e0), abs(-1.5e0), sqrt(2e0), sqrt(-1e0), sqrt(16)
SELECT is_finite(1e0), is_infinite(infinity()), is_finite(nan()), is_nan(infinity())
SELECT 10e0 % 3e0, -10e0 % 3e0, 1e0 % 0e0
SELECT CAST(1 AS double), CAST(1 AS real), CAST(1.5e0 AS real), CAST(CAST(1.1e0 AS real) AS double), CAST(0.1e0 AS real)
SELECT 1e7, 1e-3, 9999999e0, 1.0e-4, 123456789e0, 0e0, 1e100, 5e-324, 1.7976931348623157e308
SELECT CAST(1.5e0 AS real) + 1, CAST(1 AS real) / 3, CAST(1 AS bigint) * 2e0
SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES 1.5e0, 2.5e0, NULL) AS t(x)
SELECT sum(x), avg(x) FROM (VALUES CAST(1.5e0 AS real), CAST(2.5e0 AS real)) AS t(x)
SELECT DISTINCT x FROM (VALUES nan(), nan()) AS t(x)
