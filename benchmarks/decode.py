"""How many records a second one core decodes, by dataset, beside the plain `json.loads`.

    python -m benchmarks.decode

Medians of five rounds in one process, each round taking every decoder in turn, since machines are
shared: read the ratios first.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS
from lakehouse.events import Event, decoder, encoder
from lakehouse.times import from_milliseconds

RECORDS = 20_000
ROUNDS = 5


def records(dataset: Dataset) -> list[bytes]:
    """Valid records of a dataset, of the usual size."""
    rng = random.Random(7)
    make = {
        "string": lambda: f"{rng.getrandbits(64):x}",
        "int": lambda: rng.randrange(1_000_000),
        "bigint": lambda: rng.getrandbits(62),
        "timestamp": lambda: from_milliseconds(1_795_168_800_000 + rng.randrange(10**9)),
    }
    encode = encoder(dataset)
    return [
        encode({field.name: make[field.type.name]() for field in dataset.fields})
        for _ in range(RECORDS)
    ]


def seconds(function: Callable[[bytes], object], data: list[bytes]) -> float:
    """How long `function` takes over all records."""
    started = time.perf_counter()
    for record in data:
        function(record)
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    print(f"{'dataset':<12}{'bytes':>7}{'decode/s':>12}{'json.loads/s':>14}{'ratio':>8}")
    for dataset in DATASETS:
        data, decode = records(dataset), decoder(dataset)
        if not all(isinstance(decode(record), Event) for record in data):
            raise SystemExit(f"{dataset.name}: the benchmark made a record that is no event")
        rounds = [(seconds(decode, data), seconds(json.loads, data)) for _ in range(ROUNDS)]
        ours, plain = (RECORDS / statistics.median(times) for times in zip(*rounds, strict=True))
        size = statistics.mean(map(len, data))
        print(f"{dataset.name:<12}{size:>7.0f}{ours:>12,.0f}{plain:>14,.0f}{ours / plain:>8.2f}")


if __name__ == "__main__":
    main()
