"""What to produce: how much, how fast, and with which faults."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

DEFAULT_MAX_AGE = timedelta(days=3)
# No event happened before 1970; this bound stays clear of it without asking for the time.
MAX_MAX_AGE = timedelta(days=20_000)


class PlanError(ValueError):
    """A plan cannot be carried out; the message is one line for its author."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many records to make and what is to be wrong with some of them.

    `amount` and `rate` (records a second) count records before any is sent again; without `amount`
    and `duration` there is no end. Shares are between 0 and 1: `duplicates` of the records are sent
    again, `late` of the events happened up to `max_age` ago, `malformed` of the records are no
    events. Raises PlanError.
    """

    amount: int | None = None
    duration: timedelta | None = None
    rate: float | None = None
    seed: int | None = None
    duplicates: float = 0.0
    late: float = 0.0
    max_age: timedelta = DEFAULT_MAX_AGE
    malformed: float = 0.0

    def __post_init__(self) -> None:
        if self.amount is not None and self.amount < 0:
            raise PlanError(f"amount {self.amount}: use 0 or more")
        for name, value in (("duration", self.duration), ("max age", self.max_age)):
            if value is not None and value <= timedelta():
                raise PlanError(f"{name} {value}: use more than zero")
        if self.max_age > MAX_MAX_AGE:
            raise PlanError(f"max age {self.max_age}: use at most {MAX_MAX_AGE.days:,} days")
        if self.rate is not None and not (self.rate > 0 and math.isfinite(self.rate)):
            raise PlanError(f"rate {self.rate}: use more than zero")
        for name in ("duplicates", "late", "malformed"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise PlanError(f"{name} {share}: use a share from 0 to 1, such as 0.05")
