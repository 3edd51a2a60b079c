"""Child processes of the region: started with a name, kept running, ended in order."""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from local.home import ROOT

# A process that ends so soon, so often in a row, lacks something that no further start will bring.
SHORT_LIFE_SECONDS = 10.0
MOST_SHORT_LIVES = 5

logger = logging.getLogger(__name__)


class ChildEndedError(RuntimeError):
    """A process that the region needs has ended by itself."""


class StoppedError(Exception):
    """This process is told to end. Raised by a signal, wherever the main thread is."""


def stop_when_told() -> None:
    """From now on SIGTERM and SIGINT raise StoppedError in the main thread, once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def _stop(number: int, _: object) -> NoReturn:
    # Once is enough: the way down must not be interrupted.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    logger.info("told to stop by %s", signal.Signals(number).name)
    raise StoppedError


class Child:
    """A Python module that runs as a child process (see local.child) and logs where we log.

    It has our descriptors of `inherited` too, under the same numbers.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        inherited: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.child", *command],
            stdin=subprocess.PIPE,
            env=dict(environment),
            cwd=ROOT,
            pass_fds=inherited,
        )
        logger.info("%s started (process %d)", name, self._process.pid)

    @property
    def exit_status(self) -> int | None:
        """None while it runs; negative if a signal ended it."""
        return self._process.poll()

    def stop(self, timeout_seconds: float) -> None:
        """Ask it to end and wait; kill it if it takes longer than that."""
        self._process.terminate()
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not end in %.0f s and is killed", self.name, timeout_seconds)
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        logger.info("%s ended (status %s)", self.name, self._process.returncode)


class Kept:
    """A child that is started again, by `start`, whenever it has ended by itself.

    What a signal ended is always started again. What ends by its own exit status, soon after its
    start and MOST_SHORT_LIVES times in a row, is not: see `look`.
    """

    def __init__(
        self, start: Callable[[], Child], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._start = start
        self._clock = clock
        self._short_lives = 0
        self._started_at = clock()
        self._child = start()

    def look(self) -> None:
        """Start it again if it has ended. Raises ChildEndedError if that has proved useless."""
        status = self._child.exit_status
        if status is None:
            return
        is_short = status >= 0 and self._clock() - self._started_at < SHORT_LIFE_SECONDS
        self._short_lives = self._short_lives + 1 if is_short else 0
        self._child.stop(0.0)
        if self._short_lives == MOST_SHORT_LIVES:
            raise ChildEndedError(
                f"{self._child.name} ended with status {status}, "
                f"{MOST_SHORT_LIVES} times soon after the start"
            )
        logger.warning("%s ended with status %d: started again", self._child.name, status)
        self._started_at = self._clock()
        self._child = self._start()

    def stop(self, timeout_seconds: float) -> None:
        """End it in order, and for good."""
        self._child.stop(timeout_seconds)
