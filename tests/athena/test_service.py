"""The API itself: work groups, history, limits, saved queries, metadata, and restarts."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.athena import AthenaError, AthenaService
from local.athena.engine import Run
from tests.athena.conftest import Athena
from tests.athena.lake import BUCKET, DATABASE, Lake

OUTPUT = f"s3://{BUCKET}/service-results/"
# Minutes of work for DuckDB that reads nothing.
ENDLESS = (
    "SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(x), UNNEST(sequence(1, 10000)) AS b(y),"
    " UNNEST(sequence(1, 10000)) AS c(z) WHERE x + y = z"
)


@pytest.fixture
def fresh(lake: Lake, region_url: str, state_dir: Path) -> Iterator[AthenaService]:
    service = AthenaService(endpoint_url=region_url, state_dir=state_dir)
    yield service
    service.close()


def start(service: AthenaService, sql: str = "SELECT 1", **request: Any) -> str:
    return str(
        service.handle("StartQueryExecution", {"QueryString": sql, **request})["QueryExecutionId"]
    )


def state_of(service: AthenaService, name: str) -> str:
    found = service.handle("GetQueryExecution", {"QueryExecutionId": name})
    return str(found["QueryExecution"]["Status"]["State"])


def test_an_output_location_is_needed_from_somewhere(fresh: AthenaService) -> None:
    with pytest.raises(AthenaError, match="No output location provided"):
        start(fresh)


def test_a_work_group_gives_the_output_location_and_may_enforce_it(fresh: AthenaService) -> None:
    configuration = {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    fresh.handle("CreateWorkGroup", {"Name": "team", "Configuration": configuration})
    mine = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/mine/"}}
    done = Athena(fresh).wait(start(fresh, WorkGroup="team", **mine))
    assert done["ResultConfiguration"]["OutputLocation"].startswith(OUTPUT)
    updates = {"EnforceWorkGroupConfiguration": False}
    fresh.handle("UpdateWorkGroup", {"WorkGroup": "team", "ConfigurationUpdates": updates})
    done = Athena(fresh).wait(start(fresh, WorkGroup="team", **mine))
    assert done["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{BUCKET}/mine/")
    assert done["WorkGroup"] == "team"


def test_a_disabled_work_group_takes_no_queries(fresh: AthenaService) -> None:
    fresh.handle("CreateWorkGroup", {"Name": "off"})
    fresh.handle("UpdateWorkGroup", {"WorkGroup": "off", "State": "DISABLED"})
    with pytest.raises(AthenaError, match="WorkGroup off is disabled"):
        start(fresh, WorkGroup="off", ResultConfiguration={"OutputLocation": OUTPUT})


def test_work_groups_are_listed_and_deleted(fresh: AthenaService) -> None:
    fresh.handle("CreateWorkGroup", {"Name": "one", "Description": "first"})
    names = [g["Name"] for g in fresh.handle("ListWorkGroups", {})["WorkGroups"]]
    assert names == ["primary", "one"]
    with pytest.raises(AthenaError, match="already created"):
        fresh.handle("CreateWorkGroup", {"Name": "one"})
    fresh.handle("DeleteWorkGroup", {"WorkGroup": "one"})
    with pytest.raises(AthenaError, match="WorkGroup is not found"):
        fresh.handle("GetWorkGroup", {"WorkGroup": "one"})


def test_a_work_group_made_in_the_region_behind_is_found(
    lake: Lake,
    region_url: str,
    state_dir: Path,
) -> None:
    def upstream(operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        assert operation == "GetWorkGroup"
        if json.loads(body) != {"WorkGroup": "deployed"}:
            return 400, {}, b'{"__type": "InvalidRequestException"}'
        group = {
            "Name": "deployed",
            "Configuration": {"ResultConfiguration": {"OutputLocation": OUTPUT}},
        }
        return 200, {}, json.dumps({"WorkGroup": group}).encode()

    service = AthenaService(endpoint_url=region_url, state_dir=state_dir, upstream=upstream)
    done = Athena(service).wait(start(service, WorkGroup="deployed"))
    assert done["Status"]["State"] == "SUCCEEDED"
    with pytest.raises(AthenaError, match="WorkGroup: other"):
        start(service, WorkGroup="other")
    service.close()


def test_a_query_that_scans_past_the_cutoff_is_cancelled(fresh: AthenaService, lake: Lake) -> None:
    lake.table("big", [("a", "bigint")])
    lake.parquet("big/1.parquet", {"a": list(range(100_000))})
    configuration = {
        "BytesScannedCutoffPerQuery": 1000,
        "ResultConfiguration": {"OutputLocation": OUTPUT},
    }
    fresh.handle("CreateWorkGroup", {"Name": "capped", "Configuration": configuration})
    sql = f"SELECT sum(a) FROM {DATABASE}.big"
    done = Athena(fresh).wait(start(fresh, sql, WorkGroup="capped"))
    assert done["Status"]["State"] == "CANCELLED"
    assert done["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"


def test_a_running_query_can_be_stopped(athena: Athena) -> None:
    service = athena.service
    name = start(service, ENDLESS, ResultConfiguration={"OutputLocation": OUTPUT})
    while state_of(service, name) == "QUEUED":
        time.sleep(0.01)  # a loop without it would keep the query from starting
    service.handle("StopQueryExecution", {"QueryExecutionId": name})
    assert athena.wait(name)["Status"]["State"] == "CANCELLED"
    # A second stop is no error, as on Athena.
    assert service.handle("StopQueryExecution", {"QueryExecutionId": name}) == {}


@pytest.mark.parametrize("moment", ["bind", "answer", "_stream"])
def test_a_query_can_be_stopped_at_any_moment(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    service, names = athena.service, queue.Queue[str]()
    original = getattr(Run, moment)

    def stopped(run: Run, *given: Any) -> Any:
        service.handle("StopQueryExecution", {"QueryExecutionId": names.get()})
        return original(run, *given)

    monkeypatch.setattr(Run, moment, stopped)
    name = start(service, ENDLESS, ResultConfiguration={"OutputLocation": OUTPUT})
    names.put(name)
    assert athena.wait(name)["Status"]["State"] == "CANCELLED"


def test_the_same_token_starts_one_query(athena: Athena) -> None:
    request = {"ResultConfiguration": {"OutputLocation": OUTPUT}, "ClientRequestToken": "t" * 32}
    first = start(athena.service, "SELECT 1", **request)
    assert start(athena.service, "SELECT 1", **request) == first
    with pytest.raises(AthenaError, match="Idempotent parameters do not match"):
        start(athena.service, "SELECT 2", **request)


@pytest.mark.parametrize(
    ("sql", "parameters", "wanted"),
    [
        ("SELECT ?, ? || '?' -- ?", ["1", "'a'"], [["1", "a?"]]),
        (
            "SELECT x FROM (VALUES 1, 2, 3) AS t(x) WHERE x > ? ORDER BY 1 LIMIT ?",
            ["1", "1"],
            [["2"]],
        ),
        ("SELECT date_add('day', ?, ?)", ["1", "DATE '2026-11-20'"], [["2026-11-21"]]),
    ],
)
def test_execution_parameters_stand_for_question_marks(
    athena: Athena, sql: str, parameters: list[str], wanted: list[list[str]]
) -> None:
    assert athena.rows(sql, ExecutionParameters=parameters) == wanted


@pytest.mark.parametrize(
    ("sql", "parameters", "reason"),
    [
        ("SELECT ?", [], "INVALID_PARAMETER_USAGE: Incorrect number of parameters"),
        ("SELECT 1", ["1"], "INVALID_PARAMETER_USAGE: Incorrect number of parameters"),
        ("SELECT ?", ["1, 2"], "INVALID_PARAMETER_USAGE: not one literal"),
        ("SELECT ?", ["(SELECT 1)"], "INVALID_PARAMETER_USAGE: not a literal"),
        ("SELECT ?", ["1 FROM lakehouse.secret"], "INVALID_PARAMETER_USAGE: not a literal"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(
    athena: Athena, sql: str, parameters: list[str], reason: str
) -> None:
    assert athena.reason(sql, ExecutionParameters=parameters).startswith(reason)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("INSERT INTO t VALUES (1)", "NOT_SUPPORTED: statement INSERT is not available"),
        ("SELECT typeof(lower('abc'))", "NOT_SUPPORTED: typeof of a text that a function makes"),
        ("CREATE TABLE t AS SELECT 1", "NOT_SUPPORTED: statement CREATE is not available"),
        ("-- note\nUNLOAD (SELECT 1) TO 's3://x'", "NOT_SUPPORTED: statement UNLOAD"),
        (
            "SELECT geometry_union(x) FROM (VALUES 1) AS t(x)",
            "NOT_SUPPORTED: function geometry_union",
        ),
        ("SELECT * FROM (VALUES 1) TABLESAMPLE BERNOULLI (10)", "NOT_SUPPORTED: "),
        ("WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t", "NOT_SUPPORTED: with with recursive"),
        ("SELECT transform(ARRAY[1], x -> (SELECT x))", "NOT_SUPPORTED: a query in a lambda"),
        ("SELECT CAST(1e23 AS varchar)", "NOT_SUPPORTED: CAST of such a double to varchar"),
        ("SELECT regexp_replace('a', 'a*', 'b')", "NOT_SUPPORTED: function regexp_replace"),
        ("SELECT random()", "NOT_SUPPORTED: function random"),
        ("SELECT TRY(round(x, 2)) FROM (VALUES 1e300) AS t(x)", "NOT_SUPPORTED: round of so great"),
        ("SELECT 1; SELECT 2", "SYNTAX_ERROR: Only one sql statement is allowed"),
        ("SELECT 'a", "SYNTAX_ERROR: "),
        ("SELECT 1 FROM nowhere.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist"),
        ("SELECT * FROM other.a.b", "CATALOG_NOT_FOUND: line 1:"),
        ("SELECT read_csv('/etc/passwd')", "FUNCTION_NOT_FOUND: line 1:8: Function 'read_csv'"),
        ("SELECT * FROM '/etc/passwd'", "SYNTAX_ERROR: line 1:15: mismatched input"),
    ],
)
def test_what_is_not_known_is_refused_in_one_line(athena: Athena, sql: str, reason: str) -> None:
    found = athena.reason(sql)
    assert found.startswith(reason)
    assert "\n" not in found


def test_history_and_saved_queries_survive_a_restart(
    lake: Lake,
    region_url: str,
    state_dir: Path,
) -> None:
    before = AthenaService(endpoint_url=region_url, state_dir=state_dir)
    before.handle("CreateWorkGroup", {"Name": "kept"})
    saved = {"Name": "q", "Database": DATABASE, "QueryString": "SELECT 1"}
    saved_id = before.handle("CreateNamedQuery", saved)["NamedQueryId"]
    name = start(
        before, "SELECT 'a\nb' AS x, NULL AS y", ResultConfiguration={"OutputLocation": OUTPUT}
    )
    first = Athena(before).wait(name)
    before.close()

    after = AthenaService(endpoint_url=region_url, state_dir=state_dir)
    assert after.handle("GetQueryExecution", {"QueryExecutionId": name})["QueryExecution"] == first
    assert Athena(after).columns_and_rows(first)[1] == [["a\nb", None]]
    assert after.handle("ListQueryExecutions", {})["QueryExecutionIds"] == [name]
    assert after.handle("GetWorkGroup", {"WorkGroup": "kept"})["WorkGroup"]["Name"] == "kept"
    assert after.handle("ListNamedQueries", {})["NamedQueryIds"] == [saved_id]
    found = after.handle("BatchGetNamedQuery", {"NamedQueryIds": [saved_id, "gone"]})
    assert [q["Name"] for q in found["NamedQueries"]] == ["q"]
    assert [q["NamedQueryId"] for q in found["UnprocessedNamedQueryIds"]] == ["gone"]
    after.handle("DeleteNamedQuery", {"NamedQueryId": saved_id})
    assert after.handle("ListNamedQueries", {}) == {"NamedQueryIds": []}
    after.close()


def test_executions_are_given_in_batches(athena: Athena) -> None:
    name = athena.execute("SELECT 1")["QueryExecutionId"]
    found = athena.service.handle("BatchGetQueryExecution", {"QueryExecutionIds": [name, "none"]})
    assert [e["QueryExecutionId"] for e in found["QueryExecutions"]] == [name]
    assert [e["QueryExecutionId"] for e in found["UnprocessedQueryExecutionIds"]] == ["none"]


def test_the_catalog_is_shown(athena: Athena, lake: Lake) -> None:
    lake.table("shown", [("a", "bigint")], keys=[("day", "string")])
    request = {"CatalogName": "AwsDataCatalog", "DatabaseName": DATABASE}
    handle = athena.service.handle
    assert handle("GetDatabase", request)["Database"]["Name"] == DATABASE
    names = [d["Name"] for d in handle("ListDatabases", request)["DatabaseList"]]
    assert DATABASE in names
    table = handle("GetTableMetadata", {**request, "TableName": "shown"})["TableMetadata"]
    assert table["Columns"] == [{"Name": "a", "Type": "bigint"}]
    assert table["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    listed = handle("ListTableMetadata", {**request, "Expression": "sho.n"})["TableMetadataList"]
    assert [t["Name"] for t in listed] == ["shown"]
    with pytest.raises(AthenaError, match="Table gone not found"):
        handle("GetTableMetadata", {**request, "TableName": "gone"})
    assert handle("GetDataCatalog", {"Name": "AwsDataCatalog"})["DataCatalog"]["Type"] == "GLUE"
    assert athena.rows("DESCRIBE shown")[0] == ["a", "bigint", ""]
    assert [row[0].strip() for row in athena.rows("SHOW COLUMNS IN shown")] == ["a", "day"]
    assert athena.rows("SHOW TABLES 'sho*'") == [["shown"]]


def test_errors_have_the_protocol_s_shape(athena: Athena) -> None:
    status, headers, body = athena.service.respond("GetWorkGroup", b'{"WorkGroup": "none"}')
    assert status == 400
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert json.loads(body) == {
        "__type": "InvalidRequestException",
        "Message": "WorkGroup is not found. WorkGroup: none",
        "AthenaErrorCode": "INVALID_INPUT",
    }
    assert athena.service.respond("Dance", b"{}")[0] == 400
    assert athena.service.respond("GetWorkGroup", b"nope")[0] == 400


def test_many_queries_at_once_do_not_meet(athena: Athena) -> None:
    request = {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    names = [
        start(
            athena.service,
            f"WITH t AS (SELECT {i} AS x) SELECT a.x FROM t AS a JOIN t AS b ON a.x = b.x",
            **request,
        )
        for i in range(20)
    ]
    found = [athena.columns_and_rows(athena.wait(name))[1] for name in names]
    assert found == [[[str(i)]] for i in range(20)]
