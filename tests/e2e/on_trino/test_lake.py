"""Every view, every table and every SQL file that is shipped, on Trino as on the local Athena."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from glue_jobs.iceberg import Iceberg
from glue_jobs.inputs import Hours
from glue_jobs.run import run
from glue_jobs.tables import tables_of
from lakehouse import layout
from lakehouse.audit import batch_sql, paths_sql, serving_sql
from lakehouse.boundary import Boundary, epoch_of
from lakehouse.datasets import DATASETS
from local.deployment import find_deployment
from stacks.serving import example_queries

DATABASE = layout.DEFAULT_PREFIX
FAULTS = {"duplicates": 0.2, "late": 0.2, "malformed": 0.1}
EACH = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)


def statements(dataset):
    """All that is shipped for a dataset, over its views and tables, as the lake is now."""
    name = dataset.name
    for view in layout.view_names(dataset):
        yield f'SELECT * FROM "{view}"'
    day = datetime.now(UTC)
    epoch = f"epoch >= '{epoch_of(day - timedelta(hours=1))}'"
    of_day = f"year = '{day:%Y}' AND month = '{day:%m}' AND day = '{day:%d}'"
    yield f'SELECT * FROM "{layout.speed_table(name)}" WHERE {epoch}'
    yield f'SELECT * FROM "{layout.raw_table(name)}" WHERE {of_day}'
    yield f"SELECT * FROM \"{layout.quarantine_table(name)}\" WHERE day = '{day:%Y-%m-%d}'"
    boundary = boundary_of(name)
    yield serving_sql(dataset, boundary)
    hours = Hours(day - timedelta(hours=2), day + timedelta(hours=1))
    yield paths_sql(dataset, start=hours.start, end=hours.end)
    if boundary.has_batch:
        yield batch_sql(dataset, boundary)
        for table in (layout.events_table, layout.partials_table, layout.runs_table):
            yield f'SELECT * FROM "{table(name)}"'
        for _, sql in example_queries(dataset):
            yield sql


def boundary_of(name):
    table = boto3.client("glue").get_table(DatabaseName=DATABASE, Name=layout.serving_view(name))[
        "Table"
    ]
    return Boundary.from_parameters(table["Parameters"])


def a_run_dies_before_it_publishes(name):
    """Its rows are in the tables, and no view may count them."""
    deployment = find_deployment(boto3.client("glue"), name, prefix=DATABASE)

    def die(point):
        if point == "partials appended":
            raise InterruptedError(point)

    with deployment.rooms() as rooms, pytest.raises(InterruptedError):
        run(deployment.plan, replace(rooms, checkpoint=die))


def hold_all(dataset, on_both):
    """How many rows each statement gave, all of them equal."""
    return [len(on_both(sql).rows) for sql in statements(dataset)]


@EACH
def test_an_empty_lake(dataset, on_both, endpoint):
    assert on_both(f'SELECT count(*) FROM "{dataset.name}"').rows == [["0"]]
    hold_all(dataset, on_both)


@EACH
def test_a_lake_before_its_first_run_and_after_each(dataset, on_both, lane, run_batch):
    events = lane(dataset.name)
    events.put(80, seed=1, **FAULTS)
    events.settle()
    assert not boundary_of(dataset.name).has_batch
    before = hold_all(dataset, on_both)
    assert before[0] > 0
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    events.put(40, seed=2, **FAULTS)
    events.put_again()
    events.settle()
    hold_all(dataset, on_both)
    a_run_dies_before_it_publishes(dataset.name)
    hold_all(dataset, on_both)
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    assert boundary_of(dataset.name).dead
    hold_all(dataset, on_both)


@EACH
def test_a_table_that_got_columns_later(dataset, on_both, run_batch):
    """Runs add the columns that a table lacks: rows of before have null in them."""
    runs = Iceberg().load(tables_of(dataset, database=DATABASE, bucket="").runs)
    before = len(on_both(f'SELECT * FROM "{layout.runs_table(dataset.name)}"').rows)
    with runs.update_schema(allow_incompatible_changes=True) as change:
        change.delete_column("conflicts")
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    hold_all(dataset, on_both)
    sql = f'SELECT count(*), count(conflicts) FROM "{layout.runs_table(dataset.name)}"'
    assert on_both(sql).rows == [[str(before + 1), "1"]]


@EACH
def test_views_declare_what_trino_derives(dataset, trino_client, endpoint):
    """A view whose columns are not those of its SQL is one that Athena calls stale."""
    glue = boto3.client("glue")
    for name in layout.view_names(dataset):
        table = glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]
        encoded = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
        view = json.loads(base64.b64decode(encoded))
        declared = [(column["name"], column["type"]) for column in view["columns"]]
        asked = trino_client.start(view["originalSql"])
        trino_client.cancel(asked)
        assert asked.columns == declared, name
