"""The batch job: moves the lake's events from the speed layer to the batch layer, exactly once.

    python glue_jobs/batch_view.py --dataset turnstiles --database lakehouse \\
        --lake-bucket LAKE --errors-bucket ERRORS --retention-hours 168

Exit status 0 means that the run was published, or that it stood aside for a recompute before it
did anything. Status 1 means that it died, which changed no answer: the last line says why. A run
that was overtaken by another publication counts as died too, although that is no fault: its cut
did not move, so whoever started it (a schedule, a person, a pipeline that waits for the data) must
not take it for done; the next run does its work. Status 2 is a mistake in the arguments.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import glue_jobs.libraries  # noqa: F401  (what the others import may be in a zip)
from glue_jobs.aws import Clients, clients
from glue_jobs.deaths import Deaths
from glue_jobs.engine import Checkpoint, Engine, Table, no_checkpoint
from glue_jobs.inputs import Hours, Listing
from glue_jobs.logs import log_as_json, one_line
from glue_jobs.metrics import Metrics
from glue_jobs.publication import (
    DefinitionError,
    NotDeployedError,
    PublicationUnknownError,
    Views,
)
from glue_jobs.quarantine import Quarantine
from glue_jobs.recovery import ErrorsBucket
from glue_jobs.run import Outcome, Plan, Rooms, SupersededError, run
from glue_jobs.state import LeaseError, StateObject
from glue_jobs.tables import tables_of
from glue_jobs.upkeep import keep_up
from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.datasets import UnknownDatasetError, get_dataset
from lakehouse.history import HORIZON
from lakehouse.times import parse_duration, parse_hour
from lakehouse.windows import parse_window

if TYPE_CHECKING:
    from argparse import Namespace

logger = logging.getLogger(__name__)


class MistakeError(ValueError):
    """Arguments that do not go together."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job. Returns the exit status, and says in one line on stdout how it ended."""
    log_as_json()
    arguments = _arguments(argv)
    if arguments.region:
        os.environ.setdefault("AWS_DEFAULT_REGION", arguments.region)
    try:
        plan = _plan(arguments)
        line, status = _summary(_work(plan, arguments)), 0
    except LeaseError as error:
        line, status = f"stood aside: {error}", 0
    except (UnknownDatasetError, NotDeployedError, DefinitionError, MistakeError) as error:
        line, status = str(error), 2
    except SupersededError as error:
        line, status = f"superseded: {error}", 1
    except PublicationUnknownError as error:
        line, status = f"unknown: {error}", 1
    except Exception as error:
        # Whatever it is: nobody reads a traceback in a list of job runs.
        logger.exception("the run died")
        line, status = one_line(f"died: {type(error).__name__}: {error}"), 1
    sys.stdout.write(f"{arguments.dataset}: {line}\n")
    return status


def rooms_of(
    plan: Plan,
    aws: Clients,
    engine: Engine,
    *,
    database: str,
    lake_bucket: str,
    errors_bucket: str,
    folder: Path,
    checkpoint: Checkpoint = no_checkpoint,
) -> Rooms:
    """Everything that a run touches, in one deployment."""
    dataset = plan.dataset
    return Rooms(
        state=StateObject(
            aws.s3, aws.s3_once, lake_bucket, layout.state_key(dataset.name), checkpoint
        ),
        views=Views(aws.glue, aws.glue_once, dataset, database, checkpoint),
        lake=Listing(aws.s3, lake_bucket, checkpoint),
        errors=Listing(aws.s3, errors_bucket, checkpoint),
        errors_bucket=ErrorsBucket(aws.s3, errors_bucket, checkpoint),
        quarantine=Quarantine(aws.s3, lake_bucket, dataset.name, checkpoint=checkpoint),
        engine=engine,
        tables=tables_of(dataset, database=database, bucket=lake_bucket),
        folder=folder,
        deaths=Deaths(aws.s3, lake_bucket, dataset.name, checkpoint),
        metrics=Metrics(aws.cloudwatch, database, dataset.name, checkpoint),
        checkpoint=checkpoint,
    )


def staging_of(events: Table) -> str:
    """Where an engine may put files for its executors: what a killed run leaves there is found."""
    return f"{events.location.rstrip('/')}/staging"


def _engine(plan: Plan, arguments: Namespace) -> Engine:
    # Imported here: where one engine runs, the packages of the other are not there.
    if arguments.engine == "spark":
        from glue_jobs.spark_engine import SparkEngine

        names = {"database": arguments.database, "bucket": arguments.lake_bucket}
        return SparkEngine(staging=staging_of(tables_of(plan.dataset, **names).events))
    from glue_jobs.duckdb_engine import DuckDBEngine

    return DuckDBEngine(memory_limit=arguments.memory_limit)


