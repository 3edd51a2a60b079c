"""Athena's API, where a Trino answers its queries."""

from __future__ import annotations

import time

import pytest

from local.athena.service import AthenaService
from tests.athena.conftest import Athena


@pytest.fixture(scope="session")
def asked(client, lake, region_url, tmp_path_factory):
    service = AthenaService(
        endpoint_url=region_url, state_dir=tmp_path_factory.mktemp("athena"), trino=client.url
    )
    yield Athena(service)
    service.close()


def test_values_are_written_as_athena_writes_them(asked):
    columns, rows = asked.result(
        "SELECT 1 AS n, 'a', 1.50, 1e7, ARRAY[1, NULL], ROW(1, 'x'),"
        " TIMESTAMP '2026-11-20 10:00:00'"
        " UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL ORDER BY n"
    )
    assert columns[:3] == ["n integer", "_col1 varchar", "_col2 decimal"]
    assert rows[0] == [
        *("1", "a", "1.50", "1.0E7", "[1, null]"),
        *("{field0=1, field1=x}", "2026-11-20 10:00:00"),
    ]
    assert rows[1] == [None] * 7


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT nope", "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("SELEC 1", "SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'."),
    ],
)
def test_a_failure_has_its_name_and_its_place_once(asked, sql, reason):
    done = asked.execute(sql)
    assert done["Status"]["StateChangeReason"].startswith(reason)
    assert done["Status"]["AthenaError"]["ErrorCategory"] == 2


def test_what_is_no_query_is_answered_without_trino(asked):
    assert asked.execute("SHOW DATABASES")["Status"]["State"] == "SUCCEEDED"
    assert asked.rows("PREPARE twice FROM SELECT 2 * ?") == []
    assert asked.rows("EXECUTE twice USING 21") == [["42"]]


def test_a_query_that_runs_is_stopped_at_trino_too(asked, client):
    endless = "SELECT sum(a.n * b.n) FROM {0} AS a(n) CROSS JOIN {0} AS b(n) CROSS JOIN {0} AS c(n)"
    sql = endless.format("UNNEST(sequence(1, 10000))")
    started = asked.service.handle(
        "StartQueryExecution",
        {"QueryString": sql, "ResultConfiguration": {"OutputLocation": "s3://athena-lake/r/"}},
    )
    name = started["QueryExecutionId"]
    deadline = time.monotonic() + 30
    while not _running(client, sql):
        assert time.monotonic() < deadline
    asked.service.handle("StopQueryExecution", {"QueryExecutionId": name})
    assert asked.wait(name)["Status"]["State"] == "CANCELLED"
    while _running(client, sql):
        assert time.monotonic() < deadline


def _running(client, sql):
    listed = client.ask("SELECT query FROM system.runtime.queries WHERE state = 'RUNNING'")[1]
    return [sql] in listed
