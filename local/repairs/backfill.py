"""`lakehouse backfill`: an ordinary run that also reads old arrival hours of raw."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from lakehouse.layout import runs_table
from lakehouse.measures import quote
from local.batch import run_jobs
from local.command import MISTAKE, CommandError, aws_errors, choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.query import ask
from local.repairs.arguments import add_dataset, add_format, hour_of
from local.repairs.errors import repair_errors

_DESCRIPTION = """\
Run the batch job over the raw and error objects of arrival hours, whenever they were written,
besides what a run reads anyway. Events that are published already are not counted again.
Firehose files an object under the arrival hour of its oldest record, so the hour before --from is
read too. A Firehose that was catching up files hours of records under the first of them: give an
earlier --from then."""
_EXAMPLE = """example:
  %(prog)s turnstiles --from 2026-11-20T10 --to 2026-11-21T00
"""
_HOUR = timedelta(hours=1)
_FORMAT = "%Y-%m-%dT%H"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    add_dataset(parser)
    add = parser.add_argument
    add("--from", metavar="HOUR", dest="start", required=True, help="first arrival hour, UTC")
    add("--to", metavar="HOUR", dest="end", required=True, help="the hour after the last")
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Do the run: 0 if it was published, 1 if not. Raises CommandError."""
    name = dataset_named(args.dataset).name
    arguments = job_arguments(args.start, args.end, now=datetime.now(UTC))
    choose_aws()
    found = _raw_objects(name, args)
    note(
        f"{name}: a run that also reads raw and error objects of the arrival hours from "
        f"{args.start} to before {args.end}: {found:,} raw objects"
    )
    status = run_jobs([name], arguments, prefix=args.prefix, format=args.format)
    if status == 0:
        note(_outcome(name, prefix=args.prefix))
    return status


def _raw_objects(name: str, args: argparse.Namespace) -> int:
    """How many raw objects there are of the hours."""
    hours = hour_of("--from", args.start), hour_of("--to", args.end)
    with repair_errors():
        import boto3

        from glue_jobs.inputs import Hours, Listing

        deployment = find_deployment(boto3.client("glue"), name, prefix=args.prefix)
        lake = Listing(boto3.client("s3"), deployment.lake_bucket)
        return len(lake.raw_of_hours(name, Hours(*hours)))


def job_arguments(start: str, end: str, *, now: datetime) -> dict[str, str]:
    """The arguments of the run, as Glue has them. Raises CommandError."""
    first, after = hour_of("--from", start), hour_of("--to", end)
    latest = now.replace(minute=0, second=0, microsecond=0) + _HOUR
    if first >= after:
        raise CommandError(
            f"--from {start} is not before --to {end}: the hours are those from the first to "
            "before the second",
            MISTAKE,
        )
    if after > latest:
        raise CommandError(
            f"--to {end} is in the future: nothing has arrived there; the latest is "
            f"--to {latest:{_FORMAT}}, which includes the current hour",
            MISTAKE,
        )
    return {"--from": start, "--to": end}


def _outcome(name: str, *, prefix: str) -> str:
    """What the run's own record says."""
    sql = (
        "SELECT run, raw_objects, error_objects, events_in, new_events "
        f"FROM {quote(runs_table(name))} WHERE kind = 'backfill' ORDER BY run DESC LIMIT 1"
    )
    with aws_errors():
        import boto3

        answer = ask(boto3.client("athena"), sql, database=prefix, work_group=prefix)
        rows = list(answer.rows)
    if not rows:
        return f"{name}: the run is published, but its record could not be written"
    [(number, raw, errors, events, new)] = rows
    return (
        f"{name}: run {number} read {raw:,} raw and {errors:,} error objects; of the {events:,} "
        f"events that it read, {new:,} were not published yet"
    )
