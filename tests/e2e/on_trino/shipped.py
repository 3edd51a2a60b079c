"""All that is shipped for a dataset, and the same of it from Trino and the local Athena."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from glue_jobs.inputs import Hours
from lakehouse import layout
from lakehouse.audit import batch_sql, paths_sql, serving_sql
from lakehouse.boundary import Boundary
from lakehouse.datasets import DATASETS
from lakehouse.epochs import epoch_of
from stacks.serving import example_queries

DATABASE = layout.DEFAULT_PREFIX
EACH = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
# Most of a statement's time, Trino waits for one listing of S3 after the other.
_AT_ONCE = 4


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


def hold_all(dataset, on_both):
    """How many rows each statement gave, all of them equal."""
    with ThreadPoolExecutor(_AT_ONCE) as asking:
        return [len(each.rows) for each in asking.map(on_both, statements(dataset))]
