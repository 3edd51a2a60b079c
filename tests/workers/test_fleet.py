from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from aws_lambda_powertools import Logger

from local.workers.fleet import Fleet, Wanted, backoff_seconds, run

LOGGER = Logger(service="test-fleet")


class Steps:
    """A worker that does what it is told at each step, and counts."""

    def __init__(self, *steps: Callable[[], float | None]) -> None:
        self._steps = list(steps)
        self.count = 0
        self.stepped = threading.Event()
        self.closed = threading.Event()

    def step(self) -> float | None:
        self.count += 1
        self.stepped.set()
        return self._steps.pop(0)() if self._steps else 0.001

    def close(self) -> None:
        self.closed.set()


def fail() -> float:
    raise RuntimeError("broken")


def test_a_failing_step_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    worker = Steps(fail, lambda: 0.0, lambda: None)
    run(worker, threading.Event(), LOGGER, "w")
    assert worker.count == 3
    assert worker.closed.is_set()
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == [
        "worker failed; trying again"
    ]


def test_failures_wait_longer_up_to_half_a_minute() -> None:
    assert [backoff_seconds(n) for n in (1, 2, 3, 7, 1_000)] == [0.5, 1.0, 2.0, 30.0, 30.0]


def test_a_fleet_runs_what_is_wanted_and_closes_what_is_not() -> None:
    fleet, one, two = Fleet(LOGGER), Steps(), Steps()
    fleet.want({"one": Wanted(1, lambda: one), "two": Wanted(1, lambda: two)})
    assert one.stepped.wait(5)
    assert two.stepped.wait(5)
    fleet.want({"two": Wanted(1, lambda: Steps())})
    assert one.closed.wait(5)
    assert not two.closed.is_set()
    fleet.stop()
    assert two.closed.is_set()


def test_new_settings_replace_a_worker_after_it_was_closed() -> None:
    fleet, old, new = Fleet(LOGGER), Steps(), Steps()
    fleet.want({"one": Wanted("old", lambda: old)})

    def build() -> Steps:
        assert old.closed.is_set()
        return new

    while not new.stepped.is_set():
        fleet.want({"one": Wanted("new", build)})
        new.stepped.wait(0.01)
    fleet.stop()


def test_a_worker_that_is_done_is_started_again_if_it_is_still_wanted() -> None:
    fleet = Fleet(LOGGER)
    built: list[Steps] = []

    def build() -> Steps:
        built.append(Steps(lambda: None))
        return built[-1]

    while len(built) < 3:
        fleet.want({"one": Wanted(1, build)})
        built[-1].closed.wait(5)
    fleet.stop()
