"""How fast the batch job is, and in how much memory: python -m benchmarks.batch --events 5000000

Makes a lake on a MiniStack of its own in which both paths hold every event and one in twenty was
sent twice, runs the job in a process of its own, and compares what it says with what was made.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa

from benchmarks.readings import TURNSTILES, copies, parquet
from lakehouse import layout
from lakehouse.epochs import epoch_after
from lakehouse.state import State
from lambdas.publish_views import publish
from tests.glue_jobs.ministack import ministack

DAYS = 7
BUCKET, DATABASE = "bench", "bench"


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
        for number, table in enumerate(copies(range(given.events), days=DAYS)):
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


def deliver(s3: Any, number: int, table: pa.Table) -> None:
    """The rows on both paths: a speed object in a closed epoch, and a raw object with INT96."""
    start = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y%m%d%H00")
    key = layout.speed_key(TURNSTILES.name, epoch_after(start, 1 + number % 8), f"{number}")
    s3.put_object(Bucket=BUCKET, Key=key, Body=parquet(table))
    hour = layout.hour_partition(datetime.now(UTC))
    key = f"{layout.raw_prefix(TURNSTILES.name)}{hour}{number}.parquet"
    s3.put_object(Bucket=BUCKET, Key=key, Body=parquet(table, use_deprecated_int96_timestamps=True))


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
