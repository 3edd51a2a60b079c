"""The Iceberg tables of a dataset, which the first run creates."""

from __future__ import annotations

from dataclasses import dataclass

from glue_jobs.engine import Columns, Table
from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.field_types import BIGINT, DOUBLE, STRING, TIMESTAMP

# One row per run, by column of `glue_jobs.records.Row`. What a run did not live to learn is null.
RUNS_COLUMNS: Columns = (
    ("run", BIGINT),
    ("status", STRING),  # published, died
    ("kind", STRING),  # run, backfill, recompute
    ("died_at", STRING),  # a step, or those that it may have been: 5, 4-5
    ("reason", STRING),
    ("serial_before", BIGINT),
    ("run_before", BIGINT),
    ("cut_before", STRING),
    ("serial", BIGINT),
    ("base", BIGINT),
    ("cut", STRING),
    ("began", TIMESTAMP),
    ("speed_objects", BIGINT),
    ("raw_objects", BIGINT),
    ("error_objects", BIGINT),
    ("speed_rows", BIGINT),
    ("raw_rows", BIGINT),
    ("recovered_rows", BIGINT),
    ("quarantined", BIGINT),
    ("events_in", BIGINT),
    ("repeated_rows", BIGINT),
    ("known_events", BIGINT),
    ("new_events", BIGINT),
    ("partials", BIGINT),
    ("conflicts", BIGINT),
    ("raw_only", BIGINT),
    ("speed_only", BIGINT),
    ("unexplained_raw_only", BIGINT),
    ("unexplained_speed_only", BIGINT),
    ("late_5m", BIGINT),
    ("late_1h", BIGINT),
    ("late_1d", BIGINT),
    ("late_7d", BIGINT),
    ("list_seconds", DOUBLE),
    ("read_seconds", DOUBLE),
    ("new_seconds", DOUBLE),
    ("events_seconds", DOUBLE),
    ("partials_seconds", DOUBLE),
    ("publish_seconds", DOUBLE),
    ("seconds", DOUBLE),
)


@dataclass(frozen=True)
class Tables:
    """The three Iceberg tables that runs append to."""

    events: Table
    partials: Table
    runs: Table


def tables_of(dataset: Dataset, *, database: str, bucket: str) -> Tables:
    """The tables of a dataset in a database, on a bucket."""
    root, name = f"s3://{bucket}", dataset.name
    return Tables(
        events=Table(
            database,
            layout.events_table(name),
            f"{root}/{layout.events_prefix(name)}",
            layout.events_columns(dataset),
            partition="_event_day",
        ),
        partials=Table(
            database,
            layout.partials_table(name),
            f"{root}/{layout.partials_prefix(name)}",
            layout.partials_columns(dataset),
        ),
        runs=Table(
            database,
            layout.runs_table(name),
            f"{root}/{layout.runs_prefix(name)}",
            RUNS_COLUMNS,
            run_column="run",
        ),
    )
