"""Fake events of a dataset, as an endless stream of records."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

from lakehouse.dataset import Dataset
from lakehouse.events import encoder
from lakehouse.fakes import EventTimeText
from lakehouse.field_types import BIGINT
from lakehouse.times import from_microseconds
from producer.faults import malformer
from producer.plan import Plan
from producer.pools import make_pools
from producer.records import Record, partition_key

_UUID4 = 0x4000_8000_0000_0000_0000
_UUID4_FREE_BITS = ~0xF000_C000_0000_0000_0000

Clock = Callable[[], int]


def now_us() -> int:
    """The time, in microseconds since 1970."""
    return time.time_ns() // 1000


def generate(dataset: Dataset, plan: Plan, *, seed: int, clock: Clock = now_us) -> Iterator[Record]:
    """Records without end, each made when it is asked for; its event's time is `clock`'s then.

    The plan's share of late events have a time up to its `max_age` ago, and its share of malformed
    records are no events. All but the clock follows from the seed, and one share does not change
    what another one draws.
    """
    make = event_maker(dataset, seed)
    encode = encoder(dataset)
    malform = malformer(dataset, draws(seed, "malformed"))
    is_malformed = chance(plan.malformed, draws(seed, "which are malformed"))
    is_late = chance(plan.late, late_draws := draws(seed, "late"))
    max_age_us = plan.max_age // timedelta(microseconds=1)
    while True:
        late = is_late()
        age = int(late_draws.random() * max_age_us) + 1 if late else 0
        values = make(clock() - age)
        data = encode(values)
        key = partition_key(values[dataset.event_id])
        if is_malformed():
            yield Record(malform(values, data), key, is_event=False)
        else:
            yield Record(data, key, is_late=late)


def event_maker(dataset: Dataset, seed: int) -> Callable[[int], dict[str, Any]]:
    """The function that makes an event's values, by field, for a time in microseconds."""
    pools = [(pool, len(pool)) for pool in make_pools(dataset, seed)]
    texts = [
        (field.name, _time_text(field.fake.format))
        for field in dataset.fields
        if isinstance(field.fake, EventTimeText)
    ]
    blank = dict.fromkeys(field.name for field in dataset.fields)
    values_draws = draws(seed, f"values of {dataset.name}")
    draw = values_draws.random
    bits = values_draws.getrandbits
    id_name, time_name = dataset.event_id, dataset.event_time
    is_number = dataset.field(id_name).type == BIGINT

    def make(event_us: int) -> dict[str, Any]:
        values: dict[str, Any] = blank.copy()
        for pool, size in pools:
            values.update(pool[int(draw() * size)])
        for name, text in texts:
            values[name] = text(event_us)
        values[id_name] = bits(63) if is_number else uuid4_text(bits(128))
        values[time_name] = from_microseconds(event_us)
        return values

    return make


def draws(seed: int, purpose: str) -> random.Random:
    """Random numbers for one purpose, which no other purpose's use of them disturbs."""
    return random.Random(f"{seed} {purpose}")  # noqa: S311 - fake data, no secret


def chance(share: float, numbers: random.Random) -> Callable[[], bool]:
    """A function that is true for this share of its calls."""
    draw = numbers.random
    return (lambda: draw() < share) if share else (lambda: False)


def uuid4_text(bits: int) -> str:
    """128 random bits as a version 4 UUID (RFC 9562, section 5.4).

    Several times faster than `str(uuid.UUID(...))`, which would be a third of an event's cost.
    """
    digits = f"{bits & _UUID4_FREE_BITS | _UUID4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _time_text(format_: str) -> Callable[[int], str]:
    """Event times as text; texts of the same second are made once."""
    unit_us = 1 if "%f" in format_ else 1_000_000

    @lru_cache(maxsize=4096)
    def text(units: int) -> str:
        return from_microseconds(units * unit_us).strftime(format_)

    return lambda event_us: text(event_us // unit_us)
