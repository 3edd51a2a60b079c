"""What was published before: how far back one can go, and what may be deleted.

A boundary carries the ones before it, down to a *floor*: a boundary since which none lower was
published, and below which none ever is again. Deleting is done in two steps, so that nobody still
reads what goes. A publication raises the floor. A run that reads the boundary later has seen that
floor published, and notes S3's time; once that is longer ago than any query may last, whatever only
boundaries below that floor read may be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

# A Glue table's parameter holds 512,000 bytes, of which a history may take half. See
# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
MOST_BYTES = 250_000


def ranges_of(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers in their order as closed ranges: deaths come in rows."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def numbers_in(ranges: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """From `ranges_of`."""
    return tuple(number for low, high in ranges for number in range(low, high + 1))


@dataclass(frozen=True)
class Horizon:
    """How long things stay within reach.

    `back` is how far a rollback can go. `query` is longer than any query may last: Athena ends one
    after 30 minutes unless told otherwise. `job` is longer than any job may run: ours are stopped
    after 8 hours. See https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
    """

    back: timedelta = timedelta(days=7)
    query: timedelta = timedelta(hours=1)
    job: timedelta = timedelta(days=7)


HORIZON = Horizon()


@dataclass(frozen=True)
class Past:
    """A boundary that was published: all that publishing it again needs.

    `as_of` is S3's time shortly before it was published.
    """

    serial: int
    base: int
    run: int
    cut: str
    dead: tuple[int, ...]
    began: datetime
    as_of: datetime

    def is_below(self, other: Past) -> bool:
        """Whether it lacks a run or an epoch that `other` has."""
        return self.run < other.run or self.cut < other.cut

    def stands_on(self, other: Past) -> bool:
        """Whether all that may go once `other` is the floor is nothing that this one reads.

        Of the runs up to `other`'s it must publish the same, or none: another branch, which a
        rollback may have gone back to, is not above `other` for having a later run.
        """
        if self.is_below(other):
            return False
        if self.base > other.run:
            return True
        mine = {run for run in self.dead if self.base <= run <= other.run}
        return self.base == other.base and mine == {run for run in other.dead if other.base <= run}

    def to_list(self) -> list[Any]:
        """As JSON has it."""
        times = (self.began.isoformat(), self.as_of.isoformat())
        return [self.serial, self.base, self.run, self.cut, ranges_of(self.dead), *times]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> Past:
        """From `to_list`."""
        serial, base, run, cut, dead, began, as_of = values
        times = (datetime.fromisoformat(began), datetime.fromisoformat(as_of))
        return cls(serial, base, run, cut, numbers_in(dead), *times)


def published_sql(column: str, *, base: int, run: int, dead: Sequence[int]) -> str:
    """Whether a column of run numbers is of a published run, as a SQL condition."""
    condition = f"{column} >= {max(base, 1)} AND {column} <= {run}"
    listed = ", ".join(str(each) for each in dead if base <= each <= run)
    return f"{condition} AND {column} NOT IN ({listed})" if listed else condition


@dataclass(frozen=True)
class Floor:
    """The oldest boundary that may still be read or rolled back to."""

    serial: int = 0
    base: int = 0
    run: int = 0
    cut: str = ""
    dead: tuple[int, ...] = ()

    def has_published(self, run: int) -> bool:
        """Whether the boundary at the floor publishes `run`."""
        return run > 0 and self.base <= run <= self.run and run not in self.dead

    def published_sql(self, column: str) -> str:
        """`has_published` as a SQL condition on a column of run numbers."""
        return published_sql(column, base=self.base, run=self.run, dead=self.dead)

    def unpublished(self) -> frozenset[int]:
        """The runs whose rows no boundary from the floor on reads."""
        return frozenset(run for run in range(1, self.run + 1) if not self.has_published(run))


@dataclass(frozen=True)
class Settled:
    """A floor that a run has read in the published boundary, at `seen_at` by S3's clock or before.

    Who began a query with a boundary below the floor did so before `seen_at`.
    """

    floor: Floor
    seen_at: datetime

    def has_lapsed(self, now: datetime, horizon: Horizon = HORIZON) -> bool:
        """Whether every query that could read below the floor has ended."""
        return now - self.seen_at > horizon.query


def raised_floor(
    floor: Floor, published: Sequence[Past], *, now: datetime, horizon: Horizon = HORIZON
) -> Floor:
    """The floor for the last one of `published`, which are in the order of their serials.

    It is the newest boundary that is older than `horizon.back`, or behind which there is too much
    to remember, and on which all after it stand; it stays where it is if there is none.
    """
    found = floor
    left = MOST_BYTES
    is_too_far = {}
    for past in reversed(published):
        left -= len(json.dumps(past.to_list()))
        is_too_far[past.serial] = left < 0
    for number, past in enumerate(published):
        is_old = past.as_of <= now - horizon.back or is_too_far[past.serial]
        if not is_old or past.serial < floor.serial:
            continue
        if all(later.stands_on(past) for later in published[number + 1 :]):
            found = _higher(found, past)
    return found


def _higher(floor: Floor, past: Past) -> Floor:
    """The floor at `past`, which is not below it; the same floor if it is the same answer."""
    there = Floor(past.serial, past.base, past.run, past.cut, past.dead)
    return floor if replace(there, serial=floor.serial) == floor else there
