"""`lakehouse rollback`: publishes an earlier boundary again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from local.command import choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.formats import FORMATS
from local.repairs.arguments import add_dataset, add_dry_run, add_format
from local.repairs.errors import repair_errors

if TYPE_CHECKING:
    from glue_jobs.rollback import Move
    from lakehouse.history import Past

_DESCRIPTION = """\
Publish an earlier boundary again: that of run N, or else the one before. The runs after it no
longer count, and the next run takes in again what they had; until then, events that Firehose alone
has brought since are not in the answer. One can go back as far as the floor, which `expire` and
scheduled runs raise: what is below it may have been deleted. --dry-run lists the choices."""
_EXAMPLE = """example:
  %(prog)s turnstiles --to-run 41
"""
_COLUMNS = ("dataset", "run", "base", "cut", "dead_runs", "published", "state")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    add_dataset(parser)
    parser.add_argument(
        "--to-run", type=int, metavar="N", help="the run to go to (default: the one before)"
    )
    add_dry_run(parser)
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Roll back, and write what was published before and what is now. Raises CommandError."""
    name = dataset_named(args.dataset).name
    choose_aws()
    with repair_errors():
        import boto3

        from glue_jobs.rollback import choices, plan_rollback, roll_back

        deployment = find_deployment(boto3.client("glue"), name, prefix=args.prefix)
        with deployment.rooms() as rooms:
            move = plan_rollback(
                rooms.views, rooms.state, to_run=args.to_run, horizon=deployment.horizon
            )
            note(f"{name}: {_told(move)}")
            if args.dry_run:
                pasts = choices(move.before)
                FORMATS[args.format](sys.stdout, _COLUMNS, _choices(name, move, pasts))
                return 0
            now = roll_back(rooms.views, move)
    before = _row(name, move.before.as_past(), "rolled back")
    FORMATS[args.format](sys.stdout, _COLUMNS, [before, _row(name, now.as_past(), "published")])
    note(
        f"{name}: boundary {now.serial} is published; every acknowledged event is in the answer, "
        f"and the next run takes in again what came after cut {now.cut}"
    )
    return 0


def _told(move: Move) -> str:
    """What a rollback does."""
    before, after = move.before, move.after
    return (
        f"from run {before.run} (cut {before.cut}) to run {after.run} (cut {after.cut}); one can "
        f"go back as far as the floor, run {before.floor.run} (cut {before.floor.cut})"
    )


def _choices(name: str, move: Move, pasts: Sequence[Past]) -> Iterator[Sequence[Any]]:
    """What is published, and what one can go back to, newest first."""
    yield _row(name, move.before.as_past(), "published")
    for past in pasts:
        is_chosen = (past.run, past.cut, past.base) == (
            move.after.run,
            move.after.cut,
            move.after.base,
        )
        yield _row(name, past, "would be published" if is_chosen else "possible")


def _row(name: str, past: Past, state: str) -> Sequence[Any]:
    dead = ", ".join(map(str, past.dead))
    return (name, past.run, past.base, past.cut, dead, f"{past.as_of:%Y-%m-%d %H:%M:%S}", state)
