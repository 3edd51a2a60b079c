"""Operations as actors: each in a thread of its own, one at a time, stopped at every remote call.

An actor waits before each of its calls to the store until somebody says what becomes of it: it is
made, the actor is killed there, or its answer is lost. Between two calls an actor changes nothing
that others could see, so "before call n + 1" is also "after call n", and a kill there is a kill
between the two.
"""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass
from typing import Any

GO, KILL, APPLIED, NOT_APPLIED, LATER = "go", "kill", "applied", "not applied", "later"
LOST = (APPLIED, NOT_APPLIED, LATER)
# The name of the point after the last call: the work is done, and nobody was told yet.
RETURN = "return"


class Killed(BaseException):
    """A process that is gone: no `except Exception` sees it, and no `finally` reaches the store."""


_here = threading.local()


def current():
    """The actor whose thread this is, if any."""
    return getattr(_here, "actor", None)


class Actor:
    """`work` in a thread; `point` is the call that it waits to make, None when it has ended."""

    def __init__(self, kind, number, work, *, skew, started, **facts):
        vars(self).update(facts)
        self.kind, self.number, self.skew, self.started = kind, number, skew, started
        self.random = random.Random(number)
        self.point = None
        self.is_write = False
        self.dead = False
        self.has_lost = False
        self.result = self.error = None
        self.steps = 0
        self._work = work
        self._command = GO
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._main, daemon=True)

    def start(self):
        """Go on to the first call."""
        self._thread.start()
        self._theirs.acquire()

    def __str__(self):
        return f"{self.kind}#{self.number}"

    @property
    def is_live(self):
        return self.point is not None

    def resume(self, command=GO):
        """Say what becomes of the call that it waits to make, and wait until it waits again."""
        self.steps += 1
        self._command = command
        self._mine.release()
        self._theirs.acquire()
        if not self.is_live:
            self._thread.join()

    def pause(self, point, *, is_write=False):
        """Called by the store, in this actor's thread. Returns what becomes of the call."""
        if self.dead:
            raise Killed
        self.point, self.is_write = point, is_write
        self._theirs.release()
        self._mine.acquire()
        if self._command == KILL:
            self.dead = True
            raise Killed
        return self._command

    def _main(self):
        _here.actor = self
        try:
            self.result = self._work()
            self.pause(RETURN)
        except Killed as killed:
            self.dead, self.result, self.error = True, None, killed
        except BaseException as error:
            self.error = error
        self.point = None
        self._theirs.release()


@dataclass
class Pending:
    """A call whose answer is lost and whose effect is yet to come."""

    point: str
    effect: Any
    kind: str


class Serial:
    """An executor without threads, so that its calls are made where they can be stopped."""

    def __init__(self, *_args, **_options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def submit(self, work, *args, **options):
        future = Done()
        try:
            future.value = work(*args, **options)
        except Exception as error:
            future.error = error
        return future

    def map(self, work, *many, timeout=None, chunksize=1):
        return iter([work(*one) for one in zip(*many, strict=False)])

    def shutdown(self, *_args, **_options):
        pass


class Done:
    """A future that has ended."""

    value = error = None

    def result(self, timeout=None):
        if self.error is not None:
            raise self.error
        return self.value

    def exception(self, timeout=None):
        return self.error

    def cancel(self):
        return False

    def cancelled(self):
        return False

    def done(self):
        return True


_real_uuid4 = uuid.uuid4


def seeded_uuid4():
    """`uuid.uuid4` of an actor: random to everybody, and the same whenever a story is told."""
    actor = current()
    if actor is None:
        return _real_uuid4()
    return uuid.UUID(int=actor.random.getrandbits(128), version=4)
