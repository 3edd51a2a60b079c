"""Running jobs: one thread and one process per run, its state in a file."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.workers import job_runs
from local.workers.glue_errors import GlueError
from local.workers.job_processes import (
    Ended,
    JobProcess,
    command_line,
    discard_code,
    environment_of,
    fetch_code,
    on_a_laptop,
)
from local.workers.job_runs import JobRun, JobRunFiles

# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-job.html
_TIMEOUT_MINUTES = 2_880
_MESSAGE_LENGTH = 1_000

logger = logging.getLogger(__name__)


class JobRunner:
    """Runs jobs of the region at `endpoint_url`, and keeps their runs in `files`.

    A run that was under way when its process ended is FAILED from the next start on.
    """

    def __init__(
        self, endpoint_url: str, files: JobRunFiles, *, s3: Any, now: Callable[[], datetime]
    ) -> None:
        self._endpoint_url = endpoint_url
        self._files = files
        self._s3 = s3
        self._now = now
        self._lock = threading.Lock()
        self._processes: dict[str, JobProcess] = {}
        self._threads: dict[str, threading.Thread] = {}
        for run in files.all():
            if run.is_active:
                self._end(run, job_runs.FAILED, "the region ended during the run")

    def start(self, job: Mapping[str, Any], run: JobRun) -> None:
        """Start a run and return at once. Raises GlueError if too many are under way."""
        most = job.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1)
        process = JobProcess()
        thread = threading.Thread(target=self._execute, args=(job, run, process), name=run.id)
        with self._lock:
            if sum(each.is_active for each in self._files.runs(run.job_name)) >= most:
                raise GlueError(
                    "ConcurrentRunsExceededException",
                    f"Concurrent runs exceeded for {run.job_name}: at most {most} at once",
                )
            self._files.save(run)
            self._processes[run.id], self._threads[run.id] = process, thread
        thread.start()

    def stop_run(self, job_name: str, run_id: str) -> None:
        """Begin to stop a run; it is STOPPED a little later. Raises GlueError if it has ended."""
        with self._lock:
            run = self._files.find(job_name, run_id)
            process = self._processes.get(run_id)
            if process is None or not run.is_active:
                raise GlueError("InvalidInputException", f"{run_id} is {run.state}")
            self._files.save(replace(run, state=job_runs.STOPPING))
        # Ending a process may take seconds, and the answer does not wait for it.
        threading.Thread(target=process.stop, name=f"stop {run_id}").start()

    def stop(self) -> None:
        """Stop all runs, and wait until they have."""
        with self._lock:
            processes, threads = list(self._processes.values()), list(self._threads.values())
        for process in processes:
            process.stop()
        for thread in threads:
            thread.join()

    def _execute(self, job: Mapping[str, Any], run: JobRun, process: JobProcess) -> None:
        """A run's thread: whatever happens, the run ends in a state that is final."""
        logger.info("job run %s of %s started", run.id, run.job_name)
        state, message = job_runs.FAILED, "the region could not run the script; its log says why"
        try:
            state, message = self._verdict(run, self._run_script(job, run, process))
        except (BotoCoreError, ClientError, OSError) as error:
            message = f"could not start: {error}"
        finally:
            self._end(run, state, message)
            log = self._files.log(run)
            logger.info("job run %s of %s: %s (%s)", run.id, run.job_name, state, log)

    def _run_script(self, job: Mapping[str, Any], run: JobRun, process: JobProcess) -> Ended:
        arguments = {
            **on_a_laptop(job.get("DefaultArguments", {})),
            "--JOB_NAME": run.job_name,
            "--JOB_RUN_ID": run.id,
            **run.arguments,
            **job.get("NonOverridableArguments", {}),
        }
        code = self._files.folder(run) / "code"
        try:
            fetch_code(self._s3, job, arguments, code)
            self._set_running(run)
            return process.run(
                code,
                command_line(arguments),
                environment=environment_of(self._endpoint_url, code, arguments),
                log=self._files.log(run),
                timeout_seconds=run.timeout_minutes * 60,
            )
        finally:
            discard_code(code)

    def _verdict(self, run: JobRun, ended: Ended) -> tuple[str, str]:
        """The final state, and the message that goes with it."""
        if ended.is_timeout:
            return job_runs.TIMEOUT, f"stopped after {run.timeout_minutes} minutes"
        if ended.is_stopped:
            return job_runs.STOPPED, ""
        if ended.status == 0:
            return job_runs.SUCCEEDED, ""
        last = _last_line(self._files.log(run))
        return job_runs.FAILED, last or f"the script ended with status {ended.status}"

    def _set_running(self, run: JobRun) -> None:
        with self._lock:
            if self._files.find(run.job_name, run.id).state == job_runs.STARTING:
                self._files.save(replace(run, state=job_runs.RUNNING))

    def _end(self, run: JobRun, state: str, message: str) -> None:
        at = self._now().timestamp()
        with self._lock:
            self._files.save(replace(run, state=state, error_message=message, completed_on=at))
            self._processes.pop(run.id, None)
            self._threads.pop(run.id, None)


def new_run(
    job: Mapping[str, Any],
    arguments: Mapping[str, str],
    *,
    at: datetime,
    timeout_minutes: int | None = None,
    trigger_name: str = "",
) -> JobRun:
    """A run that has not begun: its timeout is its own, else the job's, else Glue's default."""
    return JobRun(
        id=f"jr_{uuid.uuid4().hex}",
        job_name=job["Name"],
        state=job_runs.STARTING,
        arguments=dict(arguments),
        started_on=at.timestamp(),
        timeout_minutes=timeout_minutes or job.get("Timeout") or _TIMEOUT_MINUTES,
        trigger_name=trigger_name,
    )


def _last_line(log: Path) -> str:
    """The last line with something in it, of the log's last 64 KiB."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65_536))
        lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")[:_MESSAGE_LENGTH]
