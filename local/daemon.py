"""`python -m local.daemon HOME`: the process that is a laptop's region.

Its children do the work: MiniStack, the door (local/door.py) and the workers. The last two are
started again when they die, since all that they have to know is on disk; MiniStack writes what it
knows when it ends in order, so the region ends with it. It ends at SIGTERM or SIGINT too, and takes
all of them with it.
"""

from __future__ import annotations

import errno
import http.client
import logging
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.deploy import Deployment, DeploymentError
from local.engines.trino import free_port, is_ready, url_of
from local.environment import (
    ATHENA_ENGINE,
    ATHENA_ENGINES,
    DEFAULT_PORT,
    child_environment,
)
from local.gateway import endpoint_of, listen
from local.home import Home
from local.ministack import READY, MiniStack, MiniStackError
from local.processes import Child, ChildEndedError, Kept, StoppedError, stop_when_told
from local.region import (
    DOWN,
    FAILED,
    UP,
    RegionError,
    Status,
    hold,
    hold_family,
    read_status,
    write_status,
)
from local.synthesis import SynthesisError, synthesize

_CHECK_SECONDS = 0.2
_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 60.0
_TRINO_SECONDS = 180.0
# Jobs that are told to stop have ten of these seconds.
_DOOR_STOP_SECONDS = 20.0
_WORKERS_STOP_SECONDS = 30.0
_TRINO_STOP_SECONDS = 25.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Family:
    """The children: MiniStack, without which there is no region, and those that are kept."""

    ministack: MiniStack
    kept: Sequence[Kept]

    def look(self) -> None:
        """Start again who has ended. Raises ChildEndedError if that is no cure."""
        if self.ministack.exit_status is not None:
            raise ChildEndedError(f"MiniStack ended with status {self.ministack.exit_status}")
        for each in self.kept:
            each.look()


class Daemon:
    """One life of a region, from `run` to its return."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._endpoint = read_status(home).endpoint

    def run(self) -> int:
        """Be the region until it is told to stop. Returns the exit status."""
        try:
            with ExitStack() as stack:
                family = self._start(stack)
                stack.callback(self._say, "stopping")
                self._say(UP)
                watch(family)
        except StoppedError:
            self._say(DOWN)
            return 0
        except (
            *(ChildEndedError, DeploymentError, MiniStackError, RegionError, SynthesisError),
            *(BotoCoreError, ClientError, OSError),
        ) as error:
            logger.exception("the region failed")
            self._say(FAILED, reason=str(error))
            return 1

    def _start(self, stack: ExitStack) -> Family:
        """Start everything, each with its end on `stack`."""
        home = self._home
        self._say("waiting for what is left of the last region")
        inherited = (hold_family(home),)
        self._say("starting MiniStack")
        shutil.rmtree(home.scratch, ignore_errors=True)
        home.scratch.mkdir()
        # A socket's path has at most 103 bytes, and a home may be deep.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lakehouse-"))
        upstream = Path(folder) / "ministack.sock"
        listener = bound(self._endpoint)
        self._endpoint = endpoint_of(listener)
        environment = child_environment(self._endpoint)
        os.environ.clear()
        os.environ.update(environment)  # for our own clients
        ministack = MiniStack(home, endpoint=self._endpoint, socket=upstream, inherited=inherited)
        stack.callback(ministack.stop)
        ministack.start()
        stack.enter_context(listener)
        trino = self._start_trino(stack, inherited)
        words = ["local.door", str(home.path), str(listener.fileno()), str(upstream)]
        words += [url for url, _ in trino]
        start = partial(Child, "the door", words, environment=environment)
        door = Kept(partial(start, inherited=(*inherited, listener.fileno())))
        stack.callback(door.stop, _DOOR_STOP_SECONDS)
        ministack.await_ready()
        family = Family(ministack, (door, *(kept for _, kept in trino)))
        await_answer(self._endpoint, family)
        self._deploy()
        words = ["local.workers", "--endpoint-url", self._endpoint]
        words += ["--state-dir", str(home.workers)]
        start = partial(Child, "the workers", words, environment=environment)
        workers = Kept(partial(start, inherited=inherited))
        stack.callback(workers.stop, _WORKERS_STOP_SECONDS)
        family = Family(ministack, (*family.kept, workers))
        for url, _ in trino:
            self._say("waiting for Trino")
            await_trino(url, family)
        return family

    def _start_trino(self, stack: ExitStack, inherited: Sequence[int]) -> list[tuple[str, Kept]]:
        """The Trino that answers queries and where, if there is to be one."""
        if os.environ.get(ATHENA_ENGINE, ATHENA_ENGINES[0]) != "trino":
            return []
        port = free_port()
        words = ["local.engines.trino", self._endpoint, str(port), str(self._home.trino)]
        start = partial(Child, "Trino", words, environment=os.environ.copy())
        kept = Kept(partial(start, inherited=inherited))
        stack.callback(kept.stop, _TRINO_STOP_SECONDS)
        return [(url_of(port), kept)]

    def _deploy(self) -> None:
        self._say("synthesizing the stack")
        assembly = synthesize()
        self._say("deploying the stack")
        Deployment(self._say).deploy(assembly)

    def _say(self, phase: str, reason: str = "") -> None:
        logger.info("%s", phase)
        write_status(self._home, Status(phase, self._endpoint, os.getpid(), reason))


def bound(previous: str) -> socket.socket:
    """A listener on the port it had, else on the default one, else on any that is free."""
    for port in _ports(previous):
        try:
            return listen(port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            logger.info("port %d is taken", port)
    return listen(0)


def _ports(previous: str) -> Iterator[int]:
    if previous:
        yield int(previous.rpartition(":")[2])
    yield DEFAULT_PORT


def await_answer(endpoint: str, family: Family) -> None:
    """Wait until the door answers. Raises ChildEndedError."""
    _await(lambda: _is_answering(endpoint), family, who="the door", seconds=_ANSWER_SECONDS)


def await_trino(url: str, family: Family) -> None:
    """Wait until Trino takes queries. Raises ChildEndedError."""
    _await(lambda: is_ready(url), family, who="Trino", seconds=_TRINO_SECONDS)


def _await(condition: Callable[[], bool], family: Family, *, who: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        family.look()
        if time.monotonic() > deadline:
            raise ChildEndedError(f"{who} did not answer in {seconds:.0f} s")
        time.sleep(_POLL_SECONDS)


def _is_answering(endpoint: str) -> bool:
    """Whether it answers within a moment: who connects too early is kept waiting."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=_CHECK_SECONDS)
    try:
        connection.request("GET", READY)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def watch(family: Family) -> NoReturn:
    """Keep the family until StoppedError. Raises ChildEndedError."""
    while True:
        time.sleep(_CHECK_SECONDS)
        family.look()


def main() -> int:
    home = Home(Path(sys.argv[1]))
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    stop_when_told()
    try:
        hold(home)
        return Daemon(home).run()
    except RegionError as error:
        logger.error("%s", error)
        return 1
    except StoppedError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
