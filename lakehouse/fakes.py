"""What Faker is to make of a field, said as data; the producer does the making."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fake:
    """A value from one of Faker's providers, drawn from a pool that is made once.

    Fields with the same `entity` are drawn together, from one row of that entity's pool, as a
    turnstile keeps its station. `pool` is the number of rows; an entity's pool is as large as the
    largest that its fields ask for.
    """

    provider: str
    arguments: tuple[tuple[str, object], ...] = ()
    entity: str = ""
    pool: int = 1000


@dataclass(frozen=True)
class EventTimeText:
    """The event time as text, in `strftime`'s `format` (UTC)."""

    format: str
