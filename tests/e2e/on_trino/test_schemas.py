"""Columns of tables and views, as Trino sees them."""

from __future__ import annotations

import base64
import json

import boto3

from glue_jobs.iceberg import Iceberg
from glue_jobs.tables import tables_of
from lakehouse import layout
from tests.e2e.on_trino.shipped import DATABASE, EACH, hold_all


@EACH
def test_a_table_that_got_columns_later(dataset, on_both, run_batch):
    """Runs add the columns that a table lacks: rows of before have null in them."""
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
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
