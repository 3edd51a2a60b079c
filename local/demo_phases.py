"""The demo: all of the system on this machine, and the merged answer held against the truth.

Every comparison is of the whole serving view with plain Python sums over the events that were
acknowledged: before any batch run, while runs are under way, and after them.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.epochs import epoch_of
from lakehouse.events import Event
from local.console import Console
from local.progress import Progress
from local.questions import Questions
from local.truth import Row, answered, expected, first_difference, read_events
from producer.command import kinesis_client
from producer.files import read_records
from producer.produce import produce

_SETTLE_SECONDS = 60.0
# Of a run, by its engine.
RUN_SECONDS = {"duckdb": 120.0, "spark": 600.0}
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
    engine: str
    console: Console
    prefix: str = layout.DEFAULT_PREFIX
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

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
        counted = f"SELECT count(*) AS n FROM \"{rows}\" WHERE epoch >= '{epoch_of(self.began)}'"
        before = self._number(counted)
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
            if self._number(counted) >= before + report.messages:
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
            days = " OR ".join(map(_of_day, {self.began.date(), datetime.now(UTC).date()}))
            sql = f'SELECT count(*) AS n FROM "{layout.raw_table(name)}" WHERE {days}'
            if self._number(sql) >= len(lane.events):
                return

    def _runs(self) -> None:
        """Run the batch job of every dataset at once, and ask all the while."""
        glue = self.clients("glue")
        jobs = {layout.job_name(self.prefix, lane.dataset.name): lane for lane in self.lanes}
        running = {name: self._start_run(glue, name) for name in jobs}
        during = dict.fromkeys(jobs, 0)
        with Progress() as progress:
            for seconds in self._until("a batch job does not end", RUN_SECONDS[self.engine]):
                left = ", ".join(jobs[name].dataset.name for name in running)
                progress.show(f"running for {seconds:.0f} s: {left}")
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
        for _ in self._until(f"{name} is busy", RUN_SECONDS[self.engine]):
            try:
                arguments = {"--engine": self.engine}
                return str(glue.start_job_run(JobName=name, Arguments=arguments)["JobRunId"])
            except glue.exceptions.ConcurrentRunsExceededException:
                self.console.detail(f"{name} runs on its schedule")
        raise StuckError(name)

    # --- Questions

    def _number(self, sql: str) -> int:
        [row] = self.questions.ask(sql)
        return int(row["n"])

    def _count(self, lane: Lane) -> int:
        """How many events the serving view counts. Raises NotExactError if that is too many."""
        name = layout.serving_view(lane.dataset.name)
        counted = self._number(f'SELECT coalesce(sum(events), 0) AS n FROM "{name}"')
        if counted > len(lane.events):
            self._hold(lane)
        return counted

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

    def _until(self, problem: str, seconds: float) -> Iterator[float]:
        """Ticks to poll at: the seconds so far. Raises StuckError with `problem` after the last."""
        started = time.monotonic()
        while (spent := time.monotonic() - started) < seconds:
            yield spent
            time.sleep(_POLL_SECONDS)
        raise StuckError(f"{problem} in {seconds:.0f} s")


def _of_day(day: date) -> str:
    """Which of raw's partitions are a day's."""
    return f"(year = '{day:%Y}' AND month = '{day:%m}' AND day = '{day:%d}')"
