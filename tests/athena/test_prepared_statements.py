"""Prepared statements: made and run by SQL, kept for a work group, and seen through the API."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from local.athena import AthenaError
from tests.athena.conftest import Athena
from tests.athena.lake import BUCKET
from tests.athena.test_clients import finished

OUTPUT = f"s3://{BUCKET}/prepared-results/"


@pytest.fixture
def client(athena_url: str) -> Any:
    return boto3.client("athena", endpoint_url=athena_url)


@pytest.fixture
def group(athena: Athena, request: pytest.FixtureRequest) -> str:
    """A work group of this test's own."""
    name = request.node.name[:100].translate(str.maketrans("[]'", "___"))
    athena.service.handle("CreateWorkGroup", {"Name": name})
    return name


def test_a_statement_is_prepared_executed_and_deallocated(athena: Athena, group: str) -> None:
    prepared = athena.execute("PREPARE larger FROM SELECT x FROM (VALUES 1, 2, 3) AS t(x)"
                              " WHERE x > ? AND x < ? ORDER BY x", WorkGroup=group)  # fmt: skip
    assert prepared["Status"]["State"] == "SUCCEEDED"
    assert prepared["StatementType"] == "DDL"
    done = athena.execute("EXECUTE larger USING 1, 1 + 3", WorkGroup=group)
    assert done["StatementType"] == "DML"
    assert athena.columns_and_rows(done)[1] == [["2"], ["3"]]
    assert athena.rows(
        "EXECUTE larger", ExecutionParameters=["0", "2"], WorkGroup=group
    ) == [["1"]]  # fmt: skip
    athena.execute("DEALLOCATE PREPARE larger", WorkGroup=group)
    reason = athena.reason("EXECUTE larger USING 1, 2", WorkGroup=group)
    assert reason == "NOT_FOUND: Prepared statement not found: larger"


def test_values_of_using_may_hold_commas(athena: Athena) -> None:
    sql = "EXECUTE IMMEDIATE 'SELECT ? || ''!'', length(?), ?' USING 'a, b', concat('a', 'b'), 1.5"
    assert athena.rows(sql) == [["a, b!", "2", "1.5"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("EXECUTE two USING 1", "INVALID_PARAMETER_USAGE: Incorrect number of parameters"),
        ("EXECUTE two USING 1, x", "INVALID_PARAMETER_USAGE: not a literal: x"),
        ("EXECUTE nothing", "NOT_FOUND: Prepared statement not found: nothing"),
        ("PREPARE two FROM SELECT 1", "ALREADY_EXISTS: Prepared statement already exists: two"),
        ("DEALLOCATE PREPARE nothing", "NOT_FOUND: Prepared statement not found: nothing"),
        ("DESCRIBE INPUT two", "NOT_SUPPORTED: DESCRIBE INPUT or OUTPUT"),
        ("DESCRIBE OUTPUT two", "NOT_SUPPORTED: DESCRIBE INPUT or OUTPUT"),
        ("EXECUTE shown", "NOT_SUPPORTED: EXECUTE of a statement that is not a query"),
        ("EXECUTE made", "NOT_SUPPORTED: statement INSERT"),
    ],
)
def test_what_does_not_fit_says_why(athena: Athena, group: str, sql: str, reason: str) -> None:
    for prepare in ("two FROM SELECT ?, ?", "shown FROM SHOW DATABASES", "made FROM INSERT INTO t"):
        athena.execute(f"PREPARE {prepare}", WorkGroup=group)
    assert athena.reason(sql, WorkGroup=group).startswith(reason)


def test_boto3_keeps_prepared_statements(client: Any, group: str) -> None:
    made = {"StatementName": "plus", "WorkGroup": group}
    client.create_prepared_statement(**made, QueryStatement="SELECT ? + 1", Description="adds")
    with pytest.raises(client.exceptions.InvalidRequestException, match="already exists"):
        client.create_prepared_statement(**made, QueryStatement="SELECT 1")
    found = client.get_prepared_statement(**made)["PreparedStatement"]
    assert (found["QueryStatement"], found["Description"]) == ("SELECT ? + 1", "adds")
    assert found["WorkGroupName"] == group
    client.update_prepared_statement(**made, QueryStatement="SELECT ? + 2")
    started = client.start_query_execution(
        QueryString="EXECUTE plus USING 40",
        WorkGroup=group,
        ResultConfiguration={"OutputLocation": OUTPUT},
    )["QueryExecutionId"]
    assert finished(client, started)["Status"]["State"] == "SUCCEEDED"
    rows = client.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    assert rows[1]["Data"] == [{"VarCharValue": "42"}]
    listed = client.list_prepared_statements(WorkGroup=group)["PreparedStatements"]
    assert [statement["StatementName"] for statement in listed] == ["plus"]
    both = client.batch_get_prepared_statement(
        PreparedStatementNames=["plus", "minus"], WorkGroup=group
    )
    assert [s["QueryStatement"] for s in both["PreparedStatements"]] == ["SELECT ? + 2"]
    assert [s["StatementName"] for s in both["UnprocessedPreparedStatementNames"]] == ["minus"]
    client.delete_prepared_statement(**made)
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="plus was not found"):
        client.get_prepared_statement(**made)


def test_work_groups_have_statements_of_their_own(athena: Athena, group: str) -> None:
    mine = {"StatementName": "mine", "QueryStatement": "SELECT 1", "WorkGroup": group}
    athena.service.handle("CreatePreparedStatement", mine)
    reason = athena.reason("EXECUTE mine")
    assert reason == "NOT_FOUND: Prepared statement not found: mine"
    with pytest.raises(AthenaError, match="StatementName is not a name"):
        athena.service.handle("CreatePreparedStatement", {**mine, "StatementName": "not mine"})
