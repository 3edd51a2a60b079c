"""Rollback: an earlier boundary is published again, and the runs after it no longer count.

Nothing is deleted and no seal moves: the tail starts at the earlier cut again, and its speed rows
are still there, so every acknowledged event stays in the answer. Events that only raw has brought
wait for the next run, which takes the earlier boundary for its start.
"""

from __future__ import annotations

from dataclasses import dataclass

from glue_jobs.publication import Views
from glue_jobs.run import SupersededError
from glue_jobs.state import StateObject
from lakehouse.boundary import Boundary
from lakehouse.history import HORIZON, Horizon, Past


class RollbackError(RuntimeError):
    """There is no such boundary to go back to; the message says which there are, and why."""


@dataclass(frozen=True)
class Move:
    """From which boundary to which one; `version` guards the publication."""

    before: Boundary
    after: Boundary
    version: str


def choices(boundary: Boundary) -> tuple[Past, ...]:
    """The boundaries that one can go back to, newest first: each answer that differs, once."""
    found: dict[tuple[int, int, str, tuple[int, ...]], Past] = {}
    for past in reversed((*boundary.history, boundary.as_past())):
        found.setdefault((past.base, past.run, past.cut, past.dead), past)
    return tuple(past for past in found.values() if past.serial != boundary.serial)


def plan_rollback(
    views: Views, state: StateObject, *, to_run: int | None = None, horizon: Horizon = HORIZON
) -> Move:
    """Where a rollback would lead: to the boundary of run `to_run`, or else the newest lower one.

    Reads and changes nothing. Raises RollbackError.
    """
    published = views.read()
    before = published.boundary
    past = _chosen(before, to_run)
    after = before.back_to(past, now=state.now(), lowest=published.lowest, horizon=horizon)
    return Move(before, after, published.version)


def roll_back(views: Views, move: Move) -> Boundary:
    """Publish what was planned. Returns the boundary that is published now.

    Raises SupersededError, with nothing changed, if somebody published since it was planned.
    """
    if not views.publish(
        move.after, version=move.version, is_ours=lambda found: found.has_followed(move.after)
    ):
        raise SupersededError(
            f"somebody published after boundary {move.before.serial}: nothing was rolled back; "
            "look at what is published now, and run again"
        )
    return move.after


def _chosen(boundary: Boundary, to_run: int | None) -> Past:
    possible = choices(boundary)
    if to_run is None:
        earlier = [past for past in possible if past.is_below(boundary.as_past())]
        if earlier:
            return earlier[0]
    for past in possible:
        if past.run == to_run:
            return past
    runs = ", ".join(str(past.run) for past in possible) or "none"
    wanted = f"run {to_run} is not among what one can go to"
    if to_run is None:
        other = "; --to-run goes to another" if possible else ""
        wanted = f"there is no earlier boundary{other}"
    raise RollbackError(
        f"{wanted}. Published is run {boundary.run}, one can go to: {runs}. The floor is run "
        f"{boundary.floor.run} (cut {boundary.floor.cut}): what is below it may have been deleted"
    )
