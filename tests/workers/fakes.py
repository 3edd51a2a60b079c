"""Stand-ins: records, readers, and functions that record how they were invoked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings

from local.workers.functions import Answer
from local.workers.shards import Page, Record

# Examples that may take as long as a busy machine makes them.
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SHARD = "shardId-000000000000"
ARRIVED_AT = datetime(2026, 11, 20, 10, 59, 59, 123000, tzinfo=UTC)


def record(number: int, data: bytes = b"{}", *, shard: str = SHARD, seconds: float = 0.0) -> Record:
    """Record number `number` of a shard, arrived `seconds` after ARRIVED_AT."""
    arrived_at = ARRIVED_AT + timedelta(seconds=seconds)
    return Record(shard, f"{number:056d}", f"key-{number}", arrived_at, data)


def numbers(records: Iterable[Record]) -> list[int]:
    return [int(each.sequence_number) for each in records]


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return ARRIVED_AT + timedelta(seconds=self.seconds - 1_000.0)


@dataclass
class ListReader:
    """Gives the pages one after the other, then nothing."""

    pages: list[Page] = field(default_factory=list)
    reads: int = 0

    @classmethod
    def of(cls, *pages: Sequence[Record]) -> ListReader:
        return cls([Page(tuple(page)) for page in pages])

    def read(self) -> Page:
        self.reads += 1
        return self.pages.pop(0) if self.pages else Page()


@dataclass
class StreamFunction:
    """A function for stream events. `poison` fails every batch that holds it."""

    poison: frozenset[int] = frozenset()
    answer: Callable[[list[int]], Answer] | None = None
    batches: list[list[int]] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, _function: str, payload: bytes) -> Answer:
        event = json.loads(payload)
        batch = [int(each["kinesis"]["sequenceNumber"]) for each in event["Records"]]
        self.payloads.append(event)
        self.batches.append(batch)
        if self.answer:
            return self.answer(batch)
        if self.poison & set(batch):
            return Answer(b'{"errorMessage": "poison"}', "Unhandled")
        return Answer(b"null")


@dataclass
class TransformFunction:
    """A transform λ: Ok with the same data, unless `outcome` says otherwise by the data."""

    outcome: Callable[[bytes], tuple[str, bytes]] = lambda data: ("Ok", data)
    fails: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, _function: str, payload: bytes) -> Answer:
        event = json.loads(payload)
        self.events.append(event)
        if self.fails:
            self.fails -= 1
            return Answer(b'{"errorMessage": "no"}', "Unhandled")
        return Answer(
            json.dumps({"records": [self._one(one) for one in event["records"]]}).encode()
        )

    def _one(self, one: dict[str, Any]) -> dict[str, str]:
        result, data = self.outcome(base64.b64decode(one["data"]))
        return {
            "recordId": one["recordId"],
            "result": result,
            "data": base64.b64encode(data).decode(),
        }
