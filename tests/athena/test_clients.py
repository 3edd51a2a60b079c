"""Real clients, unmodified: boto3, awswrangler, PyAthena and the AWS CLI."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from decimal import Decimal
from typing import Any

import awswrangler as wr
import boto3
import pyathena
import pytest
from pyathena.error import OperationalError

from tests.athena.lake import BUCKET, DATABASE, Lake

OUTPUT = f"s3://{BUCKET}/client-results/"
SQL = """
SELECT n, 'it''s, "' || CAST(n AS varchar) AS text, CAST(n AS decimal(10,2)) / 4 AS quarter,
    TIMESTAMP '2026-11-20 10:05:00.123' AS at, n * 1.5e0 AS ratio, nullif(n, 2) AS gap, n > 1 AS big
FROM (VALUES 1, 2, 3) AS t(n) ORDER BY n
"""


@pytest.fixture(autouse=True)
def endpoint(athena_url: str, monkeypatch: pytest.MonkeyPatch, lake: Lake) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", athena_url)
    wr.config.reset()


@pytest.fixture
def client() -> Any:
    return boto3.client("athena")


def finished(client: Any, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = client.get_query_execution(QueryExecutionId=name)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return dict(found)
        time.sleep(0.01)
    raise TimeoutError(name)


def test_boto3_runs_a_query_and_pages_its_rows(client: Any) -> None:
    started = client.start_query_execution(
        QueryString="SELECT i FROM UNNEST(sequence(1, 2500)) AS t(i) ORDER BY i",
        QueryExecutionContext={"Database": DATABASE, "Catalog": "AwsDataCatalog"},
        ResultConfiguration={"OutputLocation": OUTPUT},
    )["QueryExecutionId"]
    done = finished(client, started)
    assert done["Status"]["State"] == "SUCCEEDED"
    assert isinstance(done["Status"]["CompletionDateTime"], datetime)
    assert done["ResultConfiguration"]["OutputLocation"] == f"{OUTPUT}{started}.csv"
    pages = list(
        client.get_paginator("get_query_results").paginate(
            QueryExecutionId=started, PaginationConfig={"PageSize": 1000}
        )
    )
    rows = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert [len(page["ResultSet"]["Rows"]) for page in pages] == [1000, 1000, 501]
    assert rows == ["i", *(str(i) for i in range(1, 2501))]


def test_a_failed_query_says_why_in_athena_s_shape(client: Any) -> None:
    started = client.start_query_execution(
        QueryString="SELECT *\nFROM nowhere",
        QueryExecutionContext={"Database": DATABASE},
        ResultConfiguration={"OutputLocation": OUTPUT},
    )["QueryExecutionId"]
    status = finished(client, started)["Status"]
    reason = "TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.lakehouse.nowhere' does not exist"
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"] == reason
    assert status["AthenaError"]["ErrorCategory"] == 2
    assert status["AthenaError"]["Retryable"] is False
    assert status["AthenaError"]["ErrorMessage"] == reason
    with pytest.raises(
        client.exceptions.InvalidRequestException, match="Final query state: FAILED"
    ):
        client.get_query_results(QueryExecutionId=started)


def test_awswrangler_reads_a_query_with_its_types() -> None:
    frame = wr.athena.read_sql_query(SQL, database=DATABASE, ctas_approach=False, s3_output=OUTPUT)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "n": "Int32",
        "text": "string",
        "quarter": "object",
        "at": "datetime64[us]",
        "ratio": "float64",
        "gap": "Int32",
        "big": "boolean",
    }
    assert frame["text"].tolist() == ["it's, \"1", "it's, \"2", "it's, \"3"]
    assert frame["quarter"].tolist() == [Decimal("0.25"), Decimal("0.50"), Decimal("0.75")]
    assert frame["gap"].isna().tolist() == [False, True, False]
    assert frame["at"][0] == datetime(2026, 11, 20, 10, 5, 0, 123000)


def test_awswrangler_gives_the_reason_of_a_failure() -> None:
    with pytest.raises(wr.exceptions.QueryFailed, match="DIVISION_BY_ZERO: Division by zero"):
        wr.athena.read_sql_query(
            "SELECT 1 / 0", database=DATABASE, ctas_approach=False, s3_output=OUTPUT
        )


def test_awswrangler_fills_in_parameters() -> None:
    frame = wr.athena.read_sql_query(
        "SELECT ? AS a, ? AS b",
        database=DATABASE,
        ctas_approach=False,
        s3_output=OUTPUT,
        paramstyle="qmark",
        params=["'x'", "5"],
    )
    assert frame.values.tolist() == [["x", 5]]


def test_pyathena_s_cursor_reads_rows_as_python_values() -> None:
    with pyathena.connect(
        s3_staging_dir=OUTPUT, region_name="us-east-1", schema_name=DATABASE, poll_interval=0.01
    ) as connection:
        cursor = connection.cursor()
        cursor.execute(SQL)
        assert [column[:2] for column in cursor.description] == [
            ("n", "integer"),
            ("text", "varchar"),
            ("quarter", "decimal"),
            ("at", "timestamp"),
            ("ratio", "double"),
            ("gap", "integer"),
            ("big", "boolean"),
        ]
        at = datetime(2026, 11, 20, 10, 5, 0, 123000)
        assert cursor.fetchall()[:2] == [
            (1, "it's, \"1", Decimal("0.25"), at, 1.5, 1, False),
            (2, "it's, \"2", Decimal("0.50"), at, 3.0, None, True),
        ]
        cursor.execute("SELECT %(a)s || 'b' AS ab", {"a": "it's"})
        assert cursor.fetchall() == [("it'sb",)]
        cursor.execute("SELECT ? + 1", ["41"], paramstyle="qmark")
        assert cursor.fetchall() == [(42,)]
        cursor.execute("SHOW DATABASES")
        assert (DATABASE,) in cursor.fetchall()
        with pytest.raises(OperationalError, match="COLUMN_NOT_FOUND: line 1:8"):
            cursor.execute("SELECT nope FROM (VALUES 1) AS t(x)")


def test_the_aws_cli_runs_a_query() -> None:
    def aws(*arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "awscli", "athena", *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    started = aws(
        "start-query-execution",
        "--query-string",
        "SELECT 42 AS answer",
        "--result-configuration",
        f"OutputLocation={OUTPUT}",
    )["QueryExecutionId"]
    finished(boto3.client("athena"), started)
    answer = aws("get-query-results", "--query-execution-id", started)
    assert answer["ResultSet"]["Rows"] == [
        {"Data": [{"VarCharValue": "answer"}]},
        {"Data": [{"VarCharValue": "42"}]},
    ]


def test_the_result_object_is_csv_with_metadata_beside_it(client: Any, lake: Lake) -> None:
    started = client.start_query_execution(
        QueryString="SELECT 'a\"b' AS x, CAST(NULL AS integer) AS y, '' AS z",
        ResultConfiguration={"OutputLocation": OUTPUT.rstrip("/")},
    )["QueryExecutionId"]
    finished(client, started)
    key = f"client-results/{started}.csv"
    body = lake.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert body == b'"x","y","z"\n"a""b",,""\n'
    metadata = json.loads(lake.s3.get_object(Bucket=BUCKET, Key=f"{key}.metadata")["Body"].read())
    assert [c["Type"] for c in metadata["ColumnInfo"]] == ["varchar", "integer", "varchar"]
