"""How fast the batch job is, and in how much memory: python -m benchmarks.batch --events 5000000

Makes a lake on a MiniStack of its own in which both paths hold every event and one in twenty was
sent twice, runs the job in a process of its own, and compares what it says with what was made.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse import layout
from lakehouse.boundary import State, epoch_after
from lakehouse.datasets import get_dataset
from lakehouse.rows import speed_schema
from lambdas.publish_views import publish
from tests.glue_jobs.ministack import ministack

TURNSTILES = get_dataset("turnstiles")
OBJECT_ROWS = 100_000
DAYS = 7
BUCKET, DATABASE = "bench", "bench"
_START = datetime(2026, 11, 13, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--memory-limit", default="768MB", help="DuckDB's (default: %(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ministack(Path(folder)) as endpoint:
        os.environ |= {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }
        s3, glue = boto3.client("s3"), boto3.client("glue")
        deploy(s3, glue)
        for number, table in enumerate(copies(given.events)):
            deliver(s3, number, table)
        seconds = run_job(given.memory_limit)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{given.events:,} events in {seconds:.1f} s; largest process {peak:,.0f} MB")


def deploy(s3: Any, glue: Any) -> None:
    """A lake whose cut is two hours ago, so that the epochs after it are closed."""
    s3.create_bucket(Bucket=BUCKET)
    glue.create_database(DatabaseInput={"Name": DATABASE})
    hours_ago = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y%m%d%H00")
    state = State(run=0, seal=hours_ago)
    s3.put_object(Bucket=BUCKET, Key=layout.state_key(TURNSTILES.name), Body=state.to_json())
    publish(s3, glue, TURNSTILES, since="202601010000", bucket=BUCKET, database=DATABASE)


def copies(events: int) -> Iterator[pa.Table]:
    """Speed rows: every event, and a retry of each twentieth."""
    for first in range(0, events, OBJECT_ROWS):
        numbers = np.arange(first, min(first + OBJECT_ROWS, events))
        table = rows(numbers)
        retried = numbers[numbers % 20 == 0]
        yield pa.concat_tables([table, rows(retried, later_ms=1500)])


def rows(numbers: Any, *, later_ms: int = 0) -> pa.Table:
    """Made-up readings; ids look like uuids, in no order."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(_START.timestamp() * 1e6) + (mixed % np.uint64(DAYS * 86_400_000_000)).astype(int)
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


def deliver(s3: Any, number: int, table: pa.Table) -> None:
    """The rows on both paths: a speed object in a closed epoch, and a raw object with INT96."""
    start = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y%m%d%H00")
    key = layout.speed_key(TURNSTILES.name, epoch_after(start, 1 + number % 8), f"{number}")
    s3.put_object(Bucket=BUCKET, Key=key, Body=parquet(table))
    hour = layout.hour_partition(datetime.now(UTC))
    key = f"{layout.raw_prefix(TURNSTILES.name)}{hour}{number}.parquet"
    s3.put_object(Bucket=BUCKET, Key=key, Body=parquet(table, use_deprecated_int96_timestamps=True))


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def run_job(memory_limit: str) -> float:
    """The job, as Glue starts it, in the seconds that it took."""
    clock = time.monotonic()
    names = {
        "--dataset": TURNSTILES.name,
        "--database": DATABASE,
        "--lake-bucket": BUCKET,
        "--errors-bucket": BUCKET,
        "--memory-limit": memory_limit,
    }
    arguments = [word for pair in names.items() for word in pair]
    script = "import sys, resource\nfrom glue_jobs.batch_view import main\nstatus = main()\n" + (
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(f'job: peak memory {peak:,.0f} MB')\nsys.exit(status)"
    )
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)
    return time.monotonic() - clock


if __name__ == "__main__":
    main()
