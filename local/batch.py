"""`lakehouse batch`: runs the batch job of datasets, on a laptop's region or on AWS."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.datasets import DATASETS
from lakehouse.epochs import epoch_after, start_of
from lakehouse.layout import DEFAULT_PREFIX, job_name, provenance_view
from lakehouse.times import parse_duration
from local.command import (
    FAILURE,
    MISTAKE,
    CommandError,
    aws_errors,
    choose_aws,
    dataset_named,
    note,
)
from local.formats import FORMATS
from local.progress import Progress
from local.query import ask

_EXAMPLE = """example:
  %(prog)s turnstiles --lookback 3d
"""
_COLUMNS = ("dataset", "state", "seconds", "job_run", "error")
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-runs.html
_ENDED = frozenset(("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"))
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0

Runs = Mapping[str, str]  # job run ids, by dataset


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description = "Run the batch job of datasets (all of them if none is named) and wait."
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    names = ", ".join(dataset.name for dataset in DATASETS)
    add("datasets", metavar="DATASET", nargs="*", help=f"of: {names}")
    add("--full", action="store_true", help="compute everything again, as a new base")
    add("--ignore-lease", action="store_true", help="of a recompute that was killed")
    add("--lookback", metavar="T", help="look at raw again, from 90m, 12h or 3d ago")
    add("--engine", choices=("duckdb", "spark"), help="(default: the job's; duckdb on a laptop)")
    add("--format", choices=sorted(FORMATS), default="table", help="of the outcome (%(default)s)")
    add("--prefix", metavar="NAME", default=DEFAULT_PREFIX, help="of the deployment (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Write one row per run: 0 if all succeeded, 1 if not. Raises CommandError."""
    datasets = _datasets(args.datasets)
    arguments = job_arguments(
        full=args.full,
        lookback=args.lookback,
        ignores_lease=args.ignore_lease,
        engine=args.engine,
    )
    return run_jobs(datasets, arguments, prefix=args.prefix, format=args.format)


def run_jobs(datasets: list[str], arguments: dict[str, str], *, prefix: str, format: str) -> int:
    """Run the job of each dataset with these arguments, wait, and write what came of it.

    Returns 0 if all succeeded, 1 if not. Raises CommandError.
    """
    choose_aws()
    with aws_errors():
        import boto3

        glue = boto3.client("glue")
        runs = start_runs(glue, datasets, arguments, prefix=prefix)
        try:
            ended = _wait(glue, runs, prefix=prefix)
        except KeyboardInterrupt:
            _stop(glue, runs, prefix=prefix)
            raise
        succeeded = [name for name in ended if ended[name]["JobRunState"] == "SUCCEEDED"]
        answers = [_who_answers(name, prefix=prefix) for name in succeeded]
    rows = [_row(dataset, state) for dataset, state in ended.items()]
    FORMATS[format](sys.stdout, _COLUMNS, rows)
    for answer in answers:
        note(answer)
    return 0 if all(state["JobRunState"] == "SUCCEEDED" for state in ended.values()) else FAILURE


def _who_answers(dataset: str, *, prefix: str) -> str:
    """Which layer answers for what, after a run."""
    import boto3

    sql = f"SELECT run, cut, batch_events, speed_events FROM {provenance_view(dataset)}"
    answer = ask(boto3.client("athena"), sql, database=prefix, work_group=prefix)
    [(number, cut, batch_events, speed_events)] = answer.rows
    return (
        f"{dataset}: run {number} answers for {int(batch_events):,} events, the speed layer for "
        f"{int(speed_events):,} newer ones, written after {start_of(epoch_after(cut)):%H:%M} UTC"
    )


def job_arguments(
    *,
    full: bool,
    lookback: str | None,
    ignores_lease: bool = False,
    engine: str | None = None,
) -> dict[str, str]:
    """The arguments of one run, as Glue has them. Raises CommandError."""
    if lookback:
        try:
            parse_duration(lookback)
        except ValueError as error:
            raise CommandError(f"--lookback: {error}", MISTAKE) from None
    flags = {"--full": full, "--ignore-lease": ignores_lease}
    arguments = {name: "" for name, is_set in flags.items() if is_set}
    values = {"--lookback": lookback, "--engine": engine}
    return arguments | {name: value for name, value in values.items() if value}


def _datasets(names: Sequence[str]) -> list[str]:
    return [dataset_named(name).name for name in names] or [each.name for each in DATASETS]


def start_runs(glue: Any, datasets: list[str], arguments: dict[str, str], *, prefix: str) -> Runs:
    """Start the job of each dataset once. Returns their job runs. Raises CommandError."""
    runs: dict[str, str] = {}
    for dataset in dict.fromkeys(datasets):
        job = job_name(prefix, dataset)
        try:
            runs[dataset] = glue.start_job_run(JobName=job, Arguments=arguments)["JobRunId"]
        except glue.exceptions.EntityNotFoundException:
            raise CommandError(f"there is no job {job}; run: lakehouse up", MISTAKE) from None
        except glue.exceptions.ConcurrentRunsExceededException:
            raise CommandError(
                f"a run of {dataset} is at work, started by its schedule or by somebody; run again "
                "when it has ended"
            ) from None
        note(f"{dataset}: job run {runs[dataset]} has begun")
    return runs


def _wait(glue: Any, runs: Runs, *, prefix: str) -> dict[str, dict[str, Any]]:
    """The final states of runs, by dataset."""
    states: dict[str, dict[str, Any]] = {}
    started_at, pause = time.monotonic(), _FIRST_PAUSE_SECONDS
    with Progress() as progress:
        while True:
            for dataset in runs.keys() - _ended(states).keys():
                answer = glue.get_job_run(JobName=job_name(prefix, dataset), RunId=runs[dataset])
                states[dataset] = answer["JobRun"]
            ended = _ended(states)
            if len(ended) == len(runs):
                return {dataset: ended[dataset] for dataset in runs}
            left = ", ".join(dataset for dataset in runs if dataset not in ended)
            progress.show(f"running for {time.monotonic() - started_at:.0f} s: {left}")
            time.sleep(pause)
            pause = min(1.5 * pause, _LONGEST_PAUSE_SECONDS)


def _ended(states: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in states.items() if each["JobRunState"] in _ENDED}


def _stop(glue: Any, runs: Runs, *, prefix: str) -> None:
    for dataset, run_id in runs.items():
        glue.batch_stop_job_run(JobName=job_name(prefix, dataset), JobRunIds=[run_id])
        note(f"{dataset}: told job run {run_id} to stop; what is not published changes no answer")


def _row(dataset: str, state: Mapping[str, Any]) -> tuple[Any, ...]:
    message = state.get("ErrorMessage") or None
    return (dataset, state["JobRunState"], state.get("ExecutionTime", 0), state["Id"], message)
