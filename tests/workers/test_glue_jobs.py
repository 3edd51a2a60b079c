from __future__ import annotations

import io
import json
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.workers.glue_jobs import OPERATIONS, GlueJobRuns

JOB = "lakehouse-turnstiles-batch"
ENDPOINT = "http://127.0.0.1:9"
AT = datetime(2026, 11, 20, 10, 59, 58, tzinfo=UTC)

TELL = """
import json, os, sys
from helper import WORD
told = [WORD, sys.argv[1:], os.environ["AWS_ENDPOINT_URL"], os.environ.get("AWS_PROFILE")]
print(json.dumps(told))
"""
SLEEP = "import time\nprint('begun', flush=True)\ntime.sleep(60)\n"


class Pages:
    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = items

    def paginate(self) -> Iterator[dict[str, Any]]:
        yield {"Triggers": self._items}


class Region:
    """Glue's jobs and triggers, and S3's objects, as boto3 clients tell of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.jobs: dict[str, dict[str, Any]] = {}
        self.triggers: list[dict[str, Any]] = []

    def client(self, _service: str) -> Region:
        return self

    def put(self, key: str, body: bytes) -> str:
        path = self._folder / key
        path.write_bytes(body)
        return f"s3://assets/{key}"

    def job(self, script: str, **settings: Any) -> None:
        location = self.put("a1b2.py", script.encode())
        self.jobs[JOB] = {
            "Name": JOB,
            "Command": {"Name": "glueetl", "ScriptLocation": location},
            "Timeout": 480,
            **settings,
        }

    def get_job(self, *, JobName: str) -> dict[str, Any]:
        if JobName not in self.jobs:
            error = {"Code": "EntityNotFoundException", "Message": f"Job {JobName} not found"}
            raise ClientError({"Error": error}, "GetJob")
        return {"Job": self.jobs[JobName]}

    def get_paginator(self, _operation: str) -> Pages:
        return Pages(self.triggers)

    def download_file(self, bucket: str, key: str, path: str) -> None:
        assert bucket == "assets"
        shutil.copyfile(self._folder / key, path)


class Jobs:
    """GlueJobRuns, asked as a client asks."""

    def __init__(self, runs: GlueJobRuns) -> None:
        self.runs = runs

    def ask(self, operation: str, **request: Any) -> dict[str, Any]:
        status, headers, body = self.runs.respond(operation, json.dumps(request).encode())
        assert headers == {"Content-Type": "application/x-amz-json-1.1"}
        return {"status": status, **json.loads(body)}

    def start(self, **request: Any) -> str:
        answer = self.ask("StartJobRun", JobName=JOB, **request)
        assert answer["status"] == 200, answer
        run_id: str = answer["JobRunId"]
        return run_id

    def get(self, run_id: str) -> dict[str, Any]:
        run: dict[str, Any] = self.ask("GetJobRun", JobName=JOB, RunId=run_id)["JobRun"]
        return run

    def wait(self, run_id: str, *states: str) -> dict[str, Any]:
        """The run when it has one of `states`, or has ended."""
        final = ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED", *states)
        until(lambda: self.get(run_id)["JobRunState"] in final)
        return self.get(run_id)


def until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.02)


@pytest.fixture
def region(tmp_path: Path) -> Region:
    folder = tmp_path / "assets"
    folder.mkdir()
    return Region(folder)


@pytest.fixture
def make_jobs(tmp_path: Path, region: Region) -> Iterator[Callable[..., Jobs]]:
    made: list[GlueJobRuns] = []

    def make(**settings: Any) -> Jobs:
        runs = GlueJobRuns(ENDPOINT, tmp_path / "state", client=region.client, **settings)
        made.append(runs)
        return Jobs(runs)

    yield make
    for runs in made:
        runs.stop()


@pytest.fixture
def jobs(make_jobs: Callable[..., Jobs]) -> Jobs:
    return make_jobs()


def log(tmp_path: Path, run_id: str) -> str:
    return (tmp_path / "state" / JOB / run_id / "output.log").read_text()


def test_a_run_has_glues_arguments_the_extra_files_and_the_region(
    jobs: Jobs, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody's")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("helper.py", "WORD = 'from the zip'")
    code = region.put("c3d4.zip", archive.getvalue())
    defaults = {"--dataset": "turnstiles", "--lookback": "1h", "--extra-py-files": code}
    region.job(TELL, DefaultArguments=defaults)
    run_id = jobs.start(Arguments={"--lookback": "3d"})
    assert jobs.wait(run_id)["JobRunState"] == "SUCCEEDED"
    word, arguments, endpoint, profile = json.loads(log(tmp_path, run_id))
    assert word == "from the zip"
    assert arguments == [
        *("--dataset", "turnstiles", "--lookback", "3d", "--extra-py-files", code),
        *("--JOB_NAME", JOB, "--JOB_RUN_ID", run_id),
    ]
    assert (endpoint, profile) == (ENDPOINT, None)


def test_a_run_is_told_as_glue_tells_it(jobs: Jobs, region: Region) -> None:
    region.job("")
    run = jobs.wait(jobs.start(Arguments={"--full": "true"}, Timeout=5))
    assert run.pop("CompletedOn") >= run.pop("StartedOn")
    assert run.pop("LastModifiedOn")
    assert run.pop("ExecutionTime") >= 0
    assert run.pop("Id").startswith("jr_")
    assert run == {
        "JobName": JOB,
        "JobRunState": "SUCCEEDED",
        "Attempt": 0,
        "Arguments": {"--full": "true"},
        "Timeout": 5,
    }


def test_a_failed_run_says_its_last_line(jobs: Jobs, region: Region) -> None:
    region.job("import sys\nprint('died: no table')\nprint()\nsys.exit(1)")
    run = jobs.wait(jobs.start())
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "died: no table")


def test_an_uncaught_exception_is_a_failed_run(jobs: Jobs, region: Region) -> None:
    region.job("raise RuntimeError('oops')")
    run = jobs.wait(jobs.start())
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "RuntimeError: oops")


def test_a_script_that_is_not_there_is_a_failed_run(jobs: Jobs, region: Region) -> None:
    region.job("")
    region.jobs[JOB]["Command"]["ScriptLocation"] = "s3://assets/missing.py"
    run = jobs.wait(jobs.start())
    assert run["JobRunState"] == "FAILED"
    assert "missing.py" in run["ErrorMessage"]


def test_a_run_over_its_time_is_ended(make_jobs: Callable[..., Jobs], region: Region) -> None:
    region.job(SLEEP, Timeout=0.005)
    jobs = make_jobs()
    run = jobs.wait(jobs.start())
    assert (run["JobRunState"], run["ErrorMessage"]) == ("TIMEOUT", "stopped after 0.005 minutes")


def test_a_run_can_be_stopped(jobs: Jobs, region: Region) -> None:
    region.job(SLEEP)
    run_id = jobs.start()
    jobs.wait(run_id, "RUNNING")
    answer = jobs.ask("BatchStopJobRun", JobName=JOB, JobRunIds=[run_id, "jr_none"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": JOB, "JobRunId": run_id}]
    assert [one["ErrorDetail"]["ErrorCode"] for one in answer["Errors"]] == [
        "EntityNotFoundException"
    ]
    until(lambda: jobs.get(run_id)["JobRunState"] == "STOPPED")
    again = jobs.ask("BatchStopJobRun", JobName=JOB, JobRunIds=[run_id])
    assert again["Errors"][0]["ErrorDetail"]["ErrorMessage"] == f"{run_id} is STOPPED"


def test_more_runs_than_the_job_allows_are_refused(jobs: Jobs, region: Region) -> None:
    region.job(SLEEP, ExecutionProperty={"MaxConcurrentRuns": 2})
    jobs.start()
    jobs.start()
    refusal = jobs.ask("StartJobRun", JobName=JOB)
    assert (refusal["status"], refusal["__type"]) == (400, "ConcurrentRunsExceededException")
    assert len(jobs.ask("GetJobRuns", JobName=JOB)["JobRuns"]) == 2


def test_a_stop_ends_all_runs(make_jobs: Callable[..., Jobs], region: Region) -> None:
    region.job(SLEEP)
    jobs = make_jobs()
    run_id = jobs.start()
    jobs.wait(run_id, "RUNNING")
    jobs.runs.stop()
    assert jobs.get(run_id)["JobRunState"] == "STOPPED"


def test_runs_survive_a_restart_and_an_interrupted_one_has_failed(
    make_jobs: Callable[..., Jobs], region: Region, tmp_path: Path
) -> None:
    region.job("")
    jobs = make_jobs()
    done = jobs.start()
    jobs.wait(done)
    path = tmp_path / "state" / JOB / done / "run.json"
    cut = {**json.loads(path.read_text()), "id": "jr_cut", "state": "RUNNING", "completed_on": None}
    (tmp_path / "state" / JOB / "jr_cut").mkdir()
    (tmp_path / "state" / JOB / "jr_cut" / "run.json").write_text(json.dumps(cut))
    restarted = make_jobs()
    assert restarted.get(done)["JobRunState"] == "SUCCEEDED"
    interrupted = restarted.get("jr_cut")
    assert interrupted["JobRunState"] == "FAILED"
    assert interrupted["ErrorMessage"] == "the region ended during the run"


def test_runs_are_listed_newest_first_in_pages(
    make_jobs: Callable[..., Jobs], region: Region
) -> None:
    times = iter(AT + timedelta(seconds=n) for n in range(1_000))
    jobs = make_jobs(now=lambda: next(times))
    region.job("")
    started = []
    for _ in range(3):
        started.append(jobs.start())
        jobs.wait(started[-1])
    first = jobs.ask("GetJobRuns", JobName=JOB, MaxResults=2)
    rest = jobs.ask("GetJobRuns", JobName=JOB, MaxResults=2, NextToken=first["NextToken"])
    assert [run["Id"] for run in first["JobRuns"] + rest["JobRuns"]] == started[::-1]
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("StartJobRun", {"JobName": "none"}, "EntityNotFoundException"),
        ("StartJobRun", {}, "InvalidInputException"),
        ("GetJobRun", {"JobName": JOB, "RunId": "jr_none"}, "EntityNotFoundException"),
        ("GetJobRun", {"JobName": JOB}, "InvalidInputException"),
        ("GetTables", {}, "InvalidInputException"),
    ],
)
def test_a_mistake_is_glues_error(
    jobs: Jobs, operation: str, request_: dict[str, str], code: str
) -> None:
    answer = jobs.ask(operation, **request_)
    assert (answer["status"], answer["__type"]) == (400, code)


def test_the_operations_are_those_that_ministack_fakes() -> None:
    assert OPERATIONS == ("StartJobRun", "GetJobRun", "GetJobRuns", "BatchStopJobRun")


def trigger(**settings: Any) -> dict[str, Any]:
    return {
        "Name": f"{JOB}-schedule",
        "Type": "SCHEDULED",
        "State": "ACTIVATED",
        "Schedule": "cron(0 * * * ? *)",
        "Actions": [{"JobName": JOB, "Arguments": {"--compact": "true"}}],
        **settings,
    }


class Now:
    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


def test_a_trigger_starts_its_job_once_when_it_fires(
    make_jobs: Callable[..., Jobs], region: Region
) -> None:
    now = Now()
    jobs = make_jobs(now=now)
    region.job("")
    region.triggers = [trigger()]
    jobs.runs._triggers.look()
    assert jobs.ask("GetJobRuns", JobName=JOB)["JobRuns"] == []
    for _ in range(3):
        now.at += timedelta(seconds=5)
        jobs.runs._triggers.look()
    (run,) = jobs.ask("GetJobRuns", JobName=JOB)["JobRuns"]
    assert run["TriggerName"] == f"{JOB}-schedule"
    assert run["Arguments"] == {"--compact": "true"}
    assert jobs.wait(run["Id"])["JobRunState"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "settings",
    [
        {"State": "DEACTIVATED"},
        {"Type": "ON_DEMAND", "Schedule": ""},
        {"Schedule": "hourly"},
        {"Actions": [{"JobName": "none"}]},
    ],
)
def test_a_trigger_that_does_not_fire_holds_nobody_up(
    make_jobs: Callable[..., Jobs], region: Region, settings: dict[str, Any]
) -> None:
    now = Now()
    jobs = make_jobs(now=now)
    region.job("")
    region.triggers = [trigger(**settings), trigger(Name="other")]
    now.at += timedelta(seconds=5)
    jobs.runs._triggers.look()
    assert [run["TriggerName"] for run in jobs.ask("GetJobRuns", JobName=JOB)["JobRuns"]] == [
        "other"
    ]
