"""The chaos: who takes part in it, from a region's start to the last comparison.

Killed with SIGKILL, every few seconds, is any process of the region but MiniStack: the workers, the
door (gateway, Athena, job runner), λ executions, batch jobs, and once the daemon. MiniStack stands
for AWS itself: what of Kinesis, Glue and Lambda it has in memory is gone with it (only S3 is on
disk as it is written), which no client of AWS has to survive. So it ends in order only: when the
region goes down, and when its daemon is killed. See tests/chaos/streams.py for what it loses when a
stream is resharded, and how that is kept out and counted.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS
from local.home import Home
from local.region import Region, RegionError
from tests.chaos.batches import Batches
from tests.chaos.ending import StuckError, check_views, drain, quarantine_of, runs_of
from tests.chaos.feed import Feed
from tests.chaos.journal import Journal
from tests.chaos.kills import DAEMON, Killer
from tests.chaos.ledger import Book
from tests.chaos.operations import Operations, Restarts
from tests.chaos.reader import Reader, WrongAnswerError
from tests.chaos.report import Report, progress
from tests.chaos.stage import VARIABLES, Athena, Stage
from tests.chaos.streams import Lane, Resharder

_SHARES = {"turnstiles": 0.4, "tweets": 0.4, "customers": 0.2}
_PROGRESS_SECONDS = 10.0
_FIRST_SECONDS = 180.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Plan:
    """How long, how much, and how hard. The pauses between faults are in seconds.

    A thorough one restarts the region, and compares before and after its last runs.
    """

    seconds: float
    rate: float
    seed: int
    kill_every: float = 3.0
    reshard_every: float = 40.0
    batch_every: float = 12.0
    operation_every: float = 15.0
    is_thorough: bool = True
    datasets: tuple[Dataset, ...] = DATASETS


def run(plan: Plan, folder: Path | None = None) -> int:
    """All of it. Prints what happens; 0 if it was exact, else the region's home is kept."""
    home = Path(tempfile.mkdtemp(prefix="lakehouse-chaos-", dir=folder))
    logging.getLogger("botocore").setLevel(logging.CRITICAL)
    region = Region(Home(home / "region"))
    problem: str | None = "interrupted"
    try:
        say(f"A region on this machine, in {home}; seed {plan.seed}")
        endpoint = region.up(lambda phase: say(f"  {phase}"), variables=VARIABLES)
        stage = Stage(region, endpoint, Journal(home / "chaos.log"))
        problem = Chaos(plan, stage, home).run()
    except (RegionError, StuckError, WrongAnswerError) as error:
        problem = str(error)
    except KeyboardInterrupt:
        pass
    except Exception:
        problem = traceback.format_exc()
    finally:
        region.down()
    if problem:
        say(f"\nNOT EXACT: {problem}\n\nKept for inspection: {home}")
        return 1
    shutil.rmtree(home)
    say("\nexact")
    return 0


