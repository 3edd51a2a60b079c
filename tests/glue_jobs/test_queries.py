"""What the job's templates render to, held against golden files.

`UPDATE_GOLDEN=1 pytest tests/glue_jobs/test_queries.py` writes them anew; read the difference.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlglot

from glue_jobs import queries
from glue_jobs.tables import RUNS_COLUMNS, tables_of
from lakehouse.boundary import first_boundary
from lakehouse.datasets import DATASETS
from lakehouse.layout import speed_columns

GOLDEN = Path(__file__).parent / "golden"
BEGAN = datetime(2026, 11, 20, 11, 6, tzinfo=UTC)
BOUNDARY = first_boundary("202611201000").after_run(
    3, cut="202611201100", began=BEGAN, is_base=False, lowest=0
)


def rendered(dataset):
    return {
        "copies": queries.copies(dataset),
        "repeated": queries.repeated(dataset),
        "conflicts": queries.conflicts(dataset),
        "first_copies": queries.first_copies(dataset),
        "published": queries.published(dataset, BOUNDARY, whole=False),
        "new_events": queries.new_events(dataset),
        "all_events": queries.all_events(dataset),
        "count_new": queries.count_new(
            dataset, speed_due=BEGAN - timedelta(minutes=16), raw_due=BEGAN - timedelta(minutes=30)
        ),
        "events": queries.events(dataset, 4),
        "partials": queries.partials(dataset, 4),
    }


QUERIES = [
    pytest.param(dataset, name, sql, id=f"{dataset.name}-{name}")
    for dataset in DATASETS
    for name, sql in rendered(dataset).items()
]


@pytest.mark.parametrize(("dataset", "name", "sql"), QUERIES)
def test_a_query_renders_to_its_golden_file(dataset, name, sql):
    path = GOLDEN / dataset.name / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql + "\n")
    assert sql + "\n" == path.read_text()


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_rows_to_append_have_the_tables_columns_in_their_order(dataset):
    tables = tables_of(dataset, database="d", bucket="b")
    for table, sql in (
        (tables.events, queries.events(dataset, 4)),
        (tables.partials, queries.partials(dataset, 4)),
    ):
        selected = sqlglot.parse_one(sql, dialect="athena").named_selects
        assert selected == [name for name, _ in table.columns]


def test_only_rows_of_published_runs_are_taken_as_published():
    sql = queries.published(DATASETS[0], BOUNDARY, whole=True)
    assert sql.endswith("WHERE _run >= 1 AND _run <= 3 AND _run NOT IN (1, 2)")
    nothing = queries.published(DATASETS[0], first_boundary("202611201000"), whole=True)
    assert nothing.endswith("WHERE false")


def test_no_query_reads_a_personal_field():
    [customers] = [dataset for dataset in DATASETS if dataset.name == "customers"]
    names = {name for name, _ in speed_columns(customers)}
    for sql in rendered(customers).values():
        columns = sqlglot.parse_one(sql, dialect="athena").find_all(sqlglot.exp.Column)
        assert not {column.name for column in columns} & {"name", "last_name", "email", "phone"}
    assert "status" in names


def test_a_runs_record_is_quoted():
    values = {name: 1 for name, _ in RUNS_COLUMNS} | {"kind": "o'clock", "began": BEGAN}
    sql = queries.run_records([values])
    assert "CAST('o' || chr(39) || 'clock' AS string) AS \"kind\"" in sql
    assert "CAST(TIMESTAMP '2026-11-20 11:06:00.000' AS timestamp) AS \"began\"" in sql


def test_what_a_record_does_not_say_is_null():
    sql = queries.run_records([{"run": 1, "status": "died"}, {"run": 2}])
    first, second = sql.split("UNION ALL")
    assert "CAST('died' AS string) AS \"status\"" in first
    assert 'CAST(NULL AS string) AS "status"' in second
    assert 'CAST(NULL AS timestamp) AS "began"' in second
