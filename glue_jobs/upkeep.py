"""What keeps a lake small: compaction, and deleting what has lapsed. No answer ever changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from glue_jobs.engine import ConflictError
from glue_jobs.expiry import carry_out, lapsed_floor, plan_expiry
from glue_jobs.merging import merge_partials
from glue_jobs.run import Outcome, Rooms
from lakehouse.dataset import Dataset
from lakehouse.history import HORIZON, Floor, Horizon

logger = logging.getLogger(__name__)


@dataclass
class Compacted:
    """How many files were replaced, by table, and how many of partials were merged.

    `left` says what others were changing meanwhile, so that it was left alone.
    """

    files: dict[str, int] = field(default_factory=dict)
    merged: int = 0
    left: list[str] = field(default_factory=list)


def compact(dataset: Dataset, rooms: Rooms, *, floor: Floor | None) -> Compacted:
    """Rewrite small files of the tables; merge partials below `floor`, if one has lapsed."""
    done = Compacted()
    if floor:
        try:
            done.merged = merge_partials(dataset, rooms, floor)
        except ConflictError as error:
            done.left.append(str(error))
    for table in (rooms.tables.events, rooms.tables.partials, rooms.tables.runs):
        if rooms.engine.has_table(table):
            try:
                done.files[table.name] = rooms.engine.compact(table)
            except ConflictError as error:
                done.left.append(str(error))
            rooms.checkpoint(f"{table.name} compacted")
    return done


def keep_up(
    dataset: Dataset,
    rooms: Rooms,
    outcome: Outcome,
    *,
    is_compacting: bool,
    is_expiring: bool,
    horizon: Horizon = HORIZON,
) -> None:
    """After a run: what the boundary that it read lets go. Failures are told and no more."""
    before, now = outcome.before, outcome.boundary.began
    if is_compacting:
        with _told("compaction"):
            floor = lapsed_floor(before, now=now, horizon=horizon)
            done = compact(dataset, rooms, floor=floor)
            logger.info("compacted", extra=vars(done))
    if is_expiring:
        with _told("expiry"):
            plan = plan_expiry(dataset, rooms, before, now=now, horizon=horizon)
            logger.info("expired", extra=vars(carry_out(rooms, plan)))


@contextmanager
def _told(what: str) -> Iterator[None]:
    """The run is published, and nothing here changes an answer, whether it took effect or not."""
    try:
        yield
    except Exception:
        logger.exception("%s failed; the next run goes on with it", what)
