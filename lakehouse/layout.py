"""Every prefix, key, table and view name, in one place.

Functions take a dataset's name. Prefixes end in a slash; partitions are by UTC.
"""

from __future__ import annotations

from datetime import datetime

from lakehouse.dataset import Dataset
from lakehouse.field_types import BIGINT, DATE, STRING, TIMESTAMP, FieldType

DEFAULT_PREFIX = "lakehouse"

# What both λs add to an event's fields, in this order.
PROVENANCE: tuple[tuple[str, FieldType], ...] = (
    ("_event_us", BIGINT),
    ("_event_day", DATE),
    ("_arrived_at", TIMESTAMP),
    ("_shard_id", STRING),
    ("_sequence_number", STRING),
)

QUARANTINE_COLUMNS: tuple[tuple[str, FieldType], ...] = (
    ("_arrived_at", TIMESTAMP),
    ("_shard_id", STRING),
    ("_sequence_number", STRING),
    ("reason", STRING),
    ("source", STRING),
    ("data", STRING),
)


# --- Columns


def raw_columns(dataset: Dataset) -> tuple[tuple[str, FieldType], ...]:
    """The columns of raw: every field, and the provenance."""
    return tuple((field.name, field.type) for field in dataset.fields) + PROVENANCE


def speed_columns(dataset: Dataset) -> tuple[tuple[str, FieldType], ...]:
    """The columns of the speed rows: raw's less the personal ones."""
    return tuple((field.name, field.type) for field in dataset.analytic_fields) + PROVENANCE


def events_columns(dataset: Dataset) -> tuple[tuple[str, FieldType], ...]:
    """The columns of the events table: the run that added the event, and a speed row's."""
    return (("_run", BIGINT), *speed_columns(dataset))


def partials_columns(dataset: Dataset) -> tuple[tuple[str, FieldType], ...]:
    """The columns of the batch partials: run, pane, keys, stored measures, newest arrival."""
    keys = ((name, dataset.field(name).type) for name in dataset.group_by)
    stored = ((column.name, column.type) for column in dataset.stored_columns)
    newest = ("_newest_arrived_at", TIMESTAMP)
    return (("_run", BIGINT), ("_pane_us", BIGINT), *keys, *stored, newest)


# --- Objects


def raw_prefix(name: str) -> str:
    return f"raw/{name}/"


def hour_partition(at: datetime) -> str:
    """The arrival hour of `at` (UTC): year=2026/month=11/day=20/hour=10/."""
    return f"{at:year=%Y/month=%m/day=%d/hour=%H/}"


def speed_prefix(name: str) -> str:
    return f"speed/{name}/"


def speed_key(name: str, epoch: str, unique: str) -> str:
    """One object of speed rows, stored under its write epoch."""
    return f"{speed_prefix(name)}epoch={epoch}/{unique}.parquet"


def epoch_of_speed_key(key: str) -> str:
    """The write epoch that a speed object's key says. ValueError if it is no such key."""
    _, found, rest = key.partition("/epoch=")
    if not found:
        raise ValueError(f"{key}: not the key of a speed object (…/epoch=YYYYMMDDHHMM/…)")
    return rest.split("/", 1)[0]


def quarantine_prefix(name: str) -> str:
    return f"quarantine/{name}/"


def quarantine_key(name: str, arrived_at: datetime, unique: str) -> str:
    """One record in the quarantine, by arrival day; `unique` is its shard and sequence number."""
    return f"{quarantine_prefix(name)}day={arrived_at:%Y-%m-%d}/{unique}.json"


def events_prefix(name: str) -> str:
    return f"events/{name}/"


def partials_prefix(name: str) -> str:
    return f"partials/{name}/"


def runs_prefix(name: str) -> str:
    return f"runs/{name}/"


def state_key(name: str) -> str:
    return f"state/{name}.json"


def died_prefix(name: str) -> str:
    return f"died/{name}/"


def died_key(name: str, run: int) -> str:
    """What a run that died tells of it, for the run that records it."""
    return f"{died_prefix(name)}{run}.json"


def errors_prefix(name: str) -> str:
    """Firehose's error objects; an error type and arrival hours follow."""
    return f"errors/{name}/"


# --- Tables and views


def serving_view(name: str) -> str:
    return name


def batch_view(name: str) -> str:
    return f"{name}_batch_view"


def speed_view(name: str) -> str:
    return f"{name}_speed_view"


def live_events_view(name: str) -> str:
    return f"{name}_live_events"


def provenance_view(name: str) -> str:
    return f"{name}_provenance"


def quarantine_view(name: str) -> str:
    return f"{name}_quarantine_reasons"


def totals_view(name: str) -> str:
    return f"{name}_totals"


def view_names(dataset: Dataset) -> list[str]:
    """Every view of a dataset, the serving view first."""
    makers = [serving_view, batch_view, speed_view, live_events_view, provenance_view]
    makers += [quarantine_view, *([totals_view] if dataset.totals_by else [])]
    return [maker(dataset.name) for maker in makers]


def raw_table(name: str) -> str:
    return f"{name}_raw"


def speed_table(name: str) -> str:
    return f"{name}_speed_rows"


def quarantine_table(name: str) -> str:
    return f"{name}_quarantine"


def events_table(name: str) -> str:
    return f"{name}_events"


def partials_table(name: str) -> str:
    return f"{name}_batch_partials"


def runs_table(name: str) -> str:
    return f"{name}_runs"


# --- Resources; all carry the deployment's prefix, so that two live in one account


def stream_name(prefix: str, name: str) -> str:
    """The Kinesis stream, and the Firehose stream that reads it."""
    return f"{prefix}-{name}"


def job_name(prefix: str, name: str) -> str:
    return f"{prefix}-{name}-batch"


def speed_function_name(prefix: str, name: str) -> str:
    return f"{prefix}-{name}-speed"


def transform_function_name(prefix: str, name: str) -> str:
    return f"{prefix}-{name}-transform"


def publisher_function_name(prefix: str) -> str:
    return f"{prefix}-publish-views"
