"""`lakehouse expire`: deletes, in two steps, what nobody reads any more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lakehouse.times import duration_text
from local.command import choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.formats import FORMATS
from local.progress import Progress
from local.repairs.arguments import add_dataset, add_dry_run, add_format, duration_of
from local.repairs.errors import repair_errors

if TYPE_CHECKING:
    from glue_jobs.expiry import Expired, Expiry
    from lakehouse.boundary import Boundary
    from lakehouse.history import Floor, Horizon

_DESCRIPTION = """\
Raise the floor to the newest boundary that was published longer ago than --keep, and delete what is
below a floor that was raised longer ago than any query may last: speed rows up to its cut, rows of
runs that no longer count, old snapshots of the Iceberg tables and files that nothing refers to. So
what one call makes deletable, a later one deletes. Raw, the quarantine and error objects are never
touched."""
_EXAMPLE = """example:
  %(prog)s turnstiles --keep 7d --dry-run
"""
_COLUMNS = ("dataset", "what", "outcome", "count")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    add_dataset(parser)
    add = parser.add_argument
    add("--keep", metavar="T", help="how far back a rollback can go (default: as deployed, 7d)")
    add(
        "--longest-query",
        metavar="T",
        help="delete no sooner after the floor was raised (default: as deployed, 1h)",
    )
    add_dry_run(parser)
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Expire, and write what went, or would go. Raises CommandError."""
    name = dataset_named(args.dataset).name
    options = {"back": ("--keep", args.keep), "query": ("--longest-query", args.longest_query)}
    given = {
        name: duration_of(option, text)
        for name, (option, text) in options.items()
        if text is not None
    }
    choose_aws()
    with repair_errors():
        import boto3

        from glue_jobs.expiry import carry_out, plan_expiry, raise_floor

        deployment = find_deployment(boto3.client("glue"), name, prefix=args.prefix)
        horizon = replace(deployment.horizon, **given)
        with deployment.rooms() as rooms:
            published = rooms.views.read()
            now = rooms.state.now()
            after = published.boundary.with_floor(now=now, lowest=published.lowest, horizon=horizon)
            for line in _intentions(published.boundary, after, horizon, is_dry=args.dry_run):
                note(f"{name}: {line}")
            before = published.boundary
            if not args.dry_run:
                before, now = raise_floor(rooms, horizon=horizon)
            plan = plan_expiry(deployment.dataset, rooms, before, now=now, horizon=horizon)
            if args.dry_run:
                rows = list(_planned(name, plan))
            else:
                with Progress() as progress:
                    progress.show("deleting")
                    done = carry_out(rooms, plan)
                rows = list(_done(name, done))
                for reason in done.left:
                    note(f"{name}: left alone, expire again later: {reason}")
    FORMATS[args.format](sys.stdout, _COLUMNS, rows)
    return 0


def _intentions(
    before: Boundary, after: Boundary, horizon: Horizon, *, is_dry: bool
) -> Iterator[str]:
    """What the two steps do now, or would do."""
    if after.floor == before.floor:
        yield (
            f"the floor stays {_named(before.floor)}: no later boundary was published longer than "
            f"{duration_text(horizon.back)} ago"
        )
    else:
        raising = "would raise" if is_dry else "raising"
        yield (
            f"{raising} the floor from {_named(before.floor)} to {_named(after.floor)}: a rollback "
            "can go no further back"
        )
    settled = before.settled
    if settled and settled.floor.run:
        yield (
            f"what is below {_named(settled.floor)} can go from "
            f"{settled.seen_at + horizon.query:%Y-%m-%d %H:%M} UTC on"
        )


def _named(floor: Floor) -> str:
    return f"run {floor.run} (cut {floor.cut})"


def _planned(name: str, plan: Expiry) -> Iterator[Sequence[Any]]:
    yield (name, "speed objects", "would be deleted", len(plan.speed_keys))
    runs = plan.floor.unpublished() if plan.floor else ()
    yield (name, "runs that do not count", "their rows would be deleted", len(runs))
    snapshots = sum(len(one.snapshots) for one in plan.tables)
    yield (name, "snapshots of tables", "would be forgotten", snapshots)
    files = sum(len(one.orphans) for one in plan.tables)
    yield (name, "files of tables", "would be deleted", files)


def _done(name: str, done: Expired) -> Iterator[Sequence[Any]]:
    yield (name, "speed objects", "deleted", done.speed_objects)
    for table, rows in done.rows.items():
        yield (name, f"rows of {table}", "deleted", rows)
    yield (name, "snapshots of tables", "forgotten", done.snapshots)
    yield (name, "files of tables", "deleted", done.files)
