"""What the serving query reads and how long it takes, as the history grows and the tail does not.

    python -m benchmarks.serving --events 50000

A region's `customers`, of 3, 30 and 300 days with so many events in each three, are asked for on
Trino (`make get-engines`) and on the local Athena, beside the naive query: all of raw, each event
counted once. Bytes are what each engine says that it has read; seconds are medians.

Trino sends a table that it holds to be small to every worker: events of less than 100 MB, whole.
"As great" tells it that no table is small, and to wait for what prunes a scan (a second, if it is
not told).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3

from benchmarks.engines import job
from benchmarks.history import CUSTOMERS, PREFIX, put_history, put_tail
from local.deployment import find_deployment
from local.engines.trino import CATALOG, trino
from local.engines.trino_client import TrinoClient
from local.engines.trino_stats import read_by_table
from local.home import Home
from local.query import ask
from local.region import Region

DAYS = (3, 30, 300)
TAIL = 2_000
TRIES = 5

SERVING = 'SELECT * FROM "customers"'
# The partitions are those of the arrivals: all of them, here.
NAIVE = """
SELECT date_trunc('hour', event_date) AS window_start, status, count(DISTINCT uuid) AS events
FROM customers_raw
WHERE year = '{now:%Y}' AND month = '{now:%m}' AND day = '{now:%d}'
GROUP BY 1, 2
"""
_AS_GREAT = {
    "join_max_broadcast_table_size": "1B",
    "iceberg.dynamic_filtering_wait_timeout": "30s",
}


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
    bucket = find_deployment(boto3.client("glue"), CUSTOMERS.name, prefix=PREFIX).lake_bucket
    done, first_day = 0, 0
    for days in DAYS:
        many = events * days // DAYS[0]
        put_history(bucket, range(done, many), ago=(first_day, days))
        done, first_day = many, days
        job("duckdb", CUSTOMERS.name)
        # The next run may have these, too; so each size gets a tail of its own.
        put_tail(bucket, "tail", range(many * 1000, many * 1000 + TAIL), ago=(0, DAYS[0]))
        print(f"\n{many:,} events of {days} days, and a tail of {TAIL:,}")
        report(url, "serving", SERVING)
        report(url, "serving, as great", SERVING, **_AS_GREAT)
        report(url, "naive", NAIVE.format(now=datetime.now(UTC)))


def report(url: str, name: str, sql: str, **session: str) -> None:
    client = TrinoClient(url, catalog=CATALOG, schema=PREFIX, session=session)
    seconds = []
    for _ in range(TRIES):
        clock = time.monotonic()
        asked = client.start(sql)
        rows = sum(len(page) for page in asked.pages)
        seconds.append(time.monotonic() - clock)
    tables = sorted(read_by_table(url, asked.query_id).items())
    told = ", ".join(f"{table} {read.rows:,} rows {read.bytes:,} bytes" for table, read in tables)
    local = ask(boto3.client("athena"), sql, database=PREFIX, work_group=PREFIX)
    print(
        f"  {name}: {rows:,} rows; Trino {asked.physical_bytes:,} bytes, "
        f"{statistics.median(seconds):.2f} s ({told}); local Athena {local.scanned:,} bytes, "
        f"{local.seconds:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
