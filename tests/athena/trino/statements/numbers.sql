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
-- Literals
SELECT 1_000, 0x1F, 0b11, 0o17, 1E5, .5, 1., 0xFFFFFFFFFF, 0x7FFFFFFF, -0x80000000, 1_000_000 * 2, 007
SELECT 1e400, 12345678901234567890.5, 00012.50, 0.0, 000.00, -.5, 1e-400, 1.e5, .5e1, 5e+2, 1e0+2, 1e0-2e0
SELECT -9223372036854775808, typeof(-2147483648), typeof(-(2147483648)), - -1, -1.5, -(0e0), -x FROM (VALUES 5) AS t(x)
SELECT 9223372036854775808
SELECT 123456789012345678901234567890123456789.5
SELECT DOUBLE '1.5', REAL '1.5', BIGINT '1', INTEGER '5', TINYINT '1', SMALLINT '-5', BOOLEAN 'true', DECIMAL '1.50', DECIMAL '-001.5', DECIMAL '.5', DOUBLE 'NaN', DECIMAL '1_0', DOUBLE '-Infinity'
SELECT BIGINT 'x'
SELECT TINYINT '300'
SELECT DECIMAL 'x'
SELECT +1, +1e0, +x FROM (VALUES 5) AS t(x)
SELECT +1.5
SELECT -'a'
-- Overflow and division by zero
SELECT -CAST(-128 AS tinyint)
SELECT CAST(100 AS tinyint) + CAST(100 AS tinyint)
SELECT CAST(-32768 AS smallint) - CAST(1 AS smallint)
SELECT 2147483647 * 2
SELECT 9223372036854775807 * 2
SELECT abs(CAST(-2147483648 AS integer))
SELECT -x FROM (VALUES -9223372036854775808) AS t(x)
SELECT CAST(-2147483648 AS integer) / -1
SELECT x / -1 FROM (VALUES -9223372036854775808) AS t(x)
SELECT TRY(x / -1) FROM (VALUES -2147483648) AS t(x)
SELECT x % -1, y % -1 FROM (VALUES (-9223372036854775808, -2147483648)) AS t(x, y)
SELECT 1.5 / 0
SELECT a % b FROM (VALUES (1.5, 0.0)) AS t(a, b)
SELECT REAL '1' / 0, REAL '1' % 0, 5 / 0e0, -5e0 % 3, infinity() % 2, 5 % infinity()
SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) + 1
SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0)) * 2
SELECT CAST(1 AS decimal(38,20)) * CAST(1 AS decimal(38,20))
-- Remainders of decimals, arithmetic of reals
SELECT 1.5 % 1, 5.25 % 0.3, -5.25 % 0.3, 5.25 % -0.3, mod(5.25, 2), typeof(5.25 % 0.333), 7 % 2.5, 10.0 % 3, 12345678901234567890.12345 % 7.1
SELECT REAL '1.1' + REAL '2.2', REAL '1.1' * 2, REAL '1.1' - 1.1e0, REAL '1' / 3, REAL '7.5' % 2, REAL '16777216' + 1, REAL '1.5' + 1.5, REAL '3.4e38' * 10
SELECT typeof(CAST(1 AS tinyint) + 0.5), typeof(CAST(1 AS smallint) * 0.5), typeof(CAST(1 AS bigint) / 0.5), typeof(CAST(1 AS bigint) % 0.55), typeof(REAL '1' + CAST(1 AS bigint)), CAST(1 AS decimal(20,15)) / CAST(3 AS decimal(20,15))
-- Rounding
SELECT round(2.5), round(-2.5), round(1.25, 1), round(125.5, -1), round(1.25, 5), typeof(round(1.25, 1)), typeof(round(125.55)), round(99.99, 1), round(99.9), round(1.5, -50)
SELECT round(x), round(x, 1), round(x, -1), round(x, 3), truncate(x), truncate(x, 1), truncate(x, -1), floor(x), ceil(x) FROM (VALUES 12.345, -12.345, 99.999, -99.999, 0.050, 0.499, NULL) AS t(x)
SELECT round(x), round(x, 1), round(x, -1), round(x, 3), truncate(x), floor(x), ceil(x) FROM (VALUES 12.345e0, -12.345e0, 2.5e0, -2.5e0, 0.05e0, 1234.5e0, -0e0, -0.4e0, nan(), infinity(), NULL) AS t(x)
SELECT round(x), round(x, 1), round(x, -1), truncate(x), floor(x), ceil(x) FROM (VALUES REAL '12.345', REAL '2.5', REAL '1.15', REAL '-1.5', NULL) AS t(x)
SELECT round(x), round(x, 1), round(x, -1), round(x, -2), truncate(x), truncate(x, -1), floor(x), ceil(x) FROM (VALUES 15, -15, 149, -150, 0, NULL) AS t(x)
SELECT round(CAST(15 AS tinyint), -1), round(127, -3), round(5, -10), round(2000000000, -9), round(8500000000000000000, -18)
SELECT round(CAST(127 AS tinyint), -1)
SELECT round(9223372036854775807, -1)
SELECT round(CAST('12345678901234567890123456789.123456789' AS decimal(38,9)), 5), truncate(CAST('12345678901234567890123456789.123456789' AS decimal(38,9)), -20)
SELECT round(CAST('99999999999999999999999999999999999999' AS decimal(38,0)), -1)
SELECT truncate(1.5e0, 1)
SELECT sign(1.5), sign(-1.5), sign(0.0), sign(-2.5e0), sign(nan()), sign(-0e0), sign(REAL '-1.5'), sign(CAST(-5 AS smallint)), abs(-9.99), abs(REAL '-1.5'), abs(-0e0)
-- Powers, logarithms, angles
SELECT power(2, 10), pow(2e0, 0.5e0), power(0, 0), power(-8e0, 1e0 / 3), power(2, -1), power(1, nan()), power(-1, infinity()), power(1e300, 2), power(0, -1)
SELECT exp(1), ln(2), ln(0), ln(-1), log2(8), log10(1000), log(2, 8), log(10, 1000), log(0.5, 8), log2(0), log10(-1), log(1, 2), log(1, 1)
SELECT cbrt(27), cbrt(-27), cbrt(2), sqrt(2), sqrt(-1), pi(), e(), degrees(1), radians(180), asin(1), acos(2), atan(1), atan2(1, 2), asin(2), sin(infinity()), exp(1000)
SELECT cbrt(x), atan(x), atan2(x, 3), asin(x / 60), acos(-x / 60), log10(x), ln(x), log2(x), sqrt(x) FROM (SELECT x * 0.29e0 FROM UNNEST(sequence(1, 40)) AS t(x)) AS t(x)
SELECT cbrt(x), atan(x), atan2(x, -1), asin(x), acos(x), atan2(1, x) FROM (VALUES 0e0, -1e0, nan(), infinity(), -infinity(), 0.99e0, -0.5e0, 1e-20, NULL) AS t(x)
SELECT round(sin(x), 12), round(cos(x), 12), round(tan(x), 10), round(exp(x / 10), 10), round(sinh(x / 10), 10), round(cosh(x / 10), 10), round(tanh(x), 12), round(power(x, 0.3), 10) FROM (SELECT x * 0.37e0 FROM UNNEST(sequence(1, 40)) AS t(x)) AS t(x)
SELECT sqrt('a')
-- Buckets, bits, bases, extremes
SELECT width_bucket(x, 0, 1, 10), width_bucket(x, 1, 0, 10), width_bucket(x, 0.1, 0.7, 7), width_bucket(x, ARRAY[0, 0.5, 1]) FROM (SELECT x * 0.05e0 FROM UNNEST(sequence(-2, 22)) AS t(x)) AS t(x)
SELECT width_bucket(1, 0, 4, 0)
SELECT width_bucket(1, 2, 2, 3)
SELECT width_bucket(nan(), 0, 4, 3)
SELECT bitwise_not(5), bitwise_left_shift(1, 2), bitwise_right_shift(-8, 1), bitwise_right_shift_arithmetic(-8, 1), bit_count(9, 64), bit_count(-7, 64), bit_count(-7, 8), bitwise_left_shift(CAST(64 AS tinyint), 1), bitwise_or(5, NULL)
SELECT x, n, bitwise_left_shift(x, n), bitwise_right_shift(x, n), bitwise_right_shift_arithmetic(x, n) FROM (VALUES BIGINT '5', BIGINT '-5', 9223372036854775807, -9223372036854775808) AS a(x) CROSS JOIN (VALUES 0, 1, 31, 32, 63, 64) AS b(n)
SELECT x, n, bitwise_left_shift(x, n), bitwise_right_shift(x, n), bitwise_right_shift_arithmetic(x, n) FROM (VALUES 5, -5, 2147483647, -2147483648) AS a(x) CROSS JOIN (VALUES 0, 1, 31, 32, -1) AS b(n)
SELECT bit_count(9, 3)
SELECT bit_count(9, 65)
SELECT to_base(255, 16), to_base(-255, 2), to_base(0, 36), from_base('ff', 16), from_base('-1010', 2), from_base('ZZ', 36), from_base('7fffffffffffffff', 16)
SELECT from_base('zz', 16)
SELECT from_base('8000000000000000', 16)
SELECT to_base(1, 37)
SELECT greatest(a, b), least(a, b) FROM (VALUES (1e0, 2e0), (nan(), 1e0), (NULL, 1e0), (nan(), nan()), (-1e0, -infinity())) AS t(a, b)
SELECT greatest(1.5, 2), greatest(REAL '1', 2e0), least(INTERVAL '1' DAY, INTERVAL '2' HOUR), is_nan(1.5), is_nan(REAL '1'), mod(NULL, 2), mod(REAL '5.5', 2)
SELECT x / 0, x % 0, x / y, 1e0 / 0 FROM (VALUES (CAST(NULL AS integer), 0)) AS t(x, y)
SELECT x / 0.0, x % 0.0, x / y, x % y FROM (VALUES (CAST(NULL AS decimal(5,2)), 0.0)) AS t(x, y)
SELECT x * x, x * 1.00, y * x FROM (VALUES (CAST(2147483647 AS decimal(12,2)), CAST(9999999999999999 AS decimal(18,2)))) AS t(x, y)
SELECT greatest(CAST(NULL AS integer), x + x) FROM (VALUES 2147483647) AS t(x)
-- Refused
SELECT random() < 1
SELECT greatest(0e0, -0e0)
SELECT round(1e300, 2)
SELECT round(1.5, n) FROM (VALUES 1) AS t(n)
SELECT CAST(9 AS decimal(38,0)) % CAST(4 AS decimal(38,10))
SELECT 1_0.5_0
