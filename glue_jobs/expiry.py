"""Deleting what nobody reads any more: planned by reading only, then carried out.

Below a floor that is settled and has lapsed (lakehouse/history.py), go the speed objects up to its
cut, and the rows of runs that no boundary from it on publishes. Of the Iceberg tables, go snapshots
that have long been followed by others, and files that no snapshot refers to and that are older than
any job may run: a job that is still writing refers to its files only when it commits.

All ages are S3's. Whatever is planned stays deletable, so a plan that is carried out late, twice or
in part does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from glue_jobs.engine import ConflictError, EngineError, Snapshot, Table
from glue_jobs.objects import delete_objects
from glue_jobs.run import Rooms, SupersededError
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.history import HORIZON, Floor, Horizon

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TableExpiry:
    """What of one Iceberg table can go: snapshots by id, and keys of files."""

    table: Table
    snapshots: tuple[int, ...]
    orphans: tuple[str, ...]


@dataclass(frozen=True)
class Expiry:
    """What can go. `floor` is the one that nobody reads below; None, if none is settled so long."""

    floor: Floor | None
    speed_keys: tuple[str, ...] = ()
    tables: tuple[TableExpiry, ...] = ()


@dataclass
class Expired:
    """What went: objects, rows by table, snapshots and files. `left` says what could not go."""

    speed_objects: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    snapshots: int = 0
    files: int = 0
    left: list[str] = field(default_factory=list)


def raise_floor(rooms: Rooms, *, horizon: Horizon = HORIZON) -> tuple[Boundary, datetime]:
    """Publish the same answer with a floor as high as `horizon` lets it be.

    Returns the boundary that was read before, which says what can go, and S3's time after that.
    Publishes nothing if that changes nothing. Raises SupersededError if somebody published.
    """
    published = rooms.views.read()
    before, now = published.boundary, rooms.state.now()
    after = before.with_floor(now=now, lowest=published.lowest, horizon=horizon)
    is_lagging = published.lowest < before.floor.serial
    if is_lagging or (after.floor, after.settled) != (before.floor, before.settled):
        if not rooms.views.publish(
            after,
            version=published.version,
            is_ours=lambda found: (found.floor, found.settled) == (after.floor, after.settled),
        ):
            raise SupersededError(
                f"somebody published after boundary {before.serial}: the floor was not raised, "
                "run again"
            )
        rooms.checkpoint("floor raised")
    return before, now


def lapsed_floor(boundary: Boundary, *, now: datetime, horizon: Horizon = HORIZON) -> Floor | None:
    """The floor below which nobody reads `boundary`'s lake any more.

    `boundary` was read before S3's time was `now`.
    """
    settled = boundary.settled
    return settled.floor if settled and settled.has_lapsed(now, horizon) else None


def plan_expiry(
    dataset: Dataset,
    rooms: Rooms,
    boundary: Boundary,
    *,
    now: datetime,
    horizon: Horizon = HORIZON,
) -> Expiry:
    """What can go. Only reads."""
    floor = lapsed_floor(boundary, now=now, horizon=horizon)
    keys: list[str] = []
    if floor and floor.cut:
        objects = rooms.lake.speed_objects(dataset.name, after="", through=floor.cut)
        keys = [_key(rooms, one.uri) for one in objects]
    tables = [_plan_table(rooms, table, now=now, horizon=horizon) for table in _tables(rooms)]
    return Expiry(floor, tuple(keys), tuple(tables))


def carry_out(rooms: Rooms, plan: Expiry) -> Expired:
    """Delete what was planned. Gives up on a table that others are changing, and says so.

    Raises NotDeletedError.
    """
    expired = Expired()
    expired.speed_objects = _delete(rooms, plan.speed_keys)
    if plan.floor and (runs := plan.floor.unpublished()):
        for table in (rooms.tables.events, rooms.tables.partials):
            try:
                expired.rows[table.name] = rooms.engine.purge(table, runs)
            except ConflictError as error:
                expired.left.append(f"rows of dead runs: {error}")
            rooms.checkpoint(f"{table.name} purged")
    for one in plan.tables:
        try:
            rooms.engine.forget(one.table, one.snapshots)
        except ConflictError as error:
            expired.left.append(f"old snapshots: {error}")
            continue
        rooms.checkpoint(f"snapshots of {one.table.name} forgotten")
        expired.snapshots += len(one.snapshots)
        expired.files += _delete(rooms, one.orphans)
    return expired


# --- Iceberg's files


def _tables(rooms: Rooms) -> tuple[Table, ...]:
    tables = (rooms.tables.events, rooms.tables.partials, rooms.tables.runs)
    return tuple(table for table in tables if rooms.engine.has_table(table))


def _plan_table(rooms: Rooms, table: Table, *, now: datetime, horizon: Horizon) -> TableExpiry:
    """Listed before the table is read: what is written meanwhile is not among the files."""
    written = dict(rooms.lake.modified(_key(rooms, table.location)))
    old = now - horizon.job
    snapshots = _followed_long_ago(rooms, rooms.engine.snapshots(table), written, before=old)
    needed = {_key(rooms, uri) for uri in rooms.engine.files(table, without=snapshots)}
    orphans = [key for key, at in written.items() if at < old and key not in needed]
    return TableExpiry(table, tuple(snapshots), tuple(orphans))


def _followed_long_ago(
    rooms: Rooms,
    snapshots: Sequence[Snapshot],
    written: Mapping[str, datetime],
    *,
    before: datetime,
) -> list[int]:
    """The snapshots whose follower was written before a time: nobody has planned with them since.

    A snapshot may be old and have been the table's until a moment ago, so its own age is no guide.
    """
    followers: dict[int, list[Snapshot]] = {}
    for one in snapshots:
        if one.parent is not None:
            followers.setdefault(one.parent, []).append(one)

    def is_over(one: Snapshot) -> bool:
        times = [written.get(_key(rooms, each.manifest_list)) for each in followers.get(one.id, ())]
        return bool(times) and all(at is not None and at < before for at in times)

    return [one.id for one in snapshots if not one.is_current and is_over(one)]


# --- Objects


def _key(rooms: Rooms, uri: str) -> str:
    """Raises EngineError for what is elsewhere: what is needed must not pass for an orphan."""
    bucket = f"s3://{rooms.lake.bucket}/"
    if not uri.startswith(bucket):
        raise EngineError(f"{uri} is not in {bucket}: nothing is deleted")
    return uri.removeprefix(bucket)


def _delete(rooms: Rooms, keys: Sequence[str]) -> int:
    lake = rooms.lake
    return delete_objects(lake.s3, lake.bucket, keys, checkpoint=rooms.checkpoint)
