"""SIGKILL for the region's processes, at any moment of theirs; never for MiniStack."""

from __future__ import annotations

import contextlib
import operator
import os
import random
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from local.region import read_status
from tests.chaos.stage import Stage

WORKERS, DOOR, FUNCTION, JOB, DAEMON = "workers", "door", "λ", "batch job", "daemon"
_WEIGHTS = {WORKERS: 3, DOOR: 2, FUNCTION: 4, JOB: 3}
# How often a process is killed again although some stream has not moved since: it is starting then,
# most often. More of that would be one long outage on a machine that is slow.
AT_ITS_START = 0.1


@dataclass(frozen=True)
class Process:
    """A process as `ps` lists it."""

    pid: int
    parent: int
    command: str


def processes() -> list[Process]:
    """All processes of this machine that are alive."""
    listed = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,ppid=,stat=,args="],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = []
    for line in listed.splitlines():
        pid, parent, state, command = line.split(None, 3)
        if not state.startswith("Z"):
            found.append(Process(int(pid), int(parent), command))
    return found


def victims(listed: Collection[Process], *, daemon: int) -> Mapping[str, list[int]]:
    """The processes of the region whose daemon this is, by kind."""
    children = defaultdict(list)
    for process in listed:
        children[process.parent].append(process)
    found: dict[str, list[int]] = defaultdict(list)
    for process in children[daemon]:
        if " local.workers " in process.command:
            found[WORKERS].append(process.pid)
        elif " local.door " in process.command:
            found[DOOR].append(process.pid)
            found[JOB] += [each.pid for each in children[process.pid]]
        elif " ministack.app:app" in process.command:
            found[FUNCTION] += [each.pid for each in children[process.pid]]
    return found


def kill(pid: int) -> bool:
    """Whether there was such a process to kill."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


class Killer:
    """Kills one process every few seconds, until the stage's stop.

    `jobs` gives the batch processes that the chaos itself has started; `progress` says for each
    stream how many events are acknowledged.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        seed: int,
        every_seconds: float,
        jobs: Callable[[], list[int]],
        progress: Callable[[], Sequence[int]],
    ) -> None:
        self._stage = stage
        self._numbers = random.Random(f"{seed} kills")
        self._every_seconds = every_seconds
        self._jobs = jobs
        self._progress = progress
        self._killed_at: dict[str, Sequence[int]] = {}

    def run(self) -> None:
        """The killer's thread."""
        numbers, every = self._numbers, self._every_seconds
        self._stage.keep_doing(
            self.kill_one, pauses=(numbers.uniform(0.3, 1.7) * every for _ in count())
        )

    def kill_one(self) -> None:
        """Kill a process of a kind that there is, the kinds by their weights."""
        with self._stage.outage.working():
            self._kill_one()

    def _kill_one(self) -> None:
        daemon = read_status(self._stage.region.home).process
        found = dict(victims(processes(), daemon=daemon))
        found[JOB] = [*found.get(JOB, ()), *self._jobs()]
        kinds = [kind for kind, pids in found.items() if pids]
        if not kinds:
            return
        [kind] = self._numbers.choices(kinds, [_WEIGHTS[kind] for kind in kinds])
        if not self._may_die(kind):
            return
        pid = self._numbers.choice(sorted(found[kind]))
        if kill(pid):
            self._killed_at[kind] = self._progress()
            self._stage.journal.note(f"killed {kind} ({pid})", f"kill of {kind}")

    def _may_die(self, kind: str) -> bool:
        before, now = self._killed_at.get(kind), self._progress()
        have_moved = before is None or all(map(operator.ne, before, now))
        return kind == JOB or have_moved or self._numbers.random() < AT_ITS_START
