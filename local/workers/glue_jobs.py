"""Glue's job runs. MiniStack says SUCCEEDED of a Spark job without running its script.

The gateway asks `GlueJobRuns.respond` for the operations in OPERATIONS, whose X-Amz-Target is
`AWSGlue.<operation>`, in its own process:

    runs = GlueJobRuns(endpoint_url, state_dir)
    routes = {f"AWSGlue.{operation}": runs.respond for operation in OPERATIONS}
    runs.start()        # the schedules
    ...
    runs.stop()

Jobs and triggers themselves are the region's, and are looked up there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.environment import CREDENTIALS, REGION
from local.workers.glue_errors import GlueError
from local.workers.job_runner import JobRunner, new_run
from local.workers.job_runs import JobRun, JobRunFiles
from local.workers.triggers import Triggers

_REQUIRED = {
    "StartJobRun": ("JobName",),
    "GetJobRun": ("JobName", "RunId"),
    "GetJobRuns": ("JobName",),
    "BatchStopJobRun": ("JobName", "JobRunIds"),
}
OPERATIONS = tuple(_REQUIRED)

_JSON = {"Content-Type": "application/x-amz-json-1.1"}
_PAGE = 200

Request = Mapping[str, Any]
Response = tuple[int, Mapping[str, str], bytes]


class GlueJobRuns:
    """Runs jobs on StartJobRun and on their triggers' schedules, and tells of their runs.

    Runs are kept in `state_dir`, with their logs. `now` is the time; `client` makes boto3 clients
    by service name.
    """

    def __init__(
        self,
        endpoint_url: str,
        state_dir: Path,
        *,
        client: Callable[[str], Any] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        make_client = client or (lambda service: _client(service, endpoint_url))
        self._glue = make_client("glue")
        self._files = JobRunFiles(state_dir)
        self._runner = JobRunner(endpoint_url, self._files, s3=make_client("s3"), now=now)
        self._triggers = Triggers(self._glue, self.start_run, now=now)
        self._now = now
        self._answers: Mapping[str, Callable[[Request], dict[str, Any]]] = {
            "StartJobRun": self._start_job_run,
            "GetJobRun": self._get_job_run,
            "GetJobRuns": self._get_job_runs,
            "BatchStopJobRun": self._batch_stop_job_run,
        }

    def start(self) -> None:
        """Begin to keep the triggers' schedules."""
        self._triggers.start()

    def stop(self) -> None:
        """End the schedules and the runs that are under way, which are STOPPED."""
        self._triggers.stop()
        self._runner.stop()

    def respond(self, operation: str, body: bytes) -> Response:
        """Answer one of OPERATIONS: status, headers and JSON body."""
        try:
            answer = self._answer(operation, json.loads(body or b"{}"))
        except GlueError as error:
            return _refusal(error.code, str(error))
        except ClientError as error:
            return _refusal(error.response["Error"]["Code"], error.response["Error"]["Message"])
        return HTTPStatus.OK, _JSON, json.dumps(answer).encode()

    def start_run(
        self,
        job_name: str,
        arguments: Mapping[str, str],
        *,
        timeout_minutes: int | None = None,
        trigger_name: str = "",
    ) -> JobRun:
        """Start a run and return at once.

        Raises GlueError if too many are under way, botocore's ClientError if there is no such job.
        """
        job = self._glue.get_job(JobName=job_name)["Job"]
        run = new_run(
            job,
            arguments,
            at=self._now(),
            timeout_minutes=timeout_minutes,
            trigger_name=trigger_name,
        )
        self._runner.start(job, run)
        return run

    def _answer(self, operation: str, request: Request) -> dict[str, Any]:
        if operation not in self._answers:
            raise GlueError("InvalidInputException", f"{operation} is not answered here")
        for name in _REQUIRED[operation]:
            if name not in request:
                raise GlueError("InvalidInputException", f"{name} is required")
        return self._answers[operation](request)

    def _start_job_run(self, request: Request) -> dict[str, Any]:
        run = self.start_run(
            request["JobName"],
            request.get("Arguments") or {},
            timeout_minutes=request.get("Timeout"),
        )
        return {"JobRunId": run.id}

    def _get_job_run(self, request: Request) -> dict[str, Any]:
        run = self._files.find(request["JobName"], request["RunId"])
        return {"JobRun": run.described(self._now())}

    def _get_job_runs(self, request: Request) -> dict[str, Any]:
        runs = self._files.runs(request["JobName"])
        start = int(request.get("NextToken") or 0)
        end = start + int(request.get("MaxResults") or _PAGE)
        page = [run.described(self._now()) for run in runs[start:end]]
        return {"JobRuns": page, **({"NextToken": str(end)} if end < len(runs) else {})}

    def _batch_stop_job_run(self, request: Request) -> dict[str, Any]:
        job_name = request["JobName"]
        stopped, errors = [], []
        for run_id in request["JobRunIds"]:
            named = {"JobName": job_name, "JobRunId": run_id}
            try:
                self._runner.stop_run(job_name, run_id)
                stopped.append(named)
            except GlueError as error:
                detail = {"ErrorCode": error.code, "ErrorMessage": str(error)}
                errors.append({**named, "ErrorDetail": detail})
        return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _client(service: str, endpoint_url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def _refusal(code: str, message: str) -> Response:
    body = json.dumps({"__type": code, "Message": message}).encode()
    return HTTPStatus.BAD_REQUEST, _JSON, body
