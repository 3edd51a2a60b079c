"""Statements made up: the local Athena is equal to Trino, or refuses; it is never different."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from local.athena.types import column_info, parse_type
from tests.athena.on_trino.expressions import statements
from tests.athena.trino.record import ask

COUNTS: Counter[str] = Counter()


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(sql=statements())
def test_no_statement_is_answered_differently(sql, client, athena):
    wanted = ask(client, sql)
    done = athena.execute(sql, QueryExecutionContext={})
    reason = done["Status"].get("StateChangeReason", "")
    if reason.startswith("NOT_SUPPORTED"):
        COUNTS["refused"] += 1
        return
    if wanted.get("error") == "GENERIC_INTERNAL_ERROR":
        return  # a fault of Trino's own
    if "error" in wanted:
        COUNTS["failed"] += 1
        assert reason.split(": ")[0] == wanted["error"]
        return
    assert reason == ""
    COUNTS["equal"] += 1
    columns, rows = athena.columns_and_rows(done)
    types = [column_info("", parse_type(t))["Type"] for t in wanted["types"]]
    assert [c["Name"] for c in columns] == wanted["names"]
    assert [c["Type"] for c in columns] == types
    assert sorted(rows, key=repr) == sorted(wanted["rows"], key=repr)


def test_few_of_them_are_refused():
    """Of statements that Trino answers. Runs after the one above."""
    assert COUNTS["equal"] > 9 * COUNTS["refused"], COUNTS


@pytest.fixture(autouse=True)
def _told(record_property):
    yield
    record_property("statements", dict(COUNTS))
