"""Child processes, and what becomes of them when nobody is left to end them."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from local.processes import MOST_SHORT_LIVES, SHORT_LIFE_SECONDS, Child, ChildEndedError, Kept

COMMAND = [sys.executable, "-m", "local.child", "tests.local.endless", "a", "b"]


@pytest.fixture
def child():
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_a_child_gets_its_arguments_and_ends_in_order_when_its_starter_is_gone(child):
    assert child.stdout.readline() == "started a b\n"
    child.stdin.close()
    assert child.stdout.read() == "ended in order\n"
    assert child.wait() == 0


def test_a_child_runs_until_it_is_stopped():
    child = Child("endless", ["tests.local.endless"], environment=os.environ)
    assert child.exit_status is None
    child.stop(20)
    assert child.exit_status is not None


def test_a_child_that_does_not_end_is_killed(tmp_path):
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    child = Child("stubborn", ["tests.local.stubborn", str(ready)], environment=os.environ)
    assert ready.read_text() == "deaf\n"
    child.stop(0.1)
    assert child.exit_status == -9


class Lives:
    """Starts children that are made up, and ends them."""

    def __init__(self):
        self.now, self.started = 0.0, []

    def start(self):
        child = SimpleNamespace(name="it", exit_status=None, stop=lambda seconds: None)
        self.started.append(child)
        return child

    def end(self, kept, status, *, after):
        self.now += after
        self.started[-1].exit_status = status
        kept.look()


@pytest.fixture
def lives():
    return Lives()


@pytest.fixture
def kept(lives):
    return Kept(lives.start, clock=lambda: lives.now)


def test_a_child_that_runs_is_left_alone(lives, kept):
    kept.look()
    assert len(lives.started) == 1


def test_a_child_that_is_killed_is_started_again_however_often(lives, kept):
    for _ in range(20):
        lives.end(kept, -9, after=0.1)
    assert len(lives.started) == 21


def test_a_child_that_ends_by_itself_again_and_again_is_given_up(lives, kept):
    for _ in range(MOST_SHORT_LIVES - 1):
        lives.end(kept, 1, after=0.1)
    with pytest.raises(ChildEndedError, match="it ended with status 1, 5 times soon after"):
        lives.end(kept, 1, after=0.1)


def test_a_longer_life_counts_anew(lives, kept):
    for _ in range(3):
        for _ in range(MOST_SHORT_LIVES - 1):
            lives.end(kept, 1, after=0.1)
        lives.end(kept, 1, after=SHORT_LIFE_SECONDS + 1)
    assert len(lives.started) == 16


def test_a_child_inherits_what_it_is_given():
    reading, writing = os.pipe()
    child = Child("endless", ["tests.local.endless"], environment=os.environ, inherited=[writing])
    os.close(writing)
    os.set_blocking(reading, False)
    with pytest.raises(BlockingIOError):  # somebody still has the other end
        os.read(reading, 1)
    child.stop(20)
    assert os.read(reading, 1) == b""
    os.close(reading)
