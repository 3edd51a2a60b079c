"""A Trino on the region, and one statement asked of it and of the local Athena."""

from __future__ import annotations

import time
from dataclasses import dataclass

import boto3
import pytest

from lakehouse import layout
from local.athena.trino_values import shown
from local.athena.type_text import parse_type
from local.athena.types import column_info
from local.engines.trino import CATALOG, trino
from local.engines.trino_client import TrinoClient


@dataclass(frozen=True)
class Answered:
    """Columns as (name, type, precision, scale), rows as text, and the bytes read for them."""

    columns: list[tuple]
    rows: list[list[str | None]]
    bytes: int

    def is_like(self, other):
        """Whether both have the same columns and, in whatever order, the same rows."""
        mine, others = (sorted(each.rows, key=repr) for each in (self, other))
        return (self.columns, mine) == (other.columns, others)


@pytest.fixture(scope="session")
def trino_client(region, tmp_path_factory):
    """A client of a Trino that reads the region's lake."""
    with trino(region.endpoint, tmp_path_factory.mktemp("trino")) as running:
        yield TrinoClient(running.url, catalog=CATALOG, schema=layout.DEFAULT_PREFIX)


@pytest.fixture
def on_trino(trino_client):
    """Ask Trino. Its failure is a TrinoFailure."""

    def answer(sql):
        asked = trino_client.start(sql)
        types = [parse_type(written) for _, written in asked.columns]
        infos = [column_info(name, t) for (name, _), t in zip(asked.columns, types, strict=True)]
        rows = [
            [shown(value, t) for value, t in zip(row, types, strict=True)]
            for page in asked.pages
            for row in page
        ]
        return Answered([_column(info) for info in infos], rows, asked.physical_bytes)

    return answer


@pytest.fixture
def on_athena(endpoint):
    """Ask the local Athena. Its failure is an AssertionError with the reason."""
    athena = boto3.client("athena")

    def answer(sql):
        name = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": layout.DEFAULT_PREFIX},
            WorkGroup=layout.DEFAULT_PREFIX,
        )["QueryExecutionId"]
        while True:
            done = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
            if done["Status"]["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(0.05)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"]["StateChangeReason"]
        pages = list(athena.get_paginator("get_query_results").paginate(QueryExecutionId=name))
        infos = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        rows = [
            [cell.get("VarCharValue") for cell in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]
        scanned = done["Statistics"]["DataScannedInBytes"]
        return Answered([_column(info) for info in infos], rows[1:], scanned)

    return answer


def _column(info):
    """What tells one column from another; a text's length does not."""
    size = (0, 0) if info["Type"] == "varchar" else (info["Precision"], info["Scale"])
    return (info["Name"], info["Type"], *size)


@pytest.fixture
def on_both(on_trino, on_athena):
    """The answer of Trino, which the local Athena's must equal."""

    def answer(sql):
        wanted = on_trino(sql)
        while not (found := on_athena(sql)).is_like(wanted):
            before, wanted = wanted, on_trino(sql)
            if wanted.is_like(before):  # and nothing arrived between the questions
                break
        assert found.columns == wanted.columns, sql
        assert found.is_like(wanted), sql
        return wanted

    return answer
