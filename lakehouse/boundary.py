"""The boundary that decides which layer answers, and how one follows another.

Plain data and pure functions: who reads and writes Glue is elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lakehouse.epochs import epoch_after, start_of
from lakehouse.history import (
    HORIZON,
    Floor,
    Horizon,
    Past,
    Settled,
    numbers_in,
    published_sql,
    raised_floor,
    ranges_of,
)

BOUNDARY_PARAMETER = "lakehouse.boundary"


@dataclass(frozen=True)
class Boundary:
    """What the serving view publishes: which runs count, and the cut.

    A run is published if `base <= run <= self.run` and it is not in `dead`. Speed rows of epochs
    after `cut` are the tail. `began` is S3's time when the run took its number. Run 0 is none: the
    boundary of a lake without a batch run answers from the speed layer alone. `as_of` is S3's time
    shortly before it was published; `history` are the boundaries before it, from the floor on.
    """

    serial: int
    base: int
    run: int
    cut: str
    dead: tuple[int, ...]
    began: datetime
    as_of: datetime
    floor: Floor
    settled: Settled | None = None
    history: tuple[Past, ...] = ()

    @property
    def has_batch(self) -> bool:
        """Whether any run is published."""
        return self.run > 0

    def is_published(self, run: int) -> bool:
        """Whether the rows of `run` count."""
        return run > 0 and self.base <= run <= self.run and run not in self.dead

    def published_sql(self, column: str) -> str:
        """`is_published` as a SQL condition on a column of run numbers."""
        return published_sql(column, base=self.base, run=self.run, dead=self.dead)

    def has_followed(self, other: Boundary) -> bool:
        """Whether `other` was published before this one, or is this one. A redeploy of it is it."""
        published = (*self.history, self.as_past())
        return other.as_past() in (replace(past, serial=other.serial) for past in published)

    def as_past(self) -> Past:
        """This boundary, as those after it remember it."""
        return Past(self.serial, self.base, self.run, self.cut, self.dead, self.began, self.as_of)

    def after_run(
        self,
        run: int,
        *,
        cut: str,
        began: datetime,
        is_base: bool,
        lowest: int,
        horizon: Horizon = HORIZON,
    ) -> Boundary:
        """The boundary that `run` publishes. All numbers skipped since this boundary's are dead.

        `lowest` is the lowest serial among the views, read after this boundary and before `began`.
        Raises ValueError if the number was used before.
        """
        if run <= self.run:
            raise ValueError(f"run {run} does not come after run {self.run}, which is published")
        following = replace(
            self,
            serial=self.serial + 1,
            base=run if is_base else self.base,
            run=run,
            cut=cut,
            # No run before the base counts, dead or not.
            dead=() if is_base else tuple(sorted({*self.dead, *range(self.run + 1, run)})),
            began=began,
            as_of=began,
            settled=self._settled(began, lowest, horizon),
            history=(*self.history, self.as_past()),
        )
        return following._raised(began, horizon)

    def back_to(
        self, past: Past, *, now: datetime, lowest: int, horizon: Horizon = HORIZON
    ) -> Boundary:
        """The boundary that publishes `past` again. The floor stays where it is.

        `now` is a time by S3 after this boundary and then `lowest` were read. Raises ValueError if
        `past` is not in the history.
        """
        if past not in self.history:
            raise ValueError(f"boundary {past.serial} is not in the history of {self.serial}")
        return replace(
            self,
            serial=self.serial + 1,
            base=past.base,
            run=past.run,
            cut=past.cut,
            dead=past.dead,
            began=past.began,
            as_of=now,
            settled=self._settled(now, lowest, horizon),
            history=(*self.history, self.as_past()),
        )

    def with_floor(self, *, now: datetime, lowest: int, horizon: Horizon = HORIZON) -> Boundary:
        """The same answer, with the floor raised. `now` and `lowest` are as for `back_to`."""
        settled = self._settled(now, lowest, horizon)
        following = replace(self, serial=self.serial + 1, settled=settled)
        return following._raised(now, horizon)

    def _settled(self, now: datetime, lowest: int, horizon: Horizon) -> Settled | None:
        """The floor that is settled next: this boundary's, unless an older one still waits.

        While a view beside the serving view lags below the floor, its queries read there.
        """
        is_waiting = self.settled and not self.settled.has_lapsed(now, horizon)
        if is_waiting or lowest < self.floor.serial:
            return self.settled
        return Settled(self.floor, seen_at=now)

    def _raised(self, now: datetime, horizon: Horizon) -> Boundary:
        published = (*self.history, self.as_past())
        floor = raised_floor(self.floor, published, now=now, horizon=horizon)
        kept = tuple(past for past in self.history if past.serial >= floor.serial)
        return replace(self, floor=floor, history=kept)

    def to_parameter(self) -> str:
        """The boundary as a parameter of a Glue table."""
        settled = self.settled and {
            "floor": _floor_document(self.settled.floor),
            "seen_at": self.settled.seen_at.isoformat(),
        }
        return json.dumps(
            {
                "serial": self.serial,
                "base": self.base,
                "run": self.run,
                "cut": self.cut,
                "dead": ranges_of(self.dead),
                "began": self.began.isoformat(),
                "as_of": self.as_of.isoformat(),
                "floor": _floor_document(self.floor),
                "settled": settled,
                "history": [past.to_list() for past in self.history],
            }
        )

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> Boundary:
        """The boundary from a view's parameters. Raises KeyError if they carry none."""
        document = json.loads(parameters[BOUNDARY_PARAMETER])
        settled = document["settled"]
        return cls(
            serial=document["serial"],
            base=document["base"],
            run=document["run"],
            cut=document["cut"],
            dead=numbers_in(document["dead"]),
            began=datetime.fromisoformat(document["began"]),
            as_of=datetime.fromisoformat(document["as_of"]),
            floor=_floor(document["floor"]),
            settled=settled
            and Settled(_floor(settled["floor"]), datetime.fromisoformat(settled["seen_at"])),
            history=tuple(Past.from_list(past) for past in document["history"]),
        )


def _floor_document(floor: Floor) -> dict[str, Any]:
    return {**vars(floor), "dead": ranges_of(floor.dead)}


def _floor(document: Mapping[str, Any]) -> Floor:
    return Floor(**{**document, "dead": numbers_in(document["dead"])})


def first_boundary(seal: str) -> Boundary:
    """The boundary of a new lake whose state object was made with `seal`: nothing is batched.

    All speed rows are after the seal, so it is the cut; raw began with the epoch after it.
    """
    began = start_of(epoch_after(seal))
    return Boundary(
        serial=0,
        base=0,
        run=0,
        cut=seal,
        dead=(),
        began=began,
        as_of=began,
        floor=Floor(cut=seal),
    )
