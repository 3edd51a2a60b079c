"""The project's own views, over tables as the deployment makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.glue import GlueCatalog

from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS, get_dataset
from lakehouse.field_types import FieldType
from lakehouse.view_tables import table_input
from lakehouse.views import render_views
from tests.athena.conftest import Athena
from tests.athena.lake import BUCKET, JSON_LINES, PARQUET, Lake

DATABASE = "project"
CUT = "202611201000"
BOUNDARY = first_boundary(CUT).after_run(
    2, cut=CUT, began=datetime(2026, 11, 20, 10, 6, tzinfo=UTC), is_base=False, lowest=0
)
EPOCH_PROJECTION = {
    "projection.enabled": "true",
    "projection.epoch.type": "date",
    "projection.epoch.format": "yyyyMMddHHmm",
    "projection.epoch.range": "202611010000,202612312355",
    "projection.epoch.interval": "5",
    "projection.epoch.interval.unit": "MINUTES",
}
DAY_PROJECTION = {
    "projection.enabled": "true",
    "projection.day.type": "date",
    "projection.day.format": "yyyy-MM-dd",
    "projection.day.range": "2026-01-01,2026-12-31",
}

Columns = tuple[tuple[str, FieldType], ...]


def at(hour: int, minute: int) -> tuple[datetime, int, date]:
    """An event's time, its microseconds and its day."""
    moment = datetime(2026, 11, 20, hour, minute, tzinfo=UTC)
    return moment.replace(tzinfo=None), int(moment.timestamp()) * 10**6, moment.date()


@pytest.fixture(scope="module", autouse=True)
def lakehouse(lake: Lake, region_url: str) -> Lake:
    lake.glue.create_database(DatabaseInput={"Name": DATABASE})
    catalog = GlueCatalog(
        "glue",
        **{
            "glue.endpoint": region_url,
            "s3.endpoint": region_url,
            "glue.region": "us-east-1",
            "s3.region": "us-east-1",
        },
    )
    for dataset in DATASETS:
        _hive(
            lake,
            layout.speed_table(dataset.name),
            layout.speed_columns(dataset),
            layout.speed_prefix(dataset.name),
            ("epoch", EPOCH_PROJECTION),
            PARQUET,
        )
        _hive(
            lake,
            layout.quarantine_table(dataset.name),
            layout.QUARANTINE_COLUMNS,
            layout.quarantine_prefix(dataset.name),
            ("day", DAY_PROJECTION),
            JSON_LINES,
        )
        for name, columns, day in (
            (layout.events_table(dataset.name), layout.events_columns(dataset), "_event_day"),
            (layout.partials_table(dataset.name), layout.partials_columns(dataset), ""),
        ):
            schema = pa.schema([pa.field(n, t.arrow()) for n, t in columns])
            table = catalog.create_table((DATABASE, name), schema, f"s3://{BUCKET}/{name}")
            if day:
                with table.update_spec() as spec:
                    spec.add_identity(day)
        for view in render_views(dataset, BOUNDARY):
            lake.glue.create_table(
                DatabaseName=DATABASE, TableInput=table_input(view, BOUNDARY, database=DATABASE)
            )
    _fill(lake, catalog, get_dataset("turnstiles"))
    return lake


def _hive(
    lake: Lake,
    name: str,
    columns: Columns,
    prefix: str,
    key: tuple[str, dict[str, str]],
    storage: dict[str, Any],
) -> None:
    partition, projection = key
    lake.glue.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {
                "Columns": [{"Name": n, "Type": t.glue} for n, t in columns],
                "Location": f"s3://{BUCKET}/{prefix}",
                **storage,
            },
            "PartitionKeys": [{"Name": partition, "Type": "string"}],
            "Parameters": projection,
        },
    )