def say(text: str) -> None:
    """A line, or several, as they happen."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Chaos:
    """One chaos on a region that is up."""

    def __init__(self, plan: Plan, stage: Stage, folder: Path) -> None:
        self._plan = plan
        self._stage = stage
        self._lanes = [
            self._lane(Book(dataset, stage.speed_checkpoints(dataset)), _SHARES[dataset.name])
            for dataset in plan.datasets
        ]
        self._books = [lane.book for lane in self._lanes]
        seed = plan.seed
        self._reader = Reader(stage, self._books)
        self._batches = Batches(
            stage,
            [lane.name for lane in self._lanes],
            folder,
            seed=seed,
            every_seconds=plan.batch_every,
        )
        self._killer = Killer(
            stage,
            seed=seed,
            every_seconds=plan.kill_every,
            jobs=self._batches.pids,
            progress=self._acknowledged,
        )
        self._resharder = Resharder(stage, self._lanes, seed=seed, every_seconds=plan.reshard_every)
        self._operations = Operations(
            stage, self._lanes, seed=seed, every_seconds=plan.operation_every
        )
        at = ((plan.seconds * 0.45, "in order"), (plan.seconds * 0.7, DAEMON))
        self._restarts = Restarts(stage, self._lanes, at=at if plan.is_thorough else ())
        self._failures: list[str] = []

    def run(self) -> str | None:
        """All phases. None if all was exact; else what was not."""
        with self._threads():
            self._wait()
        self._batches.stop()
        if self._reader.wrong or self._failures:
            return self._reader.wrong or "\n".join(self._failures)
        say("The faults have stopped; waiting until all is delivered.")
        return self._end()

    def _lane(self, book: Book, share: float) -> Lane:
        shares = sum(_SHARES[dataset.name] for dataset in self._plan.datasets)
        rate = self._plan.rate * share / shares
        feed = Feed(self._stage, book, rate=rate, seed=self._plan.seed)
        return Lane(self._stage, book, feed)

    def _acknowledged(self) -> list[int]:
        for book in self._books:
            book.refresh()
        return [book.events_acknowledged for book in self._books]

    @contextmanager
    def _threads(self) -> Iterator[None]:
        """Everyone at work; they stop when the block ends, however it ends."""
        calm = {f"feed of {lane.name}": lane.feed.run for lane in self._lanes}
        faults = {
            "reader": self._reader.run,
            "killer": self._killer.run,
            "resharder": self._resharder.run,
            "batches": self._batches.run,
            "operations": self._operations.run,
            "restarts": self._restarts.run,
        }
        threads = self._started(calm)
        try:
            self._await_the_first()
            self._stage.journal.begin()
            threads += self._started(faults)
            yield
        except BaseException:
            self._stage.abandoned.set()
            raise
        finally:
            self._stage.stop.set()
            for thread in threads:
                thread.join()

    def _await_the_first(self) -> None:
        """Every λ has started once, before the first fault. Raises StuckError."""
        deadline = time.monotonic() + _FIRST_SECONDS
        while not all(self._acknowledged()):
            if time.monotonic() > deadline:
                raise StuckError(f"nothing was acknowledged in {_FIRST_SECONDS:.0f} s")
            if self._stage.stop.wait(_POLL_SECONDS):
                return

    def _started(self, workers: Mapping[str, Callable[[], None]]) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._guarded, args=(name, work), name=name)
            for name, work in workers.items()
        ]
        for thread in threads:
            thread.start()
        return threads

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """A thread that fails ends the chaos, and says why."""
        try:
            work()
        except Exception:
            self._failures.append(f"{name}: {traceback.format_exc()}")
            self._stage.journal.note(f"{name} failed: {traceback.format_exc()}")
            self._stage.abandoned.set()
            self._stage.stop.set()

    def _wait(self) -> None:
        ends_at = time.monotonic() + self._plan.seconds
        while (left := ends_at - time.monotonic()) > 0:
            if self._stage.stop.wait(min(left, _PROGRESS_SECONDS)):
                return
            say(progress(self._stage.journal, self._books, self._reader))

    def _end(self) -> str | None:
        """Drain, compare, run once more, recompute, and compare again."""
        athena = Athena(self._stage)
        bucket = self._batches.lake_bucket
        drain(self._lanes)
        self._batches.give_back_leases()
        report = Report(self._stage.journal, self._books, self._reader)
        last_runs: tuple[dict[str, str], ...] = ({},)
        if self._plan.is_thorough:
            report.views_checked += self._check(athena)
            last_runs = ({}, {"--full": ""})
        for arguments in last_runs:
            self._run_all(arguments)
            report.views_checked += self._check(athena)
        if self._operations.audit():
            raise WrongAnswerError(f"the audit found a difference: {self._stage.journal.story()}")
        for lane in self._lanes:
            runs = runs_of(self._stage, athena, lane.book.dataset, bucket=bucket)
            report.runs[lane.name] = runs
            report.quarantined[lane.name] = quarantine_of(self._stage, lane, bucket=bucket)
        say(report.text())
        return report.problem()

    def _check(self, athena: Athena) -> int:
        return sum(check_views(athena, lane) for lane in self._lanes)

    def _run_all(self, arguments: dict[str, str]) -> None:
        """A run of every dataset, all at once and undisturbed. Raises StuckError."""
        names = [lane.name for lane in self._lanes]
        statuses = self._batches.run_together(names, arguments)
        if any(statuses):
            raise StuckError(f"the last runs of {', '.join(names)} ended with {statuses}")
