"""What the serving query reads and how long it takes, as the history grows and the tail does not.

    python -m benchmarks.serving --events 50000

A region's `customers`, of 3, 30 and 300 days with so many events in each three, are asked for on
Trino (`make get-engines`) and on the local Athena, beside the naive query: every raw row, each
event once. Bytes are what each engine says that it has read; seconds are medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pyarrow as pa

from benchmarks.readings import parquet
from lakehouse import layout
from lakehouse.boundary import Boundary, epoch_after, epoch_of
from lakehouse.datasets import get_dataset
from lakehouse.rows import speed_schema
from local.deployment import find_deployment
from local.engines.trino import CATALOG, trino
from local.engines.trino_client import TrinoClient
from local.home import Home
from local.query import ask
from local.region import Region

CUSTOMERS = get_dataset("customers")
DATABASE = layout.DEFAULT_PREFIX
DAYS = (3, 30, 300)
TAIL = 2_000
TRIES = 5
_OBJECT_ROWS = 100_000
_DAY_US = 86_400_000_000
_STATUSES = np.array(["Active", "Inactive", "Canceled"])

SERVING = 'SELECT * FROM "customers"'
NAIVE = """
SELECT date_trunc('hour', event_date) AS window_start, status, count(*) AS events
FROM (
    SELECT *, row_number() OVER (PARTITION BY uuid, _event_us ORDER BY _arrived_at) AS copy
    FROM customers_raw
    WHERE year = '{now:%Y}' AND month = '{now:%m}' AND day = '{now:%d}'
)
WHERE copy = 1
GROUP BY 1, 2
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=50_000, help="of three days")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        region = Region(Home(Path(folder) / "region"))
        try:
            region.up()
            os.environ.update(region.environment())
            with trino(region.endpoint, Path(folder) / "trino") as running:
                measure(running.url, given.events)
        finally:
            region.reset()


def measure(url: str, events: int) -> None:
    """All sizes, the smaller history being a part of the greater."""
    client = TrinoClient(url, catalog=CATALOG, schema=DATABASE)
    bucket = find_deployment(boto3.client("glue"), "customers", prefix=DATABASE).lake_bucket
    done = 0
    for days in DAYS:
        many = events * days // DAYS[0]
        now = datetime.now(UTC)
        for numbers in in_parts(range(done, many)):
            first_day = done * DAYS[0] // events
            table = rows(numbers, ago=(first_day, days))
            put(bucket, layout.speed_key("customers", epoch_of(now), f"{numbers[0]}"), table)
            put(bucket, raw_key(now, numbers), table, use_deprecated_int96_timestamps=True)
        done = many
        run_batch()
        put_tail(bucket, many)
        print(f"\n{many:,} events of {days} days, and a tail of {TAIL:,}")
        report(client, url, "serving", SERVING)
        report(client, url, "naive", NAIVE.format(now=now))


def in_parts(numbers: range) -> Iterator[Any]:
    for first in numbers[::_OBJECT_ROWS]:
        yield np.arange(first, min(first + _OBJECT_ROWS, numbers.stop))


def rows(numbers: Any, *, ago: tuple[int, int]) -> pa.Table:
    """Speed rows of made-up customers, between so many days ago; ids look like uuids."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    today = int(time.time() * 1e6) // _DAY_US * _DAY_US
    span = np.uint64((ago[1] - ago[0]) * _DAY_US)
    at = today - ago[0] * _DAY_US - 1 - (mixed % span).astype(np.int64)
    columns = {
        "uuid": pa.array([f"{one:016x}-4a7c-15f3-9e37-79b97f4a7c15" for one in mixed.tolist()]),
        "event_date": pa.array(at, pa.timestamp("us")),
        "status": pa.array(_STATUSES[numbers % 3]),
        "_event_us": pa.array(at),
        "_event_day": pa.array(at // _DAY_US).cast(pa.int32()).cast(pa.date32()),
        "_arrived_at": pa.array(at // 1000 * 1000, pa.timestamp("us")),
        "_shard_id": pa.array(["shardId-000000000000"] * len(numbers)),
        "_sequence_number": pa.array([f"49590338271490256608559692538361571{n:021d}" for n in at]),
    }
    schema = speed_schema(CUSTOMERS)
    return pa.table({name: columns[name] for name in schema.names}).cast(schema)


def put(bucket: str, key: str, table: pa.Table, **options: Any) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=parquet(table, **options))


def raw_key(now: datetime, numbers: Any) -> str:
    return f"{layout.raw_prefix('customers')}{layout.hour_partition(now)}{numbers[0]}.parquet"


def put_tail(bucket: str, first: int) -> None:
    """Events of the last three days that no run has, in the epoch after the cut."""
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=DATABASE, Name="customers")["Table"]
    epoch = epoch_after(Boundary.from_parameters(table["Parameters"]).cut)
    # The next run would take them for its own: each size has the same tail by itself.
    tail = rows(np.arange(first * 1000, first * 1000 + TAIL), ago=(0, DAYS[0]))
    put(bucket, layout.speed_key("customers", epoch, "tail"), tail)


def run_batch() -> None:
    glue, job = boto3.client("glue"), layout.job_name(DATABASE, "customers")
    started = glue.start_job_run(JobName=job, Arguments={"--engine": "duckdb"})["JobRunId"]
    while (run := glue.get_job_run(JobName=job, RunId=started)["JobRun"])["JobRunState"] in (
        "STARTING",
        "RUNNING",
    ):
        time.sleep(0.5)
    if run["JobRunState"] != "SUCCEEDED":
        raise RuntimeError(run.get("ErrorMessage"))


def report(client: TrinoClient, url: str, name: str, sql: str) -> None:
    seconds = []
    for _ in range(TRIES):
        clock = time.monotonic()
        asked = client.start(sql)
        answer = sorted(row for page in asked.pages for row in page)
        seconds.append(time.monotonic() - clock)
    by_table = bytes_by_table(url, sql)
    told = ", ".join(f"{table} {count:,}" for table, count in sorted(by_table.items()))
    local = ask(boto3.client("athena"), sql, database=DATABASE, work_group=DATABASE)
    print(
        f"  {name}: {len(answer):,} rows; Trino {asked.physical_bytes:,} bytes ({told}),"
        f" {statistics.median(seconds):.2f} s; local Athena {local.scanned:,} bytes,"
        f" {local.seconds:.2f} s"
    )


def bytes_by_table(url: str, sql: str) -> Counter[str]:
    """What the last query of this text has read of each table."""
    found = [each for each in get(f"{url}/v1/query") if each["query"].strip() == sql.strip()]
    last = max(found, key=lambda each: each["queryStats"]["createTime"])
    query = get(f"{url}/v1/query/{last['queryId']}")
    tables = {}
    for stage in query["stages"]["stages"]:
        tables |= {node: info["tableName"] for node, info in stage["tables"].items()}
    counted: Counter[str] = Counter()
    for operator in query["queryStats"]["operatorSummaries"]:
        if operator["planNodeId"] in tables:
            name = tables[operator["planNodeId"]].rsplit(".", 1)[-1]
            counted[name] += size_of(operator["physicalInputDataSize"])
    return counted


_UNITS = {"B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}


def size_of(written: str) -> int:
    unit = written.lstrip("0123456789.")
    return round(float(written.removesuffix(unit)) * _UNITS[unit])


def get(url: str) -> Any:
    request = urllib.request.Request(url, headers={"X-Trino-User": "lakehouse"})  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310 - on loopback
        return json.load(response)


if __name__ == "__main__":
    main()
