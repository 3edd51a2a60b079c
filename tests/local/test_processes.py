"""Child processes, and what becomes of them when nobody is left to end them."""

import os
import subprocess
import sys

import pytest

from local.processes import Child

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
