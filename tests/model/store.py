"""The one place that S3 and Glue share: a clock, calls whose answers get lost, and late effects."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from email.utils import format_datetime

from botocore.exceptions import ReadTimeoutError

from tests.model.actors import APPLIED, GO, LATER, Pending, current

BEGINNING = datetime(2026, 11, 20, 10, tzinfo=UTC)
# What boto3's clients do by default, and what `total_max_attempts: 1` does.
RETRIES, ONCE = 5, 1


class Store:
    """Time, and the way that every call takes. `watch` is told of each call's point."""

    def __init__(self):
        self.now = BEGINNING
        self.pending = []
        self.landing = None  # whose late effect is happening now

    def acting(self):
        """The kind of the operation whose effect is happening now."""
        actor = current()
        return self.landing or (actor.kind if actor else None)

    def arrive(self, number):
        """A late effect happens, or is refused."""
        late = self.pending.pop(number)
        self.landing = late.kind
        quietly(late.effect)
        self.landing = None

    def date(self):
        return format_datetime(self.now.replace(microsecond=0), usegmt=True)

    def call(self, point, effect, *, is_write=False, attempts=ONCE, failure=None):
        """Make a call, as often as a client would. Raises what it raises, or that it timed out."""
        actor = current()
        if actor is None:
            return effect()
        for _ in range(attempts):
            command = actor.pause(point, is_write=is_write)
            if command == GO:
                return effect()
            if is_write and command == APPLIED:
                quietly(effect)
            elif is_write and command == LATER:
                self.pending.append(Pending(point, effect, actor.kind))
        raise failure or ReadTimeoutError(endpoint_url="https://aws")


def quietly(effect):
    """An effect whose answer, even a refusal, nobody hears."""
    with contextlib.suppress(Exception):
        effect()
