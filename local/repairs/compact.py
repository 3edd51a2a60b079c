"""`lakehouse compact`: rewrites small files of the Iceberg tables; no row and no answer changes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from local.command import choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.formats import FORMATS
from local.progress import Progress
from local.repairs.arguments import add_dataset, add_format
from local.repairs.errors import repair_errors

if TYPE_CHECKING:
    from glue_jobs.upkeep import Compacted

_DESCRIPTION = """\
Rewrite small files of the events, the batch partials and the runs into large ones, where four or
more lie in one partition; and merge the partials of four or more runs below a floor that nobody
reads below any more. Queries go on as they were: the old files stay until `expire` deletes them.
Scheduled runs compact, so there is often nothing to do."""
_EXAMPLE = """example:
  %(prog)s turnstiles
"""
_COLUMNS = ("dataset", "table", "outcome", "files")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    add_dataset(parser)
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Compact, and write how many files of each table were replaced. Raises CommandError."""
    name = dataset_named(args.dataset).name
    choose_aws()
    with repair_errors():
        import boto3

        from glue_jobs.expiry import lapsed_floor
        from glue_jobs.upkeep import compact

        deployment = find_deployment(boto3.client("glue"), name, prefix=args.prefix)
        with deployment.rooms() as rooms:
            boundary = rooms.views.read().boundary
            floor = lapsed_floor(boundary, now=rooms.state.now(), horizon=deployment.horizon)
            through = f"of runs up to {floor.run}" if floor and floor.run else "of no run yet"
            note(f"{name}: rewriting small files; merging partials {through}")
            with Progress() as progress:
                progress.show("compacting")
                done = compact(deployment.dataset, rooms, floor=floor)
    FORMATS[args.format](sys.stdout, _COLUMNS, list(_rows(name, done)))
    for reason in done.left:
        note(f"{name}: left alone, compact again later: {reason}")
    return 0


def _rows(name: str, done: Compacted) -> Iterator[Sequence[Any]]:
    for table, files in done.files.items():
        yield (name, table, "rewritten", files)
    if done.merged:
        yield (name, "", "partials of several runs merged", done.merged)
