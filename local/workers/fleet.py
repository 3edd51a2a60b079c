"""Threads that keep working: each steps its worker, and a failing step is tried again later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aws_lambda_powertools import Logger

LONGEST_BACKOFF_SECONDS = 30.0


class Worker(Protocol):
    """Something that works in short steps."""

    def step(self) -> float | None:
        """Do a little; return the seconds to wait before the next step, or None when done."""

    def close(self) -> None:
        """Bring to an orderly end what is under way. Called once, after the last step."""


@dataclass(frozen=True)
class Wanted:
    """A worker that should run. When its settings change, it is closed and built anew."""

    settings: Hashable
    build: Callable[[], Worker]


@dataclass
class _Running:
    settings: Hashable
    stop: threading.Event
    thread: threading.Thread


class Fleet:
    """The running workers, by key. Two workers of one key never run at once."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        self._running: dict[str, _Running] = {}

    def want(self, wanted: Mapping[str, Wanted]) -> None:
        """Start what is missing, and stop what is no longer wanted or has other settings now.

        A worker with new settings starts at a later call, when the old one has come to its end.
        """
        self._forget_ended()
        for key, running in self._running.items():
            if key not in wanted or wanted[key].settings != running.settings:
                running.stop.set()
        for key in wanted.keys() - self._running.keys():
            self._start(key, wanted[key])

    def stop(self) -> None:
        """Stop all workers and wait until they are closed."""
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            running.thread.join()
        self._running.clear()

    def _start(self, key: str, wanted: Wanted) -> None:
        stop = threading.Event()
        worker = wanted.build()
        thread = threading.Thread(target=run, args=(worker, stop, self._logger, key), name=key)
        self._running[key] = _Running(wanted.settings, stop, thread)
        thread.start()
        self._logger.info("worker started", worker=key)

    def _forget_ended(self) -> None:
        ended = [key for key, running in self._running.items() if not running.thread.is_alive()]
        for key in ended:
            del self._running[key]


def run(worker: Worker, stop: threading.Event, logger: Logger, name: str) -> None:
    """Step `worker` until it is done or `stop` is set, then close it. Never raises."""
    failures = 0
    while not stop.is_set():
        # Whatever it was, a thread that died here would end deliveries without a word.
        try:
            pause = worker.step()
            failures = 0
        except Exception:
            failures += 1
            pause = backoff_seconds(failures)
            logger.exception("worker failed; trying again", worker=name, pause_seconds=pause)
        if pause is None:
            break
        stop.wait(pause)
    try:
        worker.close()
    except Exception:
        logger.exception("worker could not close; what it held is read again", worker=name)
    logger.info("worker ended", worker=name)


def backoff_seconds(failures: int) -> float:
    """0.5 s after one failure, twice as long after each further one in a row, 30 s at most."""
    return min(0.5 * 2.0 ** min(failures - 1, 10), LONGEST_BACKOFF_SECONDS)
