"""The audit of a dataset: what each path holds, and whether the views equal a plain recount.

Rows of the speed layer appear while an audit asks, so one statement may see them in one of its
scans and not yet in the other. Under one boundary a group only grows, and a statement that begins
when another has ended sees all that it saw. So a group that differs is asked for again, and is
wrong if it counts less than was counted before, on either side, or if nothing in it has moved. A
group that still differs when it was last asked for, and has moved each time, is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from glue_jobs.inputs import Hours
from lakehouse.audit import batch_sql, paths_sql, serving_sql
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.epochs import epoch_after, start_of
from lakehouse.history import Floor
from lakehouse.measures import Count

Row = Sequence[Any]
Ask = Callable[[str], Iterable[Row]]

HOUR = timedelta(hours=1)
# How long after its end an hour's records may still be in Firehose's buffer, or in its retries.
_UNDER_WAY = timedelta(hours=2)
_TRIES = 5

EQUAL, UNDECIDED, DIFFERENT = "equal", "undecided", "different"


class BoundaryMovedError(RuntimeError):
    """No two looks at the boundary were alike; the audit has no answer."""


@dataclass(frozen=True)
class PathHour:
    """What each path holds of the events that first arrived in an hour, and invalid records."""

    start: datetime
    raw_only: int
    speed_only: int
    both: int
    invalid: int
    is_under_way: bool


@dataclass(frozen=True)
class Difference:
    """A group in which an answer and its recount differ; None where a side lacks the group."""

    key: tuple[Any, ...]
    answer: tuple[Any, ...] | None
    recount: tuple[Any, ...] | None


@dataclass(frozen=True)
class Comparison:
    """An answer held against its recount: all groups, and those that moved until they were equal.

    Of the groups that were not equal when they were last asked for, `differences` are wrong, and
    `undecided` have moved each time.
    """

    groups: int
    moved: int
    differences: tuple[Difference, ...]
    undecided: tuple[Difference, ...] = ()

    @property
    def verdict(self) -> str:
        """EQUAL if each group was seen equal, DIFFERENT if one cannot be, else UNDECIDED."""
        if self.differences:
            return DIFFERENT
        return UNDECIDED if self.undecided else EQUAL


@dataclass(frozen=True)
class Audit:
    """What an audit found, for one boundary.

    `retained_from` is the first arrival hour whose speed rows are all there; None if none was ever
    deleted. `batch` is None if no run is published.
    """

    boundary: Boundary
    retained_from: datetime | None
    hours: tuple[PathHour, ...]
    batch: Comparison | None
    serving: Comparison

    @property
    def verdict(self) -> str:
        """The worse one of both views'."""
        verdicts = {each.verdict for each in (self.batch, self.serving) if each}
        return next(each for each in (DIFFERENT, UNDECIDED, EQUAL) if each in verdicts)


def audit(
    dataset: Dataset,
    *,
    ask: Ask,
    read_boundary: Callable[[], Boundary],
    hours: Hours,
    now: datetime,
) -> Audit:
    """Ask all three questions. Raises BoundaryMovedError if runs publish faster than that.

    `ask` answers a statement; `hours` are those whose paths are compared.
    """
    for _ in range(_TRIES):
        boundary = read_boundary()
        batch = compare(dataset, ask, batch_sql(dataset, boundary)) if boundary.has_batch else None
        serving = compare(dataset, ask, serving_sql(dataset, boundary))
        if read_boundary().serial == boundary.serial:
            break
    else:
        raise BoundaryMovedError(
            f"{dataset.name}: something was published during each of {_TRIES} tries; audit again "
            "when fewer runs are at work"
        )
    return Audit(
        boundary=boundary,
        retained_from=first_retained_hour(boundary),
        hours=compare_paths(dataset, ask, boundary, hours, now=now),
        batch=batch,
        serving=serving,
    )


def first_retained_hour(boundary: Boundary) -> datetime | None:
    """The first arrival hour none of whose speed rows may be deleted; None if all are there.

    Speed rows go up to the cut of the floor that is settled. Arrivals are by another clock than
    epochs, hence the epoch more.
    """
    floor = settled_floor(boundary)
    if floor is None:
        return None
    from_then_on = start_of(epoch_after(floor.cut, 2))
    full_hour = from_then_on.replace(minute=0)
    return full_hour if full_hour == from_then_on else full_hour + HOUR


def settled_floor(boundary: Boundary) -> Floor | None:
    """The floor below which anything may be deleted, now or soon; None if there is none."""
    settled = boundary.settled
    return settled.floor if settled and settled.floor.run else None


def compare_paths(
    dataset: Dataset, ask: Ask, boundary: Boundary, hours: Hours, *, now: datetime
) -> tuple[PathHour, ...]:
    """What each path holds, by arrival hour whose speed rows are all there; if nothing, no hour."""
    start = max(hours.start, first_retained_hour(boundary) or hours.start)
    if start >= hours.end:
        return ()
    found = []
    for at, raw_only, speed_only, both, invalid in ask(
        paths_sql(dataset, start=start, end=hours.end)
    ):
        hour = datetime.fromisoformat(at).replace(tzinfo=UTC)
        is_under_way = hour + HOUR + _UNDER_WAY > now
        found.append(PathHour(hour, raw_only, speed_only, both, invalid, is_under_way))
    return tuple(found)


def compare(dataset: Dataset, ask: Ask, sql: str) -> Comparison:
    """Hold an answer against its recount, until all is equal or something is wrong.

    Gives up after so many tries, with what still moves as undecided.
    """
    seen: set[tuple[Any, ...]] = set()
    before: dict[tuple[Any, ...], Difference] = {}
    for _ in range(_TRIES):
        groups, differing = _split(dataset, ask(sql))
        wrong = [
            each
            for each in differing
            if each.key in before and _cannot_be(each, before[each.key], dataset)
        ]
        seen |= {each.key for each in differing}
        if wrong or not differing:
            break
        before = {each.key: each for each in differing}
    undecided = tuple(each for each in differing if each not in wrong)
    return Comparison(groups, len(seen) - len(differing), tuple(wrong), undecided)


def _cannot_be(now: Difference, before: Difference, dataset: Dataset) -> bool:
    """Whether a group that grows cannot have looked so, one statement after the other."""
    return now == before or min(_counts(now, dataset)) < max(_counts(before, dataset))


def _counts(difference: Difference, dataset: Dataset) -> list[int]:
    index = _count_index(dataset)
    return [side[index] if side else 0 for side in (difference.answer, difference.recount)]


def _count_index(dataset: Dataset) -> int:
    return [measure.name for measure in dataset.measures].index(Count().name)


def _split(dataset: Dataset, rows: Iterable[Row]) -> tuple[int, list[Difference]]:
    """How many groups a comparison has, and those that differ."""
    keys, index = 1 + len(dataset.group_by), _count_index(dataset)
    groups, differing = 0, []
    for row in rows:
        *columns, is_different, count = row
        groups += count
        if is_different:
            sides = (tuple(columns[keys::2]), tuple(columns[keys + 1 :: 2]))
            # A group that a side has counts something there.
            answer, recount = (None if side[index] is None else side for side in sides)
            differing.append(Difference(tuple(columns[:keys]), answer, recount))
    return groups, differing
