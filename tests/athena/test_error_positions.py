"""Where an error is: the line and the column that Trino 476 gave for the same statement."""

from __future__ import annotations

import pytest

from tests.athena.conftest import Athena

PLACED: list[tuple[str, str, tuple[int, int]]] = [
    ("SELECT 1 FROM", "SYNTAX_ERROR", (1, 14)),
    ("SELECT 1 +", "SYNTAX_ERROR", (1, 11)),
    ("SELEC 1", "SYNTAX_ERROR", (1, 1)),
    ("SELECT (1", "SYNTAX_ERROR", (1, 10)),
    ("SELECT 1)", "SYNTAX_ERROR", (1, 9)),
    ("SELECT * FROM t WHERE", "SYNTAX_ERROR", (1, 22)),
    ("SELECT a b c FROM t", "SYNTAX_ERROR", (1, 12)),
    ("SELECT 1 AS select", "SYNTAX_ERROR", (1, 13)),
    ("SELECT 'abc", "SYNTAX_ERROR", (1, 8)),
    ('SELECT "abc', "SYNTAX_ERROR", (1, 8)),
    ("SELECT 1 FORM t", "SYNTAX_ERROR", (1, 15)),
    ("SELECT count(* FROM (VALUES 1) AS t(x)", "SYNTAX_ERROR", (1, 16)),
    ("SELECT x FROM (VALUES 1) AS t(x) LIMIT 2 OFFSET 1", "SYNTAX_ERROR", (1, 42)),
    ("SELECT x::int FROM (VALUES 1) AS t(x)", "SYNTAX_ERROR", (1, 9)),
    ("SELECT DISTINCT x, FROM (VALUES 1) AS t(x)", "SYNTAX_ERROR", (1, 20)),
    ("SELECT 1 AS 'a'", "SYNTAX_ERROR", (1, 13)),
    ("SELECT 1x", "SYNTAX_ERROR", (1, 8)),
    ("SELECT CAST(1 AS int", "SYNTAX_ERROR", (1, 21)),
    ("SELECT table FROM (VALUES 1) AS t(x)", "SYNTAX_ERROR", (1, 8)),
    ("SELECT nope FROM (VALUES 1) AS t(x)", "COLUMN_NOT_FOUND", (1, 8)),
    ("SELECT 1, t.nope FROM (VALUES 1) AS t(x)", "COLUMN_NOT_FOUND", (1, 11)),
    ("SELECT x FROM (VALUES 1) AS t(x) WHERE x = 1 AND nope > 2", "COLUMN_NOT_FOUND", (1, 50)),
    ("SELECT x FROM (VALUES 1) AS t(x) ORDER BY nope", "COLUMN_NOT_FOUND", (1, 43)),
    ("SELECT x FROM (VALUES 1) AS t(x), (VALUES 2) AS u(x)", "AMBIGUOUS_NAME", (1, 8)),
    ("SELECT u.* FROM (VALUES 1) AS t(x)", "TABLE_NOT_FOUND", (1, 8)),
    ("SELECT x.y FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH", (1, 8)),
    ("SELECT nope(x) FROM (VALUES 1) AS t(x)", "FUNCTION_NOT_FOUND", (1, 8)),
    ("SELECT 1, lower(x) FROM (VALUES 1) AS t(x)", "FUNCTION_NOT_FOUND", (1, 11)),
    ("SELECT x + y FROM (VALUES (1, 'a')) AS t(x, y)", "TYPE_MISMATCH", (1, 10)),
    ("SELECT x FROM (VALUES 1) AS t(x) WHERE x = 'a'", "TYPE_MISMATCH", (1, 42)),
    ("SELECT x FROM (VALUES 1) AS t(x) WHERE lower('a') < x", "TYPE_MISMATCH", (1, 51)),
    ("SELECT x FROM (VALUES 1) AS t(x) WHERE x BETWEEN 'a' AND 'b'", "TYPE_MISMATCH", (1, 42)),
    ("SELECT 1 WHERE 'a'", "TYPE_MISMATCH", (1, 16)),
    ("SELECT NOT x FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH", (1, 12)),
    ("SELECT x FROM (VALUES true) AS t(x) WHERE x AND 1", "TYPE_MISMATCH", (1, 49)),
    ("SELECT if(x, 2) FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH", (1, 11)),
    ("SELECT CAST(x AS date) FROM (VALUES true) AS t(x)", "TYPE_MISMATCH", (1, 8)),
    ("SELECT coalesce(1)", "SYNTAX_ERROR", (1, 8)),
    ("SELECT k, v FROM (VALUES (1, 2)) AS t(k, v) GROUP BY k", "EXPRESSION_NOT_AGGREGATE", (1, 11)),
    (
        "SELECT k FROM (VALUES (1, 2)) AS t(k, v) GROUP BY k ORDER BY v",
        "EXPRESSION_NOT_AGGREGATE",
        (1, 62),
    ),
    ("SELECT row_number() FROM (VALUES 1) AS t(x)", "MISSING_OVER", (1, 8)),
    ("SELECT x FROM (VALUES 1) AS t(x) GROUP BY 2", "INVALID_COLUMN_REFERENCE", (1, 43)),
    ("SELECT x FROM (VALUES 1) AS t(x) ORDER BY 3", "INVALID_COLUMN_REFERENCE", (1, 43)),
    (
        "WITH t AS (SELECT 1 AS x), t AS (SELECT 2 AS x) SELECT * FROM t",
        "DUPLICATE_NAMED_QUERY",
        (1, 28),
    ),
    (
        "SELECT * FROM (VALUES 1) AS t(a) JOIN (VALUES 1) AS u(a) USING (b)",
        "COLUMN_NOT_FOUND",
        (1, 65),
    ),
    ("SELECT CASE x WHEN 'a' THEN 1 END FROM (VALUES 1) AS t(x)", "TYPE_MISMATCH", (1, 20)),
    ("SELECT 1 FROM nowhere", "MISSING_SCHEMA_NAME", (1, 15)),
    ("SELECT lower(DISTINCT 'a')", "FUNCTION_NOT_AGGREGATE", (1, 8)),
    ("SELECT 1,\n    nope\nFROM (VALUES 1) AS t(x)", "COLUMN_NOT_FOUND", (2, 5)),
    ("SELECT x\nFROM (VALUES 1) AS t(x)\nWHERE x > 1 AND\n  x = 'a'", "TYPE_MISMATCH", (4, 5)),
    ("SELECT x -- what\nFROM (VALUES 1) AS t(x)\nGROUP BY x\nWHERE x > 1", "SYNTAX_ERROR", (4, 1)),
    (
        "SELECT\n  k,\n  v\nFROM (VALUES (1, 2)) AS t(k, v)\nGROUP BY k",
        "EXPRESSION_NOT_AGGREGATE",
        (3, 3),
    ),
]


@pytest.mark.parametrize(("sql", "code", "place"), PLACED, ids=[sql for sql, _, _ in PLACED])
def test_an_error_is_where_trino_sees_it(
    athena: Athena, sql: str, code: str, place: tuple[int, int]
) -> None:
    reason = athena.reason(sql, QueryExecutionContext={})
    assert reason.startswith(f"{code}: line {place[0]}:{place[1]}: ")
