"""How much Firehose may hand the transform λ at once, so that the answer fits.

An answer is larger than what was asked: base64, the columns that the λ adds, an id per record. The
smaller the records the larger the factor, so the buffer is sized by the dataset's smallest record.
"""

from __future__ import annotations

import json
from datetime import timedelta

from lakehouse.dataset import Dataset
from lakehouse.events import Event, decoder
from lakehouse.field_types import STRING
from lakehouse.rows import Arrival, raw_json
from lakehouse.times import EPOCH, FIRST_MS

# What the transform λ answers at most, in bytes; it gives up on records past that.
ANSWER_BYTES = 5_000_000
# Of one answer beside its data: the id that Firehose gives, braces, names and the result.
_FRAME_BYTES = 300
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html
_SMALLEST_KIB, _LARGEST_KIB = 256, 3072

# In JSON; 0 otherwise.
_SHORTEST: dict[str, str | bool | int] = {
    "string": "",
    "boolean": True,
    "date": "1970-01-01",
    "timestamp": FIRST_MS,
}

_ARRIVAL = Arrival(EPOCH + timedelta(days=20_000), "shardId-000000000000", "9" * 56)


def transform_buffer_kib(dataset: Dataset) -> int:
    """The buffer in KiB, in quarters of a MiB, within what Firehose takes (0.2 to 3 MB)."""
    fits = ANSWER_BYTES / answer_bytes(dataset) * len(smallest_record(dataset)) / 1024
    return min(max(int(fits) // 256 * 256, _SMALLEST_KIB), _LARGEST_KIB)


def answer_bytes(dataset: Dataset) -> float:
    """How much the λ answers for the smallest record, in bytes."""
    event = decoder(dataset)(smallest_record(dataset))
    if not isinstance(event, Event):
        raise ValueError(f"dataset {dataset.name!r}: its smallest record is refused: {event}")
    return len(raw_json(dataset, event, _ARRIVAL)) * 4 / 3 + _FRAME_BYTES


def smallest_record(dataset: Dataset) -> bytes:
    """A record with every field, each as short as it can be; empty where the type is text.

    Records that leave fields out may be smaller still. Of them the λ answers what fits.
    """
    values = {field.name: _SHORTEST.get(field.type.name, 0) for field in dataset.fields}
    if dataset.field(dataset.event_id).type == STRING:
        values[dataset.event_id] = "0"
    return json.dumps(values, separators=(",", ":")).encode()
