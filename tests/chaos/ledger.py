"""What was sent and what the speed layer has acknowledged: plain numbers per group.

An event is *sent* when it is about to be put, *put* when Kinesis has said where its record is, and
*acknowledged* when the speed λ has reported success for that place, which the worker's checkpoint
of the shard says. Every answer lies between what was acknowledged before its query began and what
was sent when it ended. All measures of the shipped datasets add up, so both are sums per group.
"""

from __future__ import annotations

import operator
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lakehouse.dataset import Dataset
from lakehouse.events import Event, decoder
from lakehouse.measures import Count, Sum
from lakehouse.windows import pane_of
from local.workers.checkpoints import Checkpoints

Key = tuple[str, ...]
Sums = tuple[int, ...]
Table = dict[Key, Sums]


@dataclass(slots=True, eq=False)
class Item:
    """A record to put; sent again, it is the same bytes. Malformed ones have no number."""

    data: bytes
    partition_key: str
    number: int | None = None
    key: Key = ()
    sums: Sums = ()


def add(table: Table, key: Key, sums: Sums) -> None:
    """Add an event's numbers to its group."""
    before = table.get(key)
    table[key] = sums if before is None else tuple(map(operator.add, before, sums))


class Reading:
    """Reads an event's group and numbers from its bytes, as the views show them in a CSV."""

    def __init__(self, dataset: Dataset) -> None:
        if dataset.window.panes > 1 or not all(
            isinstance(measure, Count | Sum) for measure in dataset.measures
        ):
            raise ValueError(f"{dataset.name}: only sums over windows that do not slide add up")
        names = [field.name for field in dataset.fields]
        self._window = dataset.window
        self._decode = decoder(dataset)
        self._keys = [names.index(name) for name in dataset.group_by]
        self._measured = [names.index(m.field) if m.field else None for m in dataset.measures]

    def __call__(self, data: bytes) -> tuple[Key, Sums]:
        event = self._decode(data)
        if not isinstance(event, Event):
            raise ValueError(f"not an event: {event.reason}")
        start = datetime.fromtimestamp(pane_of(event.event_us, self._window) / 1e6, tz=UTC)
        key = (f"{start:%Y-%m-%d %H:%M:%S}.000", *(str(event.values[i]) for i in self._keys))
        return key, tuple(1 if i is None else int(event.values[i]) for i in self._measured)


@dataclass
class Counts:
    """What happened to one dataset's records."""

    events: int = 0
    late: int = 0
    duplicates: int = 0
    malformed: int = 0
    records_put: int = 0
    puts_unknown: int = 0
    records_unknown: int = 0
    lost_by_emulator: int = 0


@dataclass
class Book:
    """One dataset's account. Threads share it; `acknowledging` are the speed worker's checkpoints.

    One thread puts, so that the records of a shard are entered in the order of their places.
    """

    dataset: Dataset
    acknowledging: Checkpoints
    counts: Counts = field(default_factory=Counts)
    sent: Table = field(default_factory=dict)
    acknowledged: Table = field(default_factory=dict)
    malformed_at: set[tuple[str, str]] = field(default_factory=set)
    last_put: dict[str, str] = field(default_factory=dict)
    freshness: list[float] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _is_acknowledged: bytearray = field(default_factory=bytearray)
    _events_acknowledged: int = 0
    _waiting: dict[str, deque[tuple[int, Item]]] = field(default_factory=dict)
    _markers: dict[Key, float] = field(default_factory=dict)
    _is_frozen: bool = False

    def send(self, item: Item) -> None:
        """An event is about to be put for the first time."""
        with self.lock:
            item.number = self.counts.events
            self.counts.events += 1
            self._is_acknowledged.append(0)
            add(self.sent, item.key, item.sums)

    def put(self, item: Item, shard_id: str, sequence_number: str, *, is_marker: bool) -> None:
        """Kinesis has a record of the item, there."""
        with self.lock:
            self.counts.records_put += 1
            self.last_put[shard_id] = sequence_number
            if item.number is None:
                self.malformed_at.add((shard_id, sequence_number))
            elif is_marker:
                self._markers.setdefault(item.key, time.monotonic())
            waiting = self._waiting.setdefault(shard_id, deque())
            waiting.append((int(sequence_number), item))

    def refresh(self) -> None:
        """Look how far the speed layer has come."""
        with self.lock:
            if self._is_frozen:
                return
            for shard_id, waiting in self._waiting.items():
                through = self.acknowledging.read(shard_id) if waiting else None
                while waiting and through is not None and waiting[0][0] <= int(through):
                    self._acknowledge(waiting.popleft()[1])

    def freeze(self, *, is_frozen: bool) -> None:
        """While frozen, nothing is taken for acknowledged."""
        with self.lock:
            self._is_frozen = is_frozen

    def lower_bound(self) -> Table:
        """What the speed layer has acknowledged by now."""
        self.refresh()
        with self.lock:
            return dict(self.acknowledged)

    def waiting(self) -> dict[str, list[int]]:
        """The places of the records that are put and not acknowledged, by shard."""
        with self.lock:
            return {
                shard_id: [place for place, _ in waiting]
                for shard_id, waiting in self._waiting.items()
                if waiting
            }

    def lose(self, shard_id: str, places: Iterable[int]) -> list[Item]:
        """The emulator has lost these records. Gives what is to be put again."""
        lost = set(places)
        with self.lock:
            waiting = self._waiting.get(shard_id, deque())
            gone = [item for place, item in waiting if place in lost]
            self._waiting[shard_id] = deque(each for each in waiting if each[0] not in lost)
            self.malformed_at -= {
                (shard_id, sequence)
                for shard_id, sequence in self.malformed_at
                if int(sequence) in lost
            }
            self.counts.lost_by_emulator += len(gone)
            return [item for item in gone if not self._is_done(item)]

    def seen(self, answer: Mapping[Key, Sums], at: float) -> None:
        """An answer was complete: how fresh are the markers that it is the first to count?"""
        with self.lock:
            for key in [key for key in self._markers if key in answer]:
                self.freshness.append(at - self._markers.pop(key))

    @property
    def events_acknowledged(self) -> int:
        return self._events_acknowledged

    def _is_done(self, item: Item) -> bool:
        return item.number is not None and bool(self._is_acknowledged[item.number])

    def _acknowledge(self, item: Item) -> None:
        if item.number is None or self._is_done(item):
            return
        self._is_acknowledged[item.number] = 1
        self._events_acknowledged += 1
        add(self.acknowledged, item.key, item.sums)


def first_fault(lower: Table, answer: Table, upper: Table) -> str | None:
    """The first group in which an answer is not between the bounds; None if it is right."""
    for key in sorted(answer.keys() | lower.keys()):
        low, told, high = lower.get(key), answer.get(key), upper.get(key)
        if told is None:
            return f"{key} is missing, {low} is acknowledged"
        if high is None:
            return f"{key} was never sent, the answer is {told}"
        floor = low or (0,) * len(told)
        if not all(a <= b <= c for a, b, c in zip(floor, told, high, strict=True)):
            return f"{key}: acknowledged {floor}, the answer {told}, sent {high}"
    return None
