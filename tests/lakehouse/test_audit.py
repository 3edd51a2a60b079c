"""What the audit's templates render to, held against golden files.

`UPDATE_GOLDEN=1 pytest tests/lakehouse/test_audit.py` writes them anew; read the difference.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlglot

from lakehouse.audit import batch_sql, paths_sql, serving_sql
from lakehouse.datasets import DATASETS
from lakehouse.windows import parse_window
from tests.lakehouse.test_views import BATCHED, EMPTY, GOLDEN

START = datetime(2026, 11, 1, tzinfo=UTC)
SLIDING = replace(DATASETS[2], window=parse_window("1h/15m"))


def _rendered():
    for dataset in DATASETS:
        paths = paths_sql(dataset, start=START, end=START + timedelta(hours=30))
        yield dataset, "audit_paths", paths
        yield dataset, "audit_batch", batch_sql(dataset, BATCHED)
        yield dataset, "audit_serving.batched", serving_sql(dataset, BATCHED)
        yield dataset, "audit_serving.speed_only", serving_sql(dataset, EMPTY)
    yield SLIDING, "audit_serving.sliding", serving_sql(SLIDING, BATCHED)


STATEMENTS = [
    pytest.param(dataset, name, sql, id=f"{dataset.name}-{name}")
    for dataset, name, sql in _rendered()
]


@pytest.mark.parametrize(("dataset", "name", "sql"), STATEMENTS)
def test_a_statement_renders_to_its_golden_file(dataset, name, sql):
    path = GOLDEN / dataset.name / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(sql + "\n")
    assert sql + "\n" == path.read_text()


@pytest.mark.parametrize(("dataset", "name", "sql"), STATEMENTS)
def test_a_statement_reads_each_table_once(dataset, name, sql):
    """A recount and what it is held against may each scan the tail, and neither of them twice."""
    tables = [
        table.name
        for table in sqlglot.parse_one(sql, dialect="athena").find_all(sqlglot.exp.Table)
        if table.name.startswith(dataset.name)
    ]
    assert len(tables) == len(set(tables))


@pytest.mark.parametrize(("dataset", "name", "sql"), STATEMENTS)
def test_no_statement_reads_a_personal_field(dataset, name, sql):
    columns = {
        column.name
        for column in sqlglot.parse_one(sql, dialect="athena").find_all(sqlglot.exp.Column)
    }
    assert not columns & {field.name for field in dataset.fields if field.personal}


def test_the_paths_of_two_days_are_read_in_the_partitions_that_may_hold_them():
    sql = paths_sql(DATASETS[0], start=START, end=START + timedelta(hours=30))
    assert "year IN ('2026') AND month IN ('10', '11') AND day IN ('01', '02', '31')" in sql
    assert "epoch > '202610312300'" in sql
    assert "day >= '2026-10-31' AND day <= '2026-11-02'" in sql
