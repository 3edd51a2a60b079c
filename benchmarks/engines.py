"""Both engines of the batch job side by side: python -m benchmarks.engines --events 5000000

Puts the same readings on both paths of a region, for each engine in turn, and runs its job: in how
much time, in how much memory, with what result. Spark is the one that `make get-engines` fetched,
as `lakehouse batch --engine spark` starts it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import duckdb

from benchmarks.readings import TURNSTILES, copies, parquet
from glue_jobs.iceberg import Iceberg
from glue_jobs.tables import tables_of
from lakehouse import layout
from lakehouse.epochs import epoch_of
from local.deployment import Deployment, find_deployment
from local.home import Home
from local.region import Region

DAYS = 7
ENGINES = ("duckdb", "spark")
PREFIX = layout.DEFAULT_PREFIX
_SAMPLE_SECONDS = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=5_000_000)
    given = parser.parse_args()
    found = [measure(engine, given.events) for engine in ENGINES]
    print("equal" if found[0] == found[1] else "DIFFERENT")


def measure(engine: str, events: int) -> dict[str, Any]:
    """What an engine's first run makes of the events, in a region of its own."""
    with tempfile.TemporaryDirectory() as folder:
        region = Region(Home(Path(folder) / "region"))
        try:
            region.up()
            os.environ.update(region.environment())
            deployment = find_deployment(boto3.client("glue"), TURNSTILES.name, prefix=PREFIX)
            for number, table in enumerate(copies(range(events), days=DAYS)):
                deliver(deployment.lake_bucket, number, table)
            with sampled() as peak:
                run = job(engine, TURNSTILES.name)
            found = sums(deployment, deployment.views().read().boundary.run)
        finally:
            region.reset()
    print(
        f"{engine}: {events:,} events in {run['ExecutionTime']:,} s, peak memory"
        f" {peak[0] / 1024:,.0f} MB: {found}",
        flush=True,
    )
    return found


def deliver(bucket: str, number: int, table: Any) -> None:
    """The rows on both paths: a speed object, and a raw object with INT96."""
    s3, now = boto3.client("s3"), datetime.now(UTC)
    key = layout.speed_key(TURNSTILES.name, epoch_of(now), f"{number}")
    s3.put_object(Bucket=bucket, Key=key, Body=parquet(table))
    key = f"{layout.raw_prefix(TURNSTILES.name)}{layout.hour_partition(now)}{number}.parquet"
    body = parquet(table, use_deprecated_int96_timestamps=True)
    s3.put_object(Bucket=bucket, Key=key, Body=body)


def job(engine: str, dataset: str) -> dict[str, Any]:
    """A run of a dataset's job, ended. Raises RuntimeError if it died."""
    glue, name = boto3.client("glue"), layout.job_name(PREFIX, dataset)
    started = glue.start_job_run(JobName=name, Arguments={"--engine": engine})["JobRunId"]
    while True:
        run: dict[str, Any] = glue.get_job_run(JobName=name, RunId=started)["JobRun"]
        if run["JobRunState"] not in ("STARTING", "RUNNING"):
            break
        time.sleep(_SAMPLE_SECONDS)
    if run["JobRunState"] != "SUCCEEDED":
        raise RuntimeError(run.get("ErrorMessage"))
    return run


def sums(deployment: Deployment, run: int) -> dict[str, tuple[Any, ...]]:
    """Of each table: how many rows a run has, and the sum of their hashes, in whatever order."""
    tables = tables_of(TURNSTILES, database=deployment.database, bucket=deployment.lake_bucket)
    found = {}
    for table in (tables.events, tables.partials):
        names = [name for name, _ in table.columns if name != "_run"]
        scan = Iceberg().load(table).scan(f"_run = {run}", selected_fields=tuple(names))
        rows = scan.to_arrow_batch_reader()  # noqa: F841 - DuckDB finds it by its name
        listed = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT count(*), sum(hash({listed})) FROM rows"
        found[table.name] = duckdb.execute(sql).fetchone()
    return found


@contextmanager
def sampled() -> Iterator[list[int]]:
    """The greatest memory, in KB, that a job's processes held together inside the block."""
    peak, stop = [0], threading.Event()

    def look() -> None:
        while not stop.wait(_SAMPLE_SECONDS):
            peak[0] = max(peak[0], held())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def held() -> int:
    """What the job's process and all below it hold now, in KB."""
    listed = ["ps", "-e", "-ww", "-o", "pid=,ppid=,rss=,args="]
    lines = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    sizes, children, jobs = {}, defaultdict(list), []
    for line in lines.splitlines():
        pid, parent, size, command = line.split(None, 3)
        sizes[pid] = int(size)
        children[parent].append(pid)
        if "job_script" in command:
            jobs.append(pid)
    family, waiting = set(), jobs
    while waiting:
        pid = waiting.pop()
        if pid not in family:
            family.add(pid)
            waiting += children[pid]
    return sum(sizes[pid] for pid in family)


if __name__ == "__main__":
    main()
