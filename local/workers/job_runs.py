"""What is known of job runs: one JSON file per run, beside its log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.workers.checkpoints import replace_atomically
from local.workers.glue_errors import GlueError

STARTING, RUNNING, STOPPING = "STARTING", "RUNNING", "STOPPING"
SUCCEEDED, FAILED, TIMEOUT, STOPPED = "SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"
ACTIVE = frozenset((STARTING, RUNNING, STOPPING))

LOG_NAME = "output.log"


@dataclass(frozen=True)
class JobRun:
    """One run of a job. Times are seconds since 1970, as in Glue's API."""

    id: str
    job_name: str
    state: str
    arguments: Mapping[str, str]
    started_on: float
    timeout_minutes: int
    completed_on: float | None = None
    error_message: str = ""
    trigger_name: str = ""

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def described(self, now: datetime) -> dict[str, Any]:
        """The run as Glue's API tells it:

        https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-runs.html
        """
        ended_on = self.completed_on or now.timestamp()
        told = {
            "Id": self.id,
            "JobName": self.job_name,
            "JobRunState": self.state,
            "Attempt": 0,
            "StartedOn": self.started_on,
            "LastModifiedOn": ended_on,
            "CompletedOn": self.completed_on,
            "Arguments": dict(self.arguments),
            "ErrorMessage": self.error_message,
            "TriggerName": self.trigger_name,
            "ExecutionTime": max(0, round(ended_on - self.started_on)),
            "Timeout": self.timeout_minutes,
        }
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True)
class JobRunFiles:
    """The runs in a directory: `<job>/<run>/run.json`, and the run's log beside it."""

    directory: Path

    def folder(self, run: JobRun) -> Path:
        """Where a run keeps its files."""
        return self.directory / run.job_name / run.id

    def log(self, run: JobRun) -> Path:
        """What the run's script wrote, to standard output and standard error."""
        return self.folder(run) / LOG_NAME

    def save(self, run: JobRun) -> None:
        content = json.dumps(asdict(run), indent=2).encode()
        replace_atomically(self.folder(run) / "run.json", content)

    def find(self, job_name: str, run_id: str) -> JobRun:
        """One run. Raises GlueError if there is none."""
        for run in self.runs(job_name):
            if run.id == run_id:
                return run
        raise GlueError("EntityNotFoundException", f"Job run {run_id} of {job_name} is not found")

    def runs(self, job_name: str) -> list[JobRun]:
        """A job's runs, the newest first."""
        return self._sorted((self.directory / job_name).glob("*/run.json"))

    def all(self) -> list[JobRun]:
        """All jobs' runs, the newest first."""
        return self._sorted(self.directory.glob("*/*/run.json"))

    @staticmethod
    def _sorted(paths: Iterable[Path]) -> list[JobRun]:
        runs = [JobRun(**json.loads(path.read_text())) for path in paths]
        return sorted(runs, key=lambda run: (run.started_on, run.id), reverse=True)
