"""Events as rows: the Parquet of the speed layer, and the JSON that Firehose turns into raw.

Both λs and the batch job add the same provenance to an event: where and when its record arrived.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from lakehouse.dataset import Dataset
from lakehouse.events import Event, Invalid
from lakehouse.layout import raw_columns, speed_columns
from lakehouse.times import from_microseconds, from_milliseconds

if TYPE_CHECKING:
    import pyarrow as pa

_TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Arrival:
    """Where and when a record arrived on the stream; `arrived_at` in whole milliseconds."""

    arrived_at: datetime
    shard_id: str
    sequence_number: str

    @classmethod
    def at_milliseconds(cls, at: float, shard_id: str, sequence_number: str) -> Arrival:
        """From epoch milliseconds, rounded as every layer rounds them."""
        return cls(from_milliseconds(at), shard_id, sequence_number)


Row = tuple[Event, Arrival]


def _provenance(event: Event, arrival: Arrival) -> tuple[Any, ...]:
    day = from_microseconds(event.event_us).date()
    return (
        event.event_us,
        day,
        arrival.arrived_at,
        arrival.shard_id,
        arrival.sequence_number,
    )


def speed_schema(dataset: Dataset) -> pa.Schema:
    """The Arrow schema of speed rows."""
    import pyarrow as pa

    return pa.schema([(name, type_.arrow()) for name, type_ in speed_columns(dataset)])


def speed_rows(dataset: Dataset, rows: Sequence[Row]) -> pa.Table:
    """Events as speed rows: the analytic fields and the provenance, one row each."""
    import pyarrow as pa

    kept = [i for i, field in enumerate(dataset.fields) if not field.personal]
    records = [
        (*(event.values[i] for i in kept), *_provenance(event, arrival)) for event, arrival in rows
    ]
    schema = speed_schema(dataset)
    columns = zip(*records, strict=True) if records else ([] for _ in schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as one Parquet file."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


_JSON = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def raw_json(dataset: Dataset, event: Event, arrival: Arrival) -> bytes:
    """An event as the JSON that Firehose converts to Parquet by the columns of raw.

    Times are text, `yyyy-MM-dd HH:mm:ss.SSSSSS`: as a number Firehose would guess their unit.
    Nulls are left out. See
    https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
    """
    values = (*event.values, *_provenance(event, arrival))
    names = (name for name, _ in raw_columns(dataset))
    return _JSON.encode(
        {
            name: value.strftime(_TIME_FORMAT) if isinstance(value, datetime) else value
            for name, value in zip(names, values, strict=True)
            if value is not None
        }
    )


def quarantine_line(data: bytes, verdict: Invalid, arrival: Arrival, *, source: str) -> bytes:
    """A record that is no event, as one JSON line of the quarantine table.

    `source` is the path that found it: `speed`, or `firehose` for an error object. The record's
    bytes are kept in base64, whatever they are.
    """
    line = {
        "_arrived_at": arrival.arrived_at.strftime(_TIME_FORMAT)[:-3],
        "_shard_id": arrival.shard_id,
        "_sequence_number": arrival.sequence_number,
        "reason": verdict.reason,
        "source": source,
        "data": base64.b64encode(data).decode(),
    }
    return _JSON.encode(line) + b"\n"
