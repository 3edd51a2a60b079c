"""A laptop's region from outside: start it, stop it, ask how it is.

The region is a process of its own (local/daemon.py), which outlives the command that starts it. It
holds a lock for as long as it lives, however it ends; what it says of itself is in a file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from local.environment import client_environment
from local.home import ROOT, Home, find_home, read_json, write_json

UP = "up"
DOWN = "down"
FAILED = "failed"

_POLL_SECONDS = 0.05
_UP_SECONDS = 300.0
# Longer than its process waits for all of its children, one after the other: see local.daemon.
_DOWN_SECONDS = 150.0
_LOCK_SECONDS = 2.0
# Children whose starter is gone are killed a minute later: see local.child.
_FAMILY_SECONDS = 90.0

Report = Callable[[str], None]


class RegionError(RuntimeError):
    """The region cannot do what was asked; one line with the cure."""


class NoRegionError(RegionError):
    """There is no region that is up."""


@dataclass(frozen=True)
class Status:
    """What a region last said of itself. `phase` is UP, DOWN, FAILED, or what it is doing."""

    phase: str = DOWN
    endpoint: str = ""
    process: int = 0
    reason: str = ""

    @property
    def is_up(self) -> bool:
        return self.phase == UP


class Region:
    """The region of one home."""

    def __init__(self, home: Home | None = None) -> None:
        self.home = home or find_home()

    def status(self) -> Status:
        """How it is now; a region whose process has died is DOWN."""
        said = read_status(self.home)
        if said.phase == FAILED or is_held(self.home):
            return said
        return Status(endpoint=said.endpoint)

    @property
    def endpoint(self) -> str:
        """Where it answers. Raises NoRegionError if it is not up."""
        status = self.status()
        if not status.is_up:
            raise NoRegionError(f"no region is up in {self.home.path}; run: lakehouse up")
        return status.endpoint

    def environment(self) -> dict[str, str]:
        """The variables that point AWS clients at it. Raises NoRegionError if it is not up."""
        return client_environment(self.endpoint)

    def up(
        self, report: Report | None = None, *, variables: Mapping[str, str] | None = None
    ) -> str:
        """Start it unless it is up, wait until it is, and give its endpoint.

        `report` is told each phase as it begins. `variables` are added to its processes'
        environment. Raises RegionError; an exception on the way (Ctrl-C) leaves nothing running.
        """
        process = None if is_held(self.home) else self._start(variables or {})
        try:
            return self._await_up(process, report or (lambda _: None))
        except BaseException:
            if process:
                self._end(process.pid, is_ended=lambda: process.poll() is not None)
            raise

    def down(self) -> None:
        """End it in order, so that its state is kept. Nothing happens if it is not running.

        Children of a process that was killed end by themselves, in order too; they are awaited.
        """
        process = read_status(self.home).process
        if process and is_held(self.home):
            self._end(process, is_ended=lambda: not is_held(self.home))
        if not _wait(lambda: not _is_locked(self.home.family), _FAMILY_SECONDS):
            raise RegionError(f"a process of the region does not end (log: {self.home.log})")

    def reset(self) -> None:
        """End it and forget all that it has."""
        self.down()
        self.home.remove()

    def _start(self, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        self.home.make()
        write_status(self.home, Status("starting", endpoint=read_status(self.home).endpoint))
        with self.home.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "local.daemon", str(self.home.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
                env=os.environ | variables,
            )

    def _await_up(self, process: subprocess.Popen[bytes] | None, report: Report) -> str:
        """Wait for a region to be up that `process` begins to be, or that another has begun."""
        deadline = time.monotonic() + _UP_SECONDS
        phase = ""
        while time.monotonic() < deadline:
            is_running = is_held(self.home)
            status = read_status(self.home)
            if status.is_up and is_running:
                return status.endpoint
            if not is_running and (process is None or process.poll() is not None):
                reason = status.reason or "its process ended"
                raise RegionError(f"the region did not start: {reason} (log: {self.home.log})")
            if status.phase != phase:
                phase = status.phase
                report(phase)
            time.sleep(_POLL_SECONDS)
        raise RegionError(f"the region takes too long to start (log: {self.home.log})")

    def _end(self, process: int, *, is_ended: Callable[[], bool]) -> None:
        """End the region's process in order, or kill all of its processes if that takes long."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
            if not _wait(is_ended, _DOWN_SECONDS):
                # Its session is its own: the group is the region's processes and nobody else's.
                os.killpg(process, signal.SIGKILL)
                _wait(is_ended, _DOWN_SECONDS)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def read_status(home: Home) -> Status:
    """What the region's process last said, dead or alive."""
    return Status(**read_json(home.state))


def write_status(home: Home, status: Status) -> None:
    """Say how the region is; for its process."""
    write_json(home.state, asdict(status))


def hold(home: Home) -> None:
    """Be the region's process until it ends. Raises RegionError if another process is."""
    # Never closed: the lock is let go when the process is gone, not when it is about to go.
    file = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    # Who only looks whether it is held holds it for a moment.
    if not _wait(lambda: _lock(file, fcntl.LOCK_EX), _LOCK_SECONDS):
        raise RegionError(f"another process runs the region in {home.path}")


def hold_family(home: Home) -> int:
    """Wait until nothing of the region's last life is left, and lock that it has one again.

    The lock lives with the descriptor that is given, here and in all who inherit it. When a
    region's process is killed, MiniStack first has to write what it knows: two of them at once
    would each forget what the other knows. Raises RegionError.
    """
    file = os.open(home.family, os.O_RDWR | os.O_CREAT, 0o600)
    if not _wait(lambda: _lock(file, fcntl.LOCK_EX), _FAMILY_SECONDS):
        raise RegionError(f"a process of the region's last life does not end (log: {home.log})")
    return file


def is_held(home: Home) -> bool:
    """Whether a process is the region's."""
    return _is_locked(home.lock)


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return not _lock(file.fileno(), fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _lock(file: int, kind: int) -> bool:
    """Take the lock, until the file is closed; False if it is taken."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
