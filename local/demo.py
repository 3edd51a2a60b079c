"""The demo: all of the system on this machine, and the merged answer held against the truth.

Every comparison is of the whole serving view with plain Python sums over the events that were
acknowledged: before any batch run, while runs are under way, and after them.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import awswrangler as wr
import boto3

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS
from lakehouse.events import Event
from local.console import Console, bars, table
from local.home import Home
from local.questions import Questions
from local.region import Region, RegionError
from local.truth import Row, answered, expected, first_difference, read_events
from producer.command import kinesis_client
from producer.files import read_records
from producer.produce import produce

# The deployed buffer is minutes long; a demo cannot wait for it.
FIREHOSE_SECONDS = 4
_SETTLE_SECONDS = 60.0
_RUN_SECONDS = 120.0
_POLL_SECONDS = 0.2
_ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR")


class NotExactError(Exception):
    """An answer differs from the truth; the message is the first difference."""


class StuckError(Exception):
    """Something that should have happened did not; the message says what."""


@dataclass
class Lane:
    """One dataset on its way through the demo."""

    dataset: Dataset
    folder: Path
    events: dict[tuple[Any, int], Event] = field(default_factory=dict)
    phases: int = 0
    comparisons: int = 0
    freshness: list[float] = field(default_factory=list)
    _truth: dict[Row, Row] | None = None

    def truth(self) -> dict[Row, Row]:
        """The serving view as it must be."""
        if self._truth is None:
            self._truth = expected(self.dataset, self.events.values())
        return self._truth

    def truth_file(self, phase: int) -> Path:
        """Where the producer of a phase writes what was acknowledged."""
        return self.folder / f"{self.dataset.name}-{phase}.jsonl"

    def add(self, path: Path) -> None:
        """Take in what a phase of the producer got acknowledged."""
        for identity, event in read_events(self.dataset, path).items():
            self.events.setdefault(identity, event)
        self._truth = None


@dataclass(frozen=True)
class Demo:
    """The demo on a region that is up; `clients` makes its boto3 clients."""

    clients: Callable[[str], Any]
    questions: Questions
    lanes: tuple[Lane, ...]
    amount: int
    seed: int
    console: Console
    prefix: str = layout.DEFAULT_PREFIX

    def run(self) -> None:
        """All phases. Raises NotExactError at the first difference, StuckError."""
        say = self.console.say
        say("Before any batch run: the speed layer answers alone.")
        self._each(self._produce, self._settle, self._compare)
        say("Firehose files the same records in raw.")
        self._each(self._await_raw)
        say("During batch runs: questions all the while.")
        self._each(self._produce, self._settle)
        self._runs()
        say("After them: the batch layer answers for what it has, the speed layer for the rest.")
        self._each(self._compare)
        say("All events once more, as from a producer that lost its acknowledgements.")
        self._each(self._produce_again, self._compare)
        say("During the next batch runs, and after them.")
        self._runs()
        self._each(self._produce, self._settle, self._compare)
        self._show()

    # --- Phases

    def _each(self, *steps: Callable[[Lane], None]) -> None:
        for lane in self.lanes:
            for step in steps:
                step(lane)

    def _produce(self, lane: Lane) -> None:
        """Put events with faults on the stream; the truth is what was acknowledged."""
        lane.phases += 1
        truth = lane.truth_file(lane.phases)
        report = produce(
            lane.dataset,
            client=kinesis_client(),
            stream=layout.stream_name(self.prefix, lane.dataset.name),
            amount=self.amount if lane.phases == 1 else self.amount // 4,
            seed=self.seed * 100 + lane.phases,
            duplicates=0.1,
            late=0.1,
            max_age=timedelta(days=3),
            malformed=0.02,
            ground_truth=truth,
        )
        lane.add(truth)
        self.console.detail(
            f"{lane.dataset.name}: {report.messages:,} records of {report.events:,} events, "
            f"{report.duplicates:,} sent again, {report.late:,} late, "
            f"{report.malformed:,} malformed"
        )

    def _produce_again(self, lane: Lane) -> None:
        """Put every event of the first phase on the stream again, and wait for the rows."""
        rows = layout.speed_table(lane.dataset.name)
        before = self._count_rows(rows)
        with io.FileIO(lane.truth_file(1)) as events:
            report = produce(
                lane.dataset,
                client=kinesis_client(),
                stream=layout.stream_name(self.prefix, lane.dataset.name),
                source=lambda refuse: read_records(
                    events, lane.dataset, name="the ground truth", refuse=refuse
                ),
            )
        for _ in self._until(f"{rows}: no new rows", _SETTLE_SECONDS):
            if self._count_rows(rows) >= before + report.messages:
                break
        self.console.detail(f"{lane.dataset.name}: {report.messages:,} old events sent again")

    def _settle(self, lane: Lane) -> None:
        """Wait until all that was acknowledged is counted. More than that is wrong at once."""
        started = time.monotonic()
        wanted = len(lane.events)
        while (counted := self._count(lane)) < wanted:
            if time.monotonic() - started > _SETTLE_SECONDS:
                raise StuckError(
                    f"{lane.dataset.name}: {counted:,} of {wanted:,} events are in the answer "
                    f"after {_SETTLE_SECONDS:.0f} s"
                )
            time.sleep(_POLL_SECONDS)
        lane.freshness.append(time.monotonic() - started)

    def _await_raw(self, lane: Lane) -> None:
        name = lane.dataset.name
        for _ in self._until(f"{name}: Firehose delivered nothing", _SETTLE_SECONDS):
            if self._count_rows(layout.raw_table(name)) >= len(lane.events):
                return

    def _runs(self) -> None:
        """Run the batch job of every dataset at once, and ask all the while."""
        glue = self.clients("glue")
        jobs = {layout.job_name(self.prefix, lane.dataset.name): lane for lane in self.lanes}
        running = {name: self._start_run(glue, name) for name in jobs}
        during = dict.fromkeys(jobs, 0)
        for _ in self._until("a batch job does not end", _RUN_SECONDS):
            for name, run_id in list(running.items()):
                self._hold(jobs[name])
                run = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
                if run["JobRunState"] not in _ENDED:
                    during[name] += 1  # the run began before the question, and goes on
                elif run["JobRunState"] == "SUCCEEDED":
                    del running[name]
                else:
                    raise StuckError(f"{name} {run['JobRunState']}: {run.get('ErrorMessage')}")
            if not running:
                break
        for name, lane in jobs.items():
            if not during[name]:
                raise StuckError(f"{name} ended before a question was answered during it")
            rows = f"{len(lane.truth()):,} rows"
            self.console.exact(f"{lane.dataset.name}: {rows}, {during[name]} times during the run")

    def _start_run(self, glue: Any, name: str) -> str:
        """Start a job, after the run that its schedule may just have started."""
        for _ in self._until(f"{name} is busy", _RUN_SECONDS):
            try:
                return str(glue.start_job_run(JobName=name)["JobRunId"])
            except glue.exceptions.ConcurrentRunsExceededException:
                self.console.detail(f"{name} runs on its schedule")
        raise StuckError(name)

    # --- Questions

    def _count_rows(self, table_name: str) -> int:
        [row] = self.questions.ask(f'SELECT count(*) AS n FROM "{table_name}"')
        return int(row["n"])

    def _count(self, lane: Lane) -> int:
        """How many events the serving view counts. Raises NotExactError if that is too many."""
        name = layout.serving_view(lane.dataset.name)
        [row] = self.questions.ask(f'SELECT coalesce(sum(events), 0) AS n FROM "{name}"')
        if row["n"] > len(lane.events):
            self._hold(lane)
        return int(row["n"])

    def _compare(self, lane: Lane) -> None:
        """Hold the answer against the truth, and say so."""
        self._hold(lane)
        rows, events = len(lane.truth()), len(lane.events)
        self.console.exact(f"{lane.dataset.name}: {rows:,} rows, {events:,} events")

    def _hold(self, lane: Lane) -> None:
        """Hold the whole serving view against the truth. Raises NotExactError."""
        name = layout.serving_view(lane.dataset.name)
        try:
            answer = answered(lane.dataset, self.questions.ask(f'SELECT * FROM "{name}"'))
        except ValueError as error:
            raise NotExactError(f"{name}: {error}") from None
        difference = first_difference(lane.dataset, lane.truth(), answer)
        if difference:
            raise NotExactError(f"{name}: {difference}")
        lane.comparisons += 1

    def _until(self, problem: str, seconds: float) -> Iterator[None]:
        """Ticks to poll at. Raises StuckError with `problem` when there were too many."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            yield
            time.sleep(_POLL_SECONDS)
        raise StuckError(f"{problem} in {seconds:.0f} s")

    # --- What is shown at the end

    def _show(self) -> None:
        say = self.console.say
        busiest = self.questions.ask(
            "SELECT station, sum(sum_entries) AS entries FROM turnstiles "
            "GROUP BY station ORDER BY entries DESC, station LIMIT 8"
        )
        say("\nEntries by station, from the serving view:\n")
        say(bars([(row["station"], int(row["entries"])) for row in busiest]))
        say("\nWhere the answers come from:\n")
        columns = ["dataset", "run", "cut", "dead_runs", "batch_events", "speed_events"]
        provenance = []
        for lane in self.lanes:
            view = layout.provenance_view(lane.dataset.name)
            provenance += self.questions.ask(f'SELECT {", ".join(columns)} FROM "{view}"')
        say(table(columns, [[row[name] for name in columns] for row in provenance]))
        slowest = max(seconds for lane in self.lanes for seconds in lane.freshness)
        comparisons = sum(lane.comparisons for lane in self.lanes)
        say(f"\n{comparisons} comparisons, no difference. Put to visible: {slowest:.1f} s at most.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `lakehouse demo`."""
    parser.add_argument("--amount", type=int, default=2000, help="records of each dataset")
    parser.add_argument("--seed", type=int, default=1, help="of the made events (default 1)")


def run(args: argparse.Namespace) -> int:
    """The demo in a region of its own, which is gone afterwards. Returns the exit status.

    0 only if every comparison was exact; 1 with the first difference, or with what went wrong.
    """
    logging.getLogger("producer").setLevel(logging.WARNING)
    console = Console()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lakehouse-demo-") as folder:
        region = Region(Home(Path(folder) / "region"))
        try:
            with stopped_afterwards(region):
                _start(region, console)
                _demo(region, console, args, Path(folder)).run()
        except (NotExactError, StuckError, RegionError, wr.exceptions.QueryFailed) as error:
            console.say(f"\nNOT EXACT: {error}" if isinstance(error, NotExactError) else str(error))
            return 1
    console.say(f"\nexact, in {time.monotonic() - started:.0f} s")
    return 0


@contextmanager
def stopped_afterwards(region: Region) -> Iterator[None]:
    """Leave nothing running, whatever happens."""
    try:
        yield
    finally:
        region.down()


def _start(region: Region, console: Console) -> None:
    console.say("A region on this machine:")
    variables = {"LAKEHOUSE_FIREHOSE_SECONDS": str(FIREHOSE_SECONDS)}
    region.up(console.detail, variables=variables)


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
        console=console,
    )
