"""What goes wrong with real producers, made on purpose: malformed records and duplicates."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from lakehouse.dataset import Dataset
from lakehouse.events import Invalid, decoder, encoder
from producer.records import Record

# A duplicate follows its original by this many records on average, and by ten times that at most:
# some fall into the same call, some into another batch of the λ, some are overtaken by the cut.
MEAN_LAG = 200

Values = dict[str, Any]
_Kind = Callable[[Values, bytes], bytes]


def malformer(dataset: Dataset, numbers: random.Random) -> Callable[[Values, bytes], bytes]:
    """The function that spoils an event's bytes, each time in one of many ways.

    What it returns is never an event: the shared decoder has refused it.
    """
    decode = decoder(dataset)
    kinds = tuple(_kinds(dataset).values())

    def malform(values: Values, data: bytes) -> bytes:
        while True:
            spoiled = numbers.choice(kinds)(values, data)
            if isinstance(decode(spoiled), Invalid):
                return spoiled

    return malform


def _kinds(dataset: Dataset) -> dict[str, _Kind]:
    """Ways to spoil an event, by name."""
    encode = encoder(dataset)
    id_name, time_name = dataset.event_id, dataset.event_time

    def replaced(name: str, value: object) -> _Kind:
        return lambda values, _: encode({**values, name: value})

    kinds: dict[str, _Kind] = {
        "empty": lambda *_: b"",
        "cut off": lambda _, data: data[: len(data) // 2],
        "not JSON": lambda _, data: data.replace(b'"', b"'"),
        "not UTF-8": lambda _, data: data.replace(b':"', b':"\xff', 1),
        "an array": lambda values, _: msgspec.json.encode([str(v) for v in values.values()]),
        "without its id": lambda values, _: encode(
            {name: value for name, value in values.items() if name != id_name}
        ),
        "with a null id": replaced(id_name, None),
        "without its time": lambda values, _: encode(
            {name: value for name, value in values.items() if name != time_name}
        ),
        "with a time that is none": replaced(time_name, "yesterday"),
    }
    for field in dataset.fields:
        wrong: object = "many" if field.type.is_numeric else {"not": "a value"}
        kinds[f"with a wrong {field.name}"] = replaced(field.name, wrong)
        if field.type.high:
            kinds[f"with {field.name} out of range"] = replaced(field.name, field.type.high + 1)
    return kinds


def with_duplicates(
    bursts: Iterable[list[Record]], share: float, numbers: random.Random
) -> Iterator[list[Record]]:
    """The bursts, with this share of their records once more, at the same time or later.

    What still waits when the bursts end comes last, in a burst of its own.
    """
    waiting: list[tuple[int, int, Record]] = []
    position = 0
    for burst in bursts:
        sent = []
        for record in burst:
            position += 1
            sent.append(record)
            if numbers.random() < share:
                lag = min(int(numbers.expovariate(1 / MEAN_LAG)), 10 * MEAN_LAG)
                heapq.heappush(waiting, (position + lag, position, record))
            while waiting and waiting[0][0] <= position:
                sent.append(heapq.heappop(waiting)[2])
        yield sent
    if waiting:
        yield [record for _, _, record in sorted(waiting, key=lambda entry: entry[:2])]
