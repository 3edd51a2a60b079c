-- Bytes
SELECT X'00FF', x'0a', to_utf8('é') = X'C3A9', X'00' < X'01', X'FF' > X'7F00', length(X'0102'), typeof(X'00'), X'01' IN (X'00', X'01')
SELECT X'00' || X'FF', concat(X'00', X'01', X'02'), to_hex(reverse(X'010203')), substr(X'010203', 2), substr(X'010203', 2, 1), substr(X'010203', -2), substr(X'010203', 0), substr(X'010203', 9), substr(X'010203', -9, 5), substr(X'010203', 2, 0), substr(X'010203', 1, 99)
SELECT from_hex('00ff'), to_hex(from_hex('aB')), from_hex(''), from_hex(X'3030'), to_hex(X'00ff'), from_hex(NULL)
SELECT to_base64(X'00FF'), from_base64('AP8='), from_base64('AP8'), to_base64url(X'FBFF'), from_base64url('-_8='), from_base64url('-_8'), from_base64(''), from_base64('AP9='), from_base64(to_utf8('YQ==')), from_utf8(from_base64('aGVsbG8gd29ybGQ='))
SELECT from_utf8(X'68C3A9'), from_utf8(X'FF61'), from_utf8(X'FF61', '?'), from_utf8(X'FF61', ''), from_utf8(X'C3'), from_utf8(X'EDA080'), from_utf8(X'F09F91'), from_utf8(X'C08061'), from_utf8(X'F8888080804F'), from_utf8(NULL), from_utf8(X'E28261')
SELECT to_hex(md5(to_utf8('a'))), to_hex(sha1(to_utf8('a'))), to_hex(sha256(to_utf8('a'))), to_hex(sha512(to_utf8('a'))), crc32(to_utf8('a')), crc32(X'FFFFFFFF'), to_hex(xxhash64(to_utf8('a'))), to_hex(xxhash64(to_utf8('The quick brown fox jumps over the lazy dog'))), sha1(NULL)
SELECT lower(to_hex(hmac_sha256(to_utf8('message'), to_utf8('key')))), to_hex(hmac_md5(X'61', X'62')), to_hex(hmac_sha1(X'61', X'62')), to_hex(hmac_sha512(X'61', X'62')), hmac_sha256(X'61', NULL)
SELECT from_hex('0')
SELECT from_hex('zz')
SELECT from_base64('A')
SELECT from_base64('A===')
SELECT from_base64('AP8=A')
SELECT from_base64(' AP8=')
SELECT from_base64('-_8=')
SELECT from_base64url('+/8=')
SELECT from_utf8(X'FF', 'ab')
SELECT X'0'
SELECT X'zz'
SELECT md5('a')
SELECT to_hex('a')
SELECT CAST(X'61' AS varchar)
SELECT CAST(X'61' AS json)
SELECT x, count(*), min(to_hex(x)) FROM (VALUES X'00', X'01', X'00') AS t(x) GROUP BY x
SELECT x FROM (VALUES X'01', X'00FF', X'FF') AS t(x) WHERE length(x) > 0 ORDER BY x
-- Refused
SELECT murmur3(X'61')
SELECT to_big_endian_64(1)
