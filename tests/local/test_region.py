"""A region from outside, without one: what is said, what is held, what is left behind."""

import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from local.daemon import Family, bound, watch
from local.environment import DEFAULT_PORT
from local.gateway import endpoint_of, listen
from local.home import Home
from local.ministack import MiniStack, MiniStackError
from local.processes import ChildEndedError
from local.region import (
    NoRegionError,
    Region,
    RegionError,
    Status,
    hold,
    hold_family,
    is_held,
    read_status,
    write_status,
)

HOLD = """
import sys, time
from pathlib import Path
from local.home import Home
from local.region import hold
hold(Home(Path(sys.argv[1])))
print("held", flush=True)
time.sleep(600)
"""


# A region's process and its child, which ends a second after it.
FAMILY = """
CHILD = '''
import sys, time
from pathlib import Path
sys.stdin.read()
time.sleep(1)
Path(sys.argv[1], "last words").touch()
'''
import subprocess, sys, time
from pathlib import Path
from local.home import Home
from local.region import hold_family
file = hold_family(Home(Path(sys.argv[1])))
child = subprocess.Popen(
    [sys.executable, "-c", CHILD, sys.argv[1]], stdin=subprocess.PIPE, pass_fds=[file]
)
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder(home):
    """Another process that is the region's."""
    home.make()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_where_no_region_has_been_it_is_down(home):
    assert Region(home).status() == Status("down")


def test_the_endpoint_of_a_region_that_is_down_names_the_cure(home):
    with pytest.raises(NoRegionError, match=r"no region is up in .*; run: lakehouse up"):
        Region(home).endpoint  # noqa: B018


def test_a_region_is_held_for_as_long_as_its_process_lives(home, holder):
    assert is_held(home)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert not is_held(home)


def test_a_region_has_one_process(home, holder):
    with pytest.raises(RegionError, match="another process runs the region"):
        hold(home)


def test_what_a_living_process_says_holds(home, holder):
    said = Status("deploying the stack", endpoint="http://127.0.0.1:1", process=holder.pid)
    write_status(home, said)
    assert Region(home).status() == said


def test_a_process_that_was_killed_is_no_region_whatever_it_said(home):
    home.make()
    write_status(home, Status("up", endpoint="http://127.0.0.1:1", process=os.getpid()))
    assert Region(home).status() == Status("down", endpoint="http://127.0.0.1:1")
    Region(home).down()  # and nobody who has its number now is ended


def test_why_a_region_failed_is_kept(home):
    home.make()
    write_status(home, Status("failed", reason="Lake (AWS::S3::Bucket): no"))
    assert Region(home).status().reason == "Lake (AWS::S3::Bucket): no"


def test_down_ends_the_process_that_holds_the_region(home, holder):
    write_status(home, Status("up", process=holder.pid))
    Region(home).down()
    assert holder.wait() == -signal.SIGTERM


def test_a_start_that_fails_says_where_to_look(home):
    with pytest.raises(
        RegionError, match=r"did not start: its process ended \(log: .*region.log\)"
    ):
        Region(home).up(variables={"PYTHONHOME": "/nowhere"})
    assert "encodings" in home.log.read_text()
    assert not is_held(home)


def test_a_start_that_is_interrupted_leaves_nothing_running(home):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Region(home).up(interrupt)
    assert not is_held(home)
    assert read_status(home).process == 0


def test_reset_removes_what_is_the_regions_and_nothing_else(home):
    home.make()
    write_status(home, Status("failed"))
    home.ministack.mkdir()
    (home.path / "mine.txt").write_text("keep me")
    Region(home).reset()
    assert [path.name for path in home.path.iterdir()] == ["mine.txt"]


def test_a_home_is_closed_to_other_users(home):
    home.make()
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_the_gateway_gets_the_port_it_had():
    with listen(0) as before:
        endpoint = endpoint_of(before)
    with bound(endpoint) as again:
        assert endpoint_of(again) == endpoint


def test_the_gateway_takes_another_port_when_its_own_are_taken():
    taken = listen(0)
    default = bound("")  # the default one, unless somebody has it
    other = bound(endpoint_of(taken))
    with taken, default, other:
        assert endpoint_of(other) not in (endpoint_of(taken), f"http://127.0.0.1:{DEFAULT_PORT}")


def test_a_region_ends_with_ministack():
    with pytest.raises(ChildEndedError, match="MiniStack ended with status -9"):
        watch(Family(SimpleNamespace(exit_status=-9), ()))


def test_a_region_waits_for_what_is_left_of_its_last_life(home):
    home.make()
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY, str(home.path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        process.kill()
        process.wait()
        os.close(hold_family(home))
    assert (home.path / "last words").exists()


def test_a_folder_too_deep_for_a_socket_is_told_with_the_cure(tmp_path):
    deep = tmp_path / ("x" * 90) / "ministack.sock"
    ministack = MiniStack(Home(tmp_path), endpoint="http://127.0.0.1:4566", socket=deep)
    with pytest.raises(MiniStackError, match="set TMPDIR to a shorter folder, such as /tmp"):
        ministack.start()
