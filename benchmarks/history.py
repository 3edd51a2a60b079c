"""A history of `customers` as long as one likes, and a tail, put straight into a region's lake."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import numpy as np
import pyarrow as pa

from benchmarks.readings import parquet
from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.datasets import get_dataset
from lakehouse.epochs import epoch_after
from lakehouse.rows import speed_schema

CUSTOMERS = get_dataset("customers")
PREFIX = layout.DEFAULT_PREFIX
_OBJECT_ROWS = 100_000
_DAY_US = 86_400_000_000
_STATUSES = np.array(["Active", "Inactive", "Canceled"])


def put_history(bucket: str, numbers: range, *, ago: tuple[int, int]) -> None:
    """Events with these numbers, between so many days ago, for the next run.

    In raw alone: their speed rows, if they were new, would be part of the tail.
    """
    hour = layout.hour_partition(datetime.now(UTC))
    for part in _parts(numbers):
        key = f"{layout.raw_prefix('customers')}{hour}{part[0]}.parquet"
        _put(bucket, key, rows(part, ago=ago), use_deprecated_int96_timestamps=True)


def put_tail(bucket: str, name: str, numbers: range, *, ago: tuple[int, int]) -> None:
    """Events in the epoch after the cut, which no run has: instead of those of that name."""
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=PREFIX, Name="customers")["Table"]
    epoch = epoch_after(Boundary.from_parameters(table["Parameters"]).cut)
    tail = rows(np.arange(numbers.start, numbers.stop), ago=ago)
    _put(bucket, layout.speed_key("customers", epoch, name), tail)


def rows(numbers: Any, *, ago: tuple[int, int]) -> pa.Table:
    """Speed rows of made-up customers; ids look like uuids, in no order."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    today = int(time.time() * 1e6) // _DAY_US * _DAY_US
    span = np.uint64((ago[1] - ago[0]) * _DAY_US)
    at = today - ago[0] * _DAY_US - 1 - (mixed % span).astype(np.int64)
    columns = {
        "uuid": pa.array([f"{one:016x}-4a7c-15f3-9e37-79b97f4a7c15" for one in mixed.tolist()]),
        "event_date": pa.array(at, pa.timestamp("us")),
        "status": pa.array(_STATUSES[numbers % 3]),
        "_event_us": pa.array(at),
        "_event_day": pa.array(at // _DAY_US).cast(pa.int32()).cast(pa.date32()),
        "_arrived_at": pa.array(at // 1000 * 1000, pa.timestamp("us")),
        "_shard_id": pa.array(["shardId-000000000000"] * len(numbers)),
        "_sequence_number": pa.array([f"49590338271490256608559692538361571{n:021d}" for n in at]),
    }
    schema = speed_schema(CUSTOMERS)
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def _parts(numbers: range) -> Iterator[Any]:
    for first in numbers[::_OBJECT_ROWS]:
        yield np.arange(first, min(first + _OBJECT_ROWS, numbers.stop))


def _put(bucket: str, key: str, table: pa.Table, **options: Any) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=parquet(table, **options))