def _turnstile(id_: int, hour: int, minute: int, entries: int, exits: int) -> dict[str, Any]:
    moment, us, day = at(hour, minute)
    return {
        "ca": "A002",
        "unit": "R051",
        "scp": "02-00-00",
        "station": "59 ST",
        "linename": "NQR456W",
        "division": "BMT",
        "date": "11/20/2026",
        "time": f"{hour:02}:{minute:02}:00",
        "desc": "REGULAR",
        "entries": entries,
        "exits": exits,
        "id": str(id_),
        "timestamp": moment,
        "_event_us": us,
        "_event_day": day,
        "_arrived_at": moment,
        "_shard_id": "shardId-0",
        "_sequence_number": "495",
    }


def _fill(lake: Lake, catalog: GlueCatalog, dataset: Dataset) -> None:
    """Run 2 has published events 1 and 2; the tail has 2 again, 3 twice, and 4 after it."""
    events = [{"_run": 2, **_turnstile(i, 10, 1, 10, 1)} for i in (1, 2)]
    # Rows of run 1, which is dead, are in no answer.
    events.append({"_run": 1, **_turnstile(9, 10, 1, 1000, 1000)})
    _append(catalog, layout.events_table(dataset.name), layout.events_columns(dataset), events)
    pane = at(10, 0)[1]
    keys = {name: events[0][name] for name in dataset.group_by}
    partials = [
        {
            "_run": run,
            "_pane_us": pane,
            **keys,
            "events": n,
            "sum_entries": total,
            "sum_exits": n,
            "_newest_arrived_at": events[0]["_arrived_at"],
        }
        for run, n, total in ((2, 2, 20), (1, 1, 1000))
    ]
    columns = layout.partials_columns(dataset)
    _append(catalog, layout.partials_table(dataset.name), columns, partials)
    tail = [_turnstile(2, 10, 1, 10, 1), _turnstile(3, 10, 4, 5, 2), _turnstile(4, 10, 6, 7, 3)]
    for epoch, rows in (
        ("202611201000", [_turnstile(8, 10, 1, 1000, 1000)]),
        ("202611201005", tail),
        ("202611201010", [{**tail[1], "_sequence_number": "4960"}]),
    ):
        schema = pa.schema([(n, t.arrow()) for n, t in layout.speed_columns(dataset)])
        key = layout.speed_key(dataset.name, epoch, f"{epoch}-1")
        lake.parquet(key, pa.Table.from_pylist(rows, schema))


def _append(catalog: GlueCatalog, table: str, columns: Columns, rows: list[dict[str, Any]]) -> None:
    schema = pa.schema([(n, t.arrow()) for n, t in columns])
    catalog.load_table((DATABASE, table)).append(pa.Table.from_pylist(rows, schema))


VIEWS = [
    pytest.param(view, id=view.name)
    for dataset in DATASETS
    for view in render_views(dataset, BOUNDARY)
]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_runs_and_has_its_declared_columns(view: Any, athena: Athena) -> None:
    columns, _ = athena.result(
        f'SELECT * FROM "{view.name}"', QueryExecutionContext={"Database": DATABASE}
    )
    declared = [f"{name} {type_.split('(')[0]}" for name, type_ in view.columns]
    assert columns == declared


def test_the_serving_view_counts_each_event_once(athena: Athena) -> None:
    sql = (
        "SELECT window_start, window_end, station, events, sum_entries, sum_exits"
        f" FROM {DATABASE}.turnstiles ORDER BY window_start"
    )
    assert athena.rows(sql) == [
        ["2026-11-20 10:00:00.000", "2026-11-20 10:05:00.000", "59 ST", "3", "25", "4"],
        ["2026-11-20 10:05:00.000", "2026-11-20 10:10:00.000", "59 ST", "1", "7", "3"],
    ]


def test_the_live_events_are_those_of_both_layers(athena: Athena) -> None:
    sql = f'SELECT id, "date", "desc", _layer FROM {DATABASE}.turnstiles_live_events ORDER BY id'
    assert athena.rows(sql) == [
        ["1", "11/20/2026", "REGULAR", "batch"],
        ["2", "11/20/2026", "REGULAR", "batch"],
        ["3", "11/20/2026", "REGULAR", "speed"],
        ["4", "11/20/2026", "REGULAR", "speed"],
    ]
