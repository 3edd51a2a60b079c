"""The local Athena against answers of a real Trino that are on record."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.athena.type_text import parse_type
from local.athena.types import column_info
from tests.athena.conftest import Athena
from tests.athena.trino.record import Statement, answers, areas, statements
from tests.athena.trino.table import PAGE, table

RECORDED = [
    (statement, answer)
    for area in areas()
    for statement, answer in zip(statements(area), answers(area), strict=True)
]

# Where Trino fails, failing under another name is no wrong answer.
_SAME_FAILURE = {"SUBQUERY_MULTIPLE_ROWS": "INVALID_FUNCTION_ARGUMENT"}


def test_every_statement_is_on_record() -> None:
    assert [answer["sql"] for _, answer in RECORDED] == [s.sql for s, _ in RECORDED]


@pytest.mark.parametrize(
    ("statement", "answer"), RECORDED, ids=[f"{s.area}: {s.sql}" for s, _ in RECORDED]
)
def test_the_answer_is_trinos(statement: Statement, answer: dict[str, Any], athena: Athena) -> None:
    done = athena.execute(statement.sql, QueryExecutionContext={})
    reason = done["Status"].get("StateChangeReason", "")
    if statement.is_refused:
        assert done["Status"]["State"] == "FAILED"
        assert reason.startswith("NOT_SUPPORTED: ")
        return
    if "error" in answer:
        assert done["Status"]["State"] == "FAILED"
        wanted = {answer["error"], _SAME_FAILURE.get(answer["error"])}
        assert reason.split(": ")[0] in wanted
        return
    assert reason == ""
    columns, rows = athena.columns_and_rows(done)
    assert [c["Name"] for c in columns] == answer["names"]
    wanted_types = [column_info("", parse_type(t)) for t in answer["types"]]
    assert [_type(c) for c in columns] == [_type(c) for c in wanted_types]
    wanted_rows = answer["rows"]
    if not _is_ordered(statement.sql):
        rows, wanted_rows = _sorted(rows), _sorted(wanted_rows)
    assert rows == wanted_rows


def _type(column: dict[str, Any]) -> tuple[Any, ...]:
    is_text = column["Type"] == "varchar"
    return (column["Type"],) if is_text else (column["Type"], column["Precision"], column["Scale"])


def _is_ordered(sql: str) -> bool:
    """Whether the statement's own end, outside of all parentheses, says in which order."""
    depth, outside = 0, ""
    for character in re.sub(r"'[^']*'", "''", sql):
        depth += (character == "(") - (character == ")")
        outside += character if depth == 0 else ""
    return re.search(r"\bORDER BY\b", outside) is not None


def _sorted(rows: list[list[str | None]]) -> list[list[str | None]]:
    return sorted(rows, key=repr)


def test_the_page_tells_what_is_equal_and_what_is_refused() -> None:
    """`python -m tests.athena.trino.table` writes it."""
    assert PAGE.read_text() == table()


def test_at_least_nine_of_ten_are_equal() -> None:
    refused = sum(statement.is_refused for statement, _ in RECORDED)
    assert len(RECORDED) >= 250
    assert refused <= len(RECORDED) / 10
