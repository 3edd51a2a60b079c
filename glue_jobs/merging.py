"""Merging partials of several runs, below a floor that nobody reads below any more.

Whoever reads the merged rows publishes all of these runs, or, after a recompute, none of them, so
they are kept under one number: the smallest.
"""

from __future__ import annotations

from glue_jobs import queries
from glue_jobs.run import Rooms
from lakehouse.dataset import Dataset
from lakehouse.history import Floor


def merge_partials(dataset: Dataset, rooms: Rooms, floor: Floor) -> int:
    """Merge the partials in small files. Returns how many files went. Raises ConflictError.

    `floor` is one that is settled and has lapsed; see lakehouse/history.py.
    """
    if not floor.run:
        return 0
    sql = queries.merged_partials(dataset, floor)
    merged = rooms.engine.merge_runs(rooms.tables.partials, "stored", sql, at_most=floor.run)
    rooms.checkpoint("partials merged")
    return merged
