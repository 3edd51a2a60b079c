"""Made-up readings of turnstiles, as many as one likes: every twentieth was sent twice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.datasets import get_dataset
from lakehouse.rows import speed_schema

TURNSTILES = get_dataset("turnstiles")
OBJECT_ROWS = 100_000
_END = datetime(2026, 11, 20, tzinfo=UTC)


def copies(events: range, *, days: int) -> Iterator[pa.Table]:
    """Speed rows of the events with these numbers, in so many days; each twentieth comes twice."""
    for first in events[::OBJECT_ROWS]:
        numbers = np.arange(first, min(first + OBJECT_ROWS, events.stop))
        table = rows(numbers, days=days)
        retried = numbers[numbers % 20 == 0]
        yield pa.concat_tables([table, rows(retried, days=days, later_ms=1500)])


def rows(numbers: Any, *, days: int, later_ms: int = 0) -> pa.Table:
    """Made-up readings; ids look like uuids, in no order."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    ago = (mixed % np.uint64(days * 86_400_000_000)).astype(int)
    at = np.int64(_END.timestamp() * 1e6) - 1 - ago
    count = len(numbers)
    arrived = at // 1000 * 1000 + later_ms * 1000
    ids = pa.array([f"{one:016x}-4a7c-15f3-9e37-79b97f4a7c15" for one in mixed.tolist()])
    sequence = pa.array([f"4959033827149025660855969253836157109{n:019d}" for n in arrived])
    units = (numbers % 469).tolist()
    text = {
        "ca": pa.array([f"A{unit:03d}" for unit in units]),
        "unit": pa.array([f"R{unit:03d}" for unit in units]),
        "scp": pa.array([f"00-00-0{unit % 8}" for unit in units]),
        "station": pa.array([f"STATION {unit % 380}" for unit in units]),
        "linename": pa.array(["NQRW"] * count),
        "division": pa.array(["BMT"] * count),
        "date": pa.array(["11/20/2026"] * count),
        "time": pa.array(["09:00:00"] * count),
        "desc": pa.array(["REGULAR"] * count),
        "entries": pa.array(numbers % 500, pa.int32()),
        "exits": pa.array(numbers % 300, pa.int32()),
        "id": ids,
        "timestamp": pa.array(at, pa.timestamp("us")),
        "_event_us": pa.array(at, pa.int64()),
        "_event_day": pa.array(at // 86_400_000_000, pa.int64()).cast(pa.int32()).cast(pa.date32()),
        "_arrived_at": pa.array(arrived, pa.timestamp("us")),
        "_shard_id": pa.array(["shardId-000000000000"] * count),
        "_sequence_number": sequence,
    }
    schema = speed_schema(TURNSTILES)
    return pa.table({name: text[name] for name in schema.names}).cast(schema)


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()
