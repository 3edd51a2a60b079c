"""One run of the command line, with its signals, files and exit status."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from producer.failures import SendError
from producer.files import read_records
from producer.ledger import Ledger, Report
from producer.lines import SourceError
from producer.options import Options
from producer.plan import PlanError
from producer.pools import UnknownProviderError
from producer.produce import Source, batches, produce
from producer.records import Record
from producer.sender import THREADS
from producer.terminal import Terminal

logger = logging.getLogger("producer")


def execute(options: Options) -> int:
    """Produce what the options say; the exit status that `producer.cli.run` promises."""
    with _logging_to(Terminal(sys.stderr)) as terminal, ExitStack() as files:
        stop = threading.Event()
        try:
            source = _source(options, files)
            if options.is_dry_run:
                return _stoppable(stop, lambda: _preview(options, source, stop))
            client = kinesis_client(options.endpoint_url)
            return _stoppable(stop, lambda: _deliver(options, client, source, stop, terminal))
        except (PlanError, SendError, SourceError, UnknownProviderError) as error:
            logger.error("%s", error)
        except BotoCoreError as error:
            hint = "check AWS_PROFILE and AWS_DEFAULT_REGION"
            logger.error("%s: %s", str(error).rstrip("."), hint)
        except OSError as error:
            logger.error("%s: %s", error.filename or "output", error.strerror or error)
        except ValueError as error:
            # boto3 says so of an endpoint that is no URL.
            if "endpoint" not in str(error).lower():
                raise
            logger.error("--endpoint-url: %s; use one such as http://127.0.0.1:4566", error)
        return 2


def kinesis_client(endpoint_url: str | None = None, *, threads: int = THREADS) -> Any:
    """A Kinesis client that leaves retries to the sender, which resends only what failed."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=threads,
        connect_timeout=5,
        read_timeout=30,
    )
    return boto3.client("kinesis", endpoint_url=endpoint_url, config=config)


def _deliver(
    options: Options,
    client: Any,
    source: Source | None,
    stop: threading.Event,
    terminal: Terminal,
) -> int:
    report = produce(
        options.dataset,
        client=client,
        stream=options.stream,
        **asdict(options.plan),
        ground_truth=options.ground_truth,
        source=source,
        stop=stop,
        progress=terminal.draw,
    )
    _log_details(report)
    if report.refused:
        return 2
    return 1 if report.unsent else 0


def _log_details(report: Report) -> None:
    """One more line, if there is more to say than how many messages there were."""
    counts = {
        name: count
        for name, count in asdict(report).items()
        if count and name not in ("messages", "seconds")
    }
    if counts != {"events": report.messages}:
        details = ", ".join(f"{count} {name}" for name, count in counts.items())
        logger.info("In detail: %s.", details or "nothing")


def _preview(options: Options, source: Source | None, stop: threading.Event) -> int:
    ledger = Ledger()
    logger.info("Started data generation.")
    planned = batches(options.dataset, options.plan, source=source, stop=stop, refuse=ledger.refuse)
    printed = _print_records(planned, sys.stdout.buffer)
    logger.info("%d records printed, none put (--dry-run).", printed)
    return 2 if ledger.report().refused else 0


def _print_records(planned: Iterable[list[Record]], out: BinaryIO) -> int:
    """Print records until they end or nobody reads on; how many it were."""
    printed = 0
    try:
        for batch in planned:
            out.write(b"".join(record.data + b"\n" for record in batch))
            out.flush()
            printed += len(batch)
    except BrokenPipeError:
        # What is still in the buffer has no reader: Python's flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return printed


def _source(options: Options, files: ExitStack) -> Source | None:
    """Opens the file to read from. Raises OSError."""
    if options.source is None:
        return None
    if options.source == "-":
        stream, name = io.FileIO(sys.stdin.fileno(), closefd=False), "standard input"
    else:
        stream, name = io.FileIO(Path(options.source)), options.source
    files.enter_context(stream)
    return lambda refuse: read_records(stream, options.dataset, name=name, refuse=refuse)


@contextmanager
def _logging_to(terminal: Terminal) -> Iterator[Terminal]:
    before = logger.level, logger.propagate
    logger.addHandler(terminal)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield terminal
    finally:
        logger.removeHandler(terminal)
        logger.level, logger.propagate = before


def _stoppable(stop: threading.Event, work: Callable[[], int]) -> int:
    """Do `work`; the first Ctrl-C or SIGTERM sets `stop`, the second one ends the process.

    The work has a thread of its own, as a signal's handler interrupts the main one anywhere: it
    could not set an event whose lock the main thread just holds.
    """

    def on_signal(number: int, _: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()
        logger.info("Stopping: sending what is buffered; once more stops at once.")

    is_main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM) if is_main else ()
    before = [(number, signal.signal(number, on_signal)) for number in numbers]
    try:
        with ThreadPoolExecutor(1, "producer") as pool:
            return pool.submit(work).result()
    finally:
        for number, handler in before:
            signal.signal(number, handler)
