"""`lakehouse replay`: quarantined records that are events after all become speed rows."""

from __future__ import annotations

import argparse
import sys

from local.command import choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.formats import FORMATS
from local.progress import Progress
from local.repairs.arguments import add_dataset, add_dry_run, add_format
from local.repairs.errors import repair_errors

_DESCRIPTION = """\
Decode the quarantine again, with the decoder of this project as it is here: what is an event now
becomes rows of the speed layer and leaves the quarantine, all else stays. Deploy the fix before, or
the next record of the kind is quarantined again."""
_EXAMPLE = """example:
  %(prog)s tweets --dry-run
"""
_COLUMNS = ("dataset", "outcome", "records", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    add_dataset(parser)
    add_dry_run(parser)
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Replay, and write what was replayed and what stays, by reason. Raises CommandError."""
    name = dataset_named(args.dataset).name
    place = choose_aws()
    with repair_errors():
        import boto3

        from local.replay import replay

        glue, s3 = boto3.client("glue"), boto3.client("s3")
        deployment = find_deployment(glue, name, prefix=args.prefix)
        # Refuses a dataset that is defined otherwise here than what is batched.
        deployment.views().read()
        note(f"{name}: decoding the quarantine of {place} again")
        with Progress() as progress:
            done = replay(
                s3,
                deployment.lake_bucket,
                deployment.dataset,
                dry_run=args.dry_run,
                progress=lambda so_far: progress.show(
                    f"{so_far.rows:,} replayed, {so_far.stayed:,} stay"
                ),
            )
    outcome = "would be replayed" if args.dry_run else "replayed"
    rows: list[tuple[str, str, int, str | None]] = [(name, outcome, done.rows, None)]
    rows += [(name, "stays", count, reason) for reason, count in done.reasons.most_common()]
    FORMATS[args.format](sys.stdout, _COLUMNS, rows)
    if done.rows and not args.dry_run:
        note(
            f"{name}: {done.rows:,} records are speed rows now (epoch {max(done.epochs)}) and "
            "count in the answer, each event once; the next batch run takes them"
        )
    return 0
