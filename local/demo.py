"""`lakehouse demo`: its options, and a region of its own for it."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import awswrangler as wr
import boto3

from lakehouse import layout
from lakehouse.datasets import DATASETS
from local.console import Console
from local.demo_ending import ending
from local.demo_phases import RUN_SECONDS, Demo, Lane, NotExactError, StuckError
from local.engines import spark, trino
from local.environment import ATHENA_ENGINE, ATHENA_ENGINES, FIREHOSE_SECONDS
from local.home import Home
from local.questions import Questions
from local.region import Region, RegionError

# The deployed buffer is minutes long; a demo cannot wait for it.
_FIREHOSE_SECONDS = 4
_ENGINES = {"duckdb": "DuckDB", "spark": "Spark", "trino": "Trino"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `lakehouse demo`."""
    parser.add_argument("--amount", type=int, default=2000, help="records of each dataset")
    parser.add_argument("--seed", type=int, default=1, help="of the made events (default 1)")
    parser.add_argument(
        "--engine",
        choices=tuple(RUN_SECONDS),
        default="duckdb",
        help="of the runs: duckdb (default) or, once `make get-engines` has fetched it, spark",
    )
    parser.add_argument(
        "--athena",
        choices=ATHENA_ENGINES,
        default=ATHENA_ENGINES[0],
        help="of the queries: duckdb (default) or, once `make get-engines` has fetched it, trino",
    )


def run(args: argparse.Namespace) -> int:
    """The demo in a region of its own, which is gone afterwards. Returns the exit status.

    0 only if every comparison was exact; 1 with the first difference, or with what went wrong.
    Raises EngineMissingError.
    """
    if args.athena == "trino":
        trino.require()
    if args.engine == "spark":
        spark.require()
    logging.getLogger("producer").setLevel(logging.WARNING)
    console = Console()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lakehouse-demo-") as folder:
        region = Region(Home(Path(folder) / "region"))
        try:
            with stopped_afterwards(region):
                _start(region, console, args)
                demo = _demo(region, console, args, Path(folder))
                demo.run()
                console.say(ending(demo.questions, demo.lanes))
        except (NotExactError, StuckError, RegionError, wr.exceptions.QueryFailed) as error:
            console.say(f"\nNOT EXACT: {error}" if isinstance(error, NotExactError) else str(error))
            return 1
    console.say(f"\nexact, in {time.monotonic() - started:.0f} s")
    return 0


@contextmanager
def stopped_afterwards(region: Region) -> Iterator[None]:
    """Leave nothing running, whatever happens: who is told to end is interrupted."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as below nohup
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        region.down()


def _start(region: Region, console: Console, args: argparse.Namespace) -> None:
    console.say("A region on this machine:")
    variables = {FIREHOSE_SECONDS: str(_FIREHOSE_SECONDS), ATHENA_ENGINE: args.athena}
    region.up(console.detail, variables=variables)
    console.detail(f"runs are made by {_ENGINES[args.engine]}, answers by {_ENGINES[args.athena]}")


def _demo(region: Region, console: Console, args: argparse.Namespace, folder: Path) -> Demo:
    os.environ.update(region.environment())
    session = boto3.Session()
    questions = Questions(layout.DEFAULT_PREFIX, layout.DEFAULT_PREFIX)
    return Demo(
        clients=session.client,
        questions=questions,
        lanes=tuple(Lane(dataset, folder) for dataset in DATASETS),
        amount=args.amount,
        seed=args.seed,
        engine=args.engine,
        console=console,
    )
