"""`lakehouse demo`, as `make demo` runs it, with fewer events."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pytest

from local.demo import stopped_afterwards
from local.home import ROOT


def test_the_demo_is_exact_and_says_so():
    done = subprocess.run(
        [sys.executable, "-m", "local.cli", "demo", "--amount", "200"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, comparisons, _, last = done.stdout.splitlines()
    assert "comparisons, no difference." in comparisons
    assert last.startswith("exact, in ")


@pytest.fixture
def short_path():
    """A folder of its own: `tmp_path` is longer than the path of a socket below it may be."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_told_to_end_leaves_nothing(short_path, number):
    with subprocess.Popen(
        [sys.executable, "-m", "local.cli", "demo"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(short_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests below nohup has a hangup ignored.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    ) as demo:
        while "Before any batch run" not in demo.stdout.readline():
            assert demo.poll() is None
        demo.send_signal(number)
        _, said = demo.communicate()
    assert (demo.returncode, said) == (130, "interrupted\n")
    assert list(short_path.iterdir()) == []
    running = subprocess.run(
        ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
    ).stdout
    assert str(short_path) not in running


def test_a_demo_below_nohup_goes_on_after_a_hangup():
    heard = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    region = mock.Mock()
    try:
        with stopped_afterwards(region):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
    region.down.assert_called_once_with()
