"""Statements made up, the same in every run: equal to Trino or refused, and never different."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from local.athena.type_text import parse_type
from local.athena.types import column_info
from tests.athena.on_trino.expressions import statements
from tests.athena.trino.record import ask

COUNTS: Counter[str] = Counter()
# What a value may do to a statement. Of several such values either engine may meet another first,
# and DuckDB may meet one that Trino has no need of: `NULL IN (1 / 0)`.
BY_VALUES = {
    "DIVISION_BY_ZERO",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "NUMERIC_VALUE_OUT_OF_RANGE",
}


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(sql=statements())
def test_no_statement_is_answered_differently(sql, client, athena):
    wanted = ask(client, sql)
    if wanted.get("error") == "GENERIC_INTERNAL_ERROR":
        return  # a fault of Trino's own
    done = athena.execute(sql, QueryExecutionContext={})
    code = done["Status"].get("StateChangeReason", "").split(": ")[0]
    COUNTS[_kind(code, wanted)] += 1
    if code == "NOT_SUPPORTED" or code in BY_VALUES:
        return
    assert code == wanted.get("error", ""), done["Status"]
    if code:
        return
    columns, rows = athena.columns_and_rows(done)
    types = [column_info("", parse_type(t))["Type"] for t in wanted["types"]]
    assert [c["Name"] for c in columns] == wanted["names"]
    assert [c["Type"] for c in columns] == types
    assert sorted(rows, key=repr) == sorted(wanted["rows"], key=repr)


def _kind(code, wanted):
    if code == "NOT_SUPPORTED":
        return "refused"
    if "error" in wanted:
        return "failed on both"
    return "failed here alone" if code else "equal"


def test_few_of_them_are_refused_and_fewer_fail_here_alone():
    """Runs after the one above."""
    if not COUNTS:
        pytest.skip("no statement was made up before")
    assert COUNTS["equal"] > 9 * COUNTS["refused"], COUNTS
    assert COUNTS["equal"] > 50 * COUNTS["failed here alone"], COUNTS