def _work(plan: Plan, arguments: Namespace) -> Outcome:
    engine = _engine(plan, arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            rooms = rooms_of(
                plan,
                clients(),
                engine,
                database=arguments.database,
                lake_bucket=arguments.lake_bucket,
                errors_bucket=arguments.errors_bucket,
                folder=Path(folder),
            )
            outcome = run(plan, rooms)
            keep_up(
                plan.dataset,
                rooms,
                outcome,
                is_compacting=arguments.compact,
                is_expiring=arguments.expire,
                horizon=plan.horizon,
            )
            return outcome
    finally:
        engine.close()


def _summary(outcome: Outcome) -> str:
    record = outcome.record
    return (
        f"run {record['run']} published: {record['new_events']} new events of "
        f"{record['events_in']} ({record['repeated_rows']} repeats, {record['conflicts']} "
        f"conflicts, {record['quarantined']} quarantined), cut {record['cut']}, "
        f"{record['seconds']:.1f} s"
    )


def _plan(arguments: Namespace) -> Plan:
    return Plan(
        dataset=_dataset(arguments),
        retention=timedelta(hours=arguments.retention_hours),
        is_full=arguments.full,
        lookback=arguments.lookback,
        ignores_lease=arguments.ignore_lease,
        horizon=replace(HORIZON, back=arguments.keep, query=arguments.longest_query),
        hours=_hours(arguments),
    )


def _hours(arguments: Namespace) -> Hours | None:
    if not arguments.first_hour and not arguments.end_hour:
        return None
    if not arguments.first_hour or not arguments.end_hour:
        raise MistakeError("--from and --to are given together: 2026-11-20T10, in UTC")
    try:
        return Hours(arguments.first_hour, arguments.end_hour)
    except ValueError as error:
        raise MistakeError(str(error)) from None


def _dataset(arguments: Namespace) -> Dataset:
    dataset = get_dataset(arguments.dataset)
    return replace(dataset, window=arguments.window) if arguments.window else dataset


def _arguments(argv: Sequence[str] | None) -> Namespace:
    parser = argparse.ArgumentParser(
        prog="batch_view.py",
        description="Move a dataset's events from the speed layer to the batch layer.",
        epilog="example: batch_view.py --dataset turnstiles --database lakehouse "
        "--lake-bucket LAKE --errors-bucket ERRORS",
        allow_abbrev=False,
    )
    add = parser.add_argument
    duration, hour = _argument(parse_duration), _argument(parse_hour)
    add("--dataset", required=True)
    add("--database", required=True, help="Glue database of the views")
    add("--lake-bucket", required=True)
    add("--errors-bucket", required=True, help="where Firehose puts what it cannot deliver")
    add("--retention-hours", type=int, default=168, help="of the stream (default: %(default)s)")
    add("--window", type=parse_window, help="5m, or 1h/15m to slide (default: the dataset's)")
    add("--full", action="store_true", help="compute everything again, as a new base")
    add("--ignore-lease", action="store_true", help="of a recompute that was killed")
    add("--lookback", type=duration, default=timedelta(), help="look at raw from 90m, 12h, 3d ago")
    add("--from", type=hour, dest="first_hour", help="also read raw of 2026-11-20T10 (UTC) on")
    add("--to", type=hour, dest="end_hour", help="up to the hour before this one")
    add("--compact", action="store_true", help="then rewrite small files of the tables")
    add("--expire", action="store_true", help="then delete what nobody reads any more")
    horizon = HORIZON
    add("--keep", type=duration, default=horizon.back, help="how far back a rollback can go: 7d")
    add("--longest-query", type=duration, default=horizon.query, help="delete no sooner: 1h")
    add("--region", help="of AWS (default: that of the environment)")
    add("--engine", choices=("duckdb", "spark"), default="duckdb", help="(default: %(default)s)")
    add("--memory-limit", default="768MB", help="of DuckDB (default: %(default)s)")
    # Glue adds arguments of its own, such as --JOB_NAME.
    known, _ = parser.parse_known_args(argv)
    return known


def _argument(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser of arguments that says what was wrong: argparse drops a ValueError's message."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed


if __name__ == "__main__":
    # Glue takes any SystemExit for a failure, so success just ends.
    if status := main():
        sys.exit(status)
