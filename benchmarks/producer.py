"""How many records a second the producer makes and puts, beside the plain Faker loop.

    python -m benchmarks.producer

The plain loop is what one writes first: a new `Faker` for each record, `json.dumps`, and one
`put_record` with the same partition key. Both make turnstiles with the same Faker providers.

Medians of five rounds in one process, each round taking both in turn, since machines are shared:
read the ratios first. "made" puts nothing, "put on nothing" has a client that only says yes, and
"put on MiniStack" goes over HTTP to one that is started for it, on loopback.
"""

from __future__ import annotations

import json
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from faker import Faker

from benchmarks.emulator import emulated_kinesis
from lakehouse.datasets.turnstiles import TURNSTILES
from lakehouse.fakes import EventTimeText, Fake
from producer.generate import generate
from producer.plan import Plan
from producer.produce import produce

PLAIN_RECORDS = 300
RECORDS = 20_000
ROUNDS = 5
STREAM = "benchmark"

# Does a number of records.
Work = Callable[[int], object]


class SayYes:
    """A Kinesis client that takes no time."""

    def put_record(self, **_: Any) -> dict[str, str]:
        return {"SequenceNumber": "1"}

    def put_records(self, **call: Any) -> dict[str, Any]:
        results = [{"SequenceNumber": "1"}] * len(call["Records"])
        return {"FailedRecordCount": 0, "Records": results}


def plain_record() -> str:
    """One turnstile the plain way."""
    faker, now = Faker(), datetime.now(UTC)
    values: dict[str, object] = {"id": str(uuid.uuid4()), "timestamp": now.isoformat()}
    for field in TURNSTILES.fields:
        if isinstance(field.fake, Fake):
            values[field.name] = getattr(faker, field.fake.provider)(**dict(field.fake.arguments))
        elif isinstance(field.fake, EventTimeText):
            values[field.name] = now.strftime(field.fake.format)
    return json.dumps(values)


def plain_loop(client: Any) -> Work:
    """The plain loop over a client."""

    def put(count: int) -> None:
        for _ in range(count):
            client.put_record(StreamName=STREAM, Data=plain_record(), PartitionKey="1")

    return put


def our_producer(client: Any) -> Work:
    """The producer over a client."""
    return lambda count: produce(TURNSTILES, client=client, stream=STREAM, amount=count)


def plain_making(count: int) -> None:
    """The plain loop without a client."""
    for _ in range(count):
        plain_record()


def our_making(count: int) -> None:
    """The producer's generator, its pools included."""
    for _ in islice(generate(TURNSTILES, Plan(), seed=1), count):
        pass


def rate(work: Work, count: int) -> float:
    """Records a second."""
    started = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - started)


def compare(name: str, plain: Work, ours: Work) -> None:
    """Print one row of the table."""
    rounds = [(rate(plain, PLAIN_RECORDS), rate(ours, RECORDS)) for _ in range(ROUNDS)]
    plain_rate, our_rate = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratio = our_rate / plain_rate
    print(f"{name:<18}{plain_rate:>14,.0f}{our_rate:>14,.0f}{ratio:>9,.0f}x", flush=True)


def main() -> None:
    """Print the table."""
    print(f"{'records a second':<18}{'plain loop':>14}{'producer':>14}{'ratio':>10}")
    compare("made", plain_making, our_making)
    compare("put on nothing", plain_loop(SayYes()), our_producer(SayYes()))
    with emulated_kinesis(STREAM) as client:
        compare("put on MiniStack", plain_loop(client), our_producer(client))


if __name__ == "__main__":
    main()
