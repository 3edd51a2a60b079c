"""How many records are due, and when."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from producer.plan import Plan
from producer.records import Record

# Records fall due in bursts of at most this many without a rate, and ten times a second with one.
BURST = 500
TICK_SECONDS = 0.1
# Time that was lost in a stall is made up for, but not by more than this: the rate is also a limit.
MAX_CATCH_UP_SECONDS = 1.0


class Pace:
    """Says how many records are due, waiting until some are; 0 when the plan is over.

    With a rate, records are due at 0, 1/rate, 2/rate, ... seconds from the first call, as far as
    that is before the plan's duration is over. `stop` ends it at any time.
    """

    def __init__(
        self,
        plan: Plan,
        stop: threading.Event,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = plan.rate
        self._interval = 1 / plan.rate if plan.rate else 0.0
        self._left = math.inf if plan.amount is None else plan.amount
        self._seconds = math.inf if plan.duration is None else plan.duration.total_seconds()
        self._stop = stop
        self._clock = clock
        self._started: float | None = None
        self._skipped = 0.0
        self._taken = 0

    def due(self) -> int:
        """How many records to make now. Waits until it is at least one; 0 when it is over."""
        if self._started is None:
            self._started = self._clock()
        while not self._stop.is_set() and self._left:
            elapsed = self._clock() - self._started
            due = self._due_by(elapsed)
            if due:
                return int(min(due, self._left))
            if elapsed >= self._seconds:
                break
            self._stop.wait(self._next_look(elapsed) - elapsed)
        return 0

    def take(self, count: int) -> None:
        """`count` of the due records were made."""
        self._taken += count
        self._left -= count

    def _due_by(self, elapsed: float) -> int:
        if self._rate is None:
            return BURST if elapsed < self._seconds else 0
        in_time = min(elapsed, self._seconds) - self._skipped
        # Rounded first, as 0.3 s at 10/s must not make a fourth record.
        due = math.ceil(round(in_time * self._rate, 6)) - self._taken
        most = math.ceil(self._rate * MAX_CATCH_UP_SECONDS)
        if due > most:
            self._skipped += (due - most) / self._rate
            return most
        return max(due, 0)

    def _next_look(self, elapsed: float) -> float:
        """When to look again, in seconds since the start: at the next record, not within a tick."""
        next_record = self._taken * self._interval + self._skipped
        return min(max(elapsed + TICK_SECONDS, next_record), self._seconds)


def bursts(records: Iterable[Record | None], pace: Pace) -> Iterator[list[Record]]:
    """The records that `pace` asks for, made when it asks. A None ends a burst early.

    A None says that there is nothing more for now, so what came so far should not wait.
    """
    source = iter(records)
    while due := pace.due():
        burst: list[Record] = []
        for record in source:
            if record is None:
                break
            burst.append(record)
            if len(burst) == due:
                break
        else:
            if burst:
                yield burst
            return
        pace.take(len(burst))
        if burst:
            yield burst
