"""Batch runs that overlap: Glue's own, and the job's script as processes of ours, some killed.

Glue runs a job once at a time. Two runs at once happen on AWS when somebody starts the script by
other means, or when a run that was taken for dead wakes up; here the script is started as a process
with the job's own arguments, two or three at once.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from glue_jobs.state import StateObject
from lakehouse import layout
from lakehouse.state import State
from local.workers.job_processes import command_line, environment_of, fetch_code, on_a_laptop
from tests.chaos.kills import kill
from tests.chaos.operations import KEEP
from tests.chaos.stage import Stage

_RUN_SECONDS = 180.0
MOST_AT_ONCE = 3
FULL, KILLED, COMPACTING, EXPIRING, BY_GLUE = 0.12, 0.35, 0.4, 0.3, 0.4


@dataclass(frozen=True)
class Job:
    """A deployed job, and its code in a folder."""

    dataset: str
    definition: dict[str, Any]
    code: Path

    @property
    def arguments(self) -> dict[str, str]:
        return on_a_laptop(self.definition["DefaultArguments"])


class Batches:
    """Starts runs until the stage's stop. `folder` is for their code and logs."""

    def __init__(
        self,
        stage: Stage,
        datasets: Sequence[str],
        folder: Path,
        *,
        seed: int,
        every_seconds: float,
    ) -> None:
        self._stage = stage
        self._numbers = random.Random(f"{seed} batches")
        self._every_seconds = every_seconds
        self._folder = folder
        self._glue = stage.client("glue")
        self._s3 = stage.client("s3")
        self._jobs = [self._fetch(name) for name in datasets]
        self._lock = threading.Lock()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._threads: list[threading.Thread] = []
        self._number = count(1)
        self._leases: set[str] = set()

    @property
    def lake_bucket(self) -> str:
        return self._jobs[0].arguments["--lake-bucket"]

    def run(self) -> None:
        """The thread that starts runs."""
        numbers, every = self._numbers, self._every_seconds
        self._stage.keep_doing(
            self.start_some, pauses=(numbers.uniform(0.5, 1.5) * every for _ in count())
        )

    def pids(self) -> list[int]:
        """The processes of ours that run now."""
        with self._lock:
            return sorted(self._running)

    def start_some(self) -> None:
        """A run of Glue's, or one or several of ours, or both, of one dataset."""
        self.give_back_leases()
        numbers = self._numbers
        job = numbers.choice(self._jobs)
        upkeep = {"--compact": ""} if numbers.random() < COMPACTING else {}
        if numbers.random() < EXPIRING:
            upkeep |= {"--expire": "", **dict(zip(KEEP[::2], KEEP[1::2], strict=True))}
        if numbers.random() < BY_GLUE:
            self._start_by_glue(job, upkeep)
        for _ in range(numbers.randrange(MOST_AT_ONCE + 1)):
            if len(self.pids()) < MOST_AT_ONCE:
                full = {"--full": ""} if numbers.random() < FULL else {}
                self._start(job, {**upkeep, **full})

    def stop(self) -> None:
        """Kill what runs, and wait for it."""
        for pid in self.pids():
            kill(pid)
        for thread in self._threads:
            thread.join()

    def run_one(
        self, dataset: str, arguments: dict[str, str], *, kill_after: float | None = None
    ) -> int:
        """One run of ours, killed after so many seconds if it is told. Its exit status."""
        [job] = [job for job in self._jobs if job.dataset == dataset]
        return self._process(job, arguments, next(self._number), kill_after)

    def run_together(self, datasets: Sequence[str], arguments: dict[str, str]) -> list[int]:
        """A run for each name, all at once, undisturbed. Their exit statuses."""
        with ThreadPoolExecutor(len(datasets)) as pool:
            return list(pool.map(lambda name: self.run_one(name, arguments), datasets))

    def _start_by_glue(self, job: Job, arguments: dict[str, str]) -> None:
        name = job.definition["Name"]
        try:
            self._glue.start_job_run(JobName=name, Arguments=arguments)
        except self._glue.exceptions.ConcurrentRunsExceededException:
            self._stage.journal.note(f"{name} runs already", "run refused by Glue")
        else:
            self._stage.journal.note(f"{name} started {' '.join(arguments)}", "run by Glue")

    def _start(self, job: Job, arguments: dict[str, str]) -> None:
        numbers = self._numbers
        kill_after = numbers.uniform(0.5, 8.0) if numbers.random() < KILLED else None
        thread = threading.Thread(
            target=self._process, args=(job, arguments, next(self._number), kill_after)
        )
        self._threads.append(thread)
        thread.start()

    def _process(
        self, job: Job, arguments: dict[str, str], number: int, kill_after: float | None
    ) -> int:
        """A process from its start to its end."""
        journal = self._stage.journal
        name = f"process {number} of {job.dataset} {' '.join(arguments)}".strip()
        given = {**job.arguments, **arguments}
        with (
            journal.under_way(name),
            (self._folder / f"run-{number}.log").open("wb") as log,
            subprocess.Popen(
                command_line(given),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=job.code,
                env=environment_of(self._stage.endpoint, job.code, job.arguments),
            ) as process,
        ):
            with self._lock:
                self._running[process.pid] = process
            try:
                status = process.wait(kill_after or _RUN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                status = process.wait()
                text = f"killed {name}" if kill_after else f"{name} hung and was killed"
                journal.note(text, "kill of batch job" if kill_after else "hung process")
            finally:
                with self._lock:
                    del self._running[process.pid]
            journal.note(f"{name}: status {status}", f"process with status {status}")
        if status < 0 and "--full" in arguments:
            self._leases.add(job.dataset)
        return status

    def give_back_leases(self) -> None:
        """What an operator does when a recompute was killed: else others stand aside for hours.

        A lease that another recompute has taken meanwhile may go too: it is a courtesy.
        """
        for job in self._jobs:
            if job.dataset in self._leases:
                self._give_back_the_lease(job)
                self._leases.discard(job.dataset)

    def _give_back_the_lease(self, job: Job) -> None:
        bucket, key = job.arguments["--lake-bucket"], layout.state_key(job.dataset)
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        lease = State.from_json(body).lease
        if lease:
            StateObject(self._s3, self._s3, bucket, key).release(lease.run)
            self._stage.journal.note(
                f"{job.dataset}: the lease of run {lease.run} given back", "lease given back"
            )

    def _fetch(self, dataset: str) -> Job:
        name = layout.job_name(layout.DEFAULT_PREFIX, dataset)
        definition = self._glue.get_job(JobName=name)["Job"]
        code = self._folder / "code" / dataset
        shutil.rmtree(code, ignore_errors=True)
        fetch_code(self._s3, definition, definition["DefaultArguments"], code)
        return Job(dataset, definition, code)
