"""Statements on record, with a word too few or too many: what is answered is Trino's answer."""

from __future__ import annotations

import os
import random
import re

from tests.athena.test_trino_answers import RECORDED
from tests.athena.trino.record import ask

SEED = int(os.environ.get("LAKEHOUSE_TEST_SEED", "1"))
STATEMENTS = 1000
LONGEST = 400
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\w+|[^\w\s]""")
# Of a session or a catalog, which the record's Trino has not, or of this moment.
_OTHERS = re.compile(
    r"^\s*(SHOW|PREPARE|EXECUTE|CREATE|DROP|EXPLAIN|DESCRIBE)\b|\b(now|random|rand|uuid)\b"
    r"|\b(current|local)_?(date|time|timestamp)\b",
    re.IGNORECASE,
)
_SOME = re.compile(r"\b(LIMIT|FETCH|OFFSET)\b", re.IGNORECASE)


def test_a_statement_with_a_word_too_few_or_too_many_is_trinos_or_fails(athena, client):
    draw = random.Random(SEED)
    answered, different = 0, []
    for sql in mutations(draw):
        done = athena.execute(sql, QueryExecutionContext={})
        if done["Status"]["State"] != "SUCCEEDED":
            continue
        answered += 1
        columns, rows = athena.columns_and_rows(done)
        trinos = ask(client, sql.rstrip(" ;"))  # Athena takes the semicolon
        ours = {"names": [column["Name"] for column in columns], "rows": compared(sql, rows)}
        theirs = {"names": trinos.get("names"), "rows": compared(sql, trinos.get("rows", []))}
        if ours != theirs:
            different.append((sql, ours, trinos))
    assert answered > STATEMENTS / 50
    assert different == []


def compared(sql, rows):
    """In no order: what is left of ORDER BY may say less than all. How many, if not which."""
    return len(rows) if _SOME.search(sql) else sorted(rows, key=repr)


def mutations(draw):
    """Statements of the record, each with a token left out or doubled, or cut off at one."""
    known = [each.sql for each, _ in RECORDED if not each.is_refused]
    suited = [
        sql for sql in known if len(sql) <= LONGEST and " " in sql and not _OTHERS.search(sql)
    ]
    for sql in draw.sample(suited, STATEMENTS):
        tokens = [match.span() for match in _TOKEN.finditer(sql)]
        begin, end = draw.choice(tokens[1:] or tokens)
        yield draw.choice(
            [sql[:begin] + sql[end:], sql[:begin], f"{sql[:end]} {sql[begin:end]}{sql[end:]}"]
        )
