"""`python -m local.daemon HOME`: the process that is a laptop's region.

It holds the gateway, Athena and the job runner, and has MiniStack and the workers as children. It
ends at SIGTERM or SIGINT, or when one of them does, and takes all of them with it.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from local.deploy import Deployment, DeploymentError
from local.environment import DEFAULT_PORT, child_environment
from local.gateway import Gateway, Respond
from local.home import Home
from local.ministack import MiniStack, MiniStackError
from local.processes import Child
from local.region import (
    DOWN,
    FAILED,
    UP,
    RegionError,
    Status,
    hold,
    read_status,
    write_status,
)
from local.synthesis import SynthesisError, synthesize

_CHECK_SECONDS = 0.5
_WORKERS_STOP_SECONDS = 30.0

logger = logging.getLogger(__name__)


class ChildEndedError(RuntimeError):
    """A process that the region needs has ended by itself."""


class StoppedError(Exception):
    """The region is told to end. Raised by a signal, wherever the main thread is."""


class Daemon:
    """One life of a region, from `run` to its return."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._endpoint = read_status(home).endpoint

    def run(self) -> int:
        """Be the region until it is told to stop. Returns the exit status."""
        try:
            with ExitStack() as stack:
                children = self._start(stack)
                stack.callback(self._say, "stopping")
                self._say(UP)
                watch(children)
        except StoppedError:
            self._say(DOWN)
            return 0
        except (
            *(ChildEndedError, DeploymentError, MiniStackError, SynthesisError),
            *(BotoCoreError, ClientError, OSError),
        ) as error:
            logger.exception("the region failed")
            self._say(FAILED, reason=str(error))
            return 1

    def _start(self, stack: ExitStack) -> dict[str, Child | MiniStack]:
        """Start everything, each with its end on `stack`. Gives the children that must not end."""
        home = self._home
        self._say("starting MiniStack")
        shutil.rmtree(home.scratch, ignore_errors=True)
        home.scratch.mkdir()
        # A socket's path has at most 103 bytes (macOS; Linux 107), and a home may be deep.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lakehouse-"))
        socket = Path(folder) / "ministack.sock"
        routes: dict[str, Respond] = {}
        gateway = bound(self._endpoint, socket, routes)
        stack.callback(gateway.stop)
        self._endpoint = gateway.endpoint
        environment = child_environment(self._endpoint)
        os.environ.clear()
        os.environ.update(environment)  # for our own clients
        ministack = MiniStack(home, endpoint=self._endpoint, socket=socket)
        stack.callback(ministack.stop)
        ministack.start()
        routes.update(self._services(stack, ministack))
        ministack.await_ready()
        gateway.start()
        self._deploy()
        return {"MiniStack": ministack, "the workers": self._workers(stack, environment)}

    def _services(self, stack: ExitStack, ministack: MiniStack) -> dict[str, Respond]:
        """What is answered in this process."""
        # Seconds of imports (DuckDB, Arrow, Iceberg), while MiniStack starts.
        from local.athena.service import AthenaService
        from local.workers.glue_jobs import OPERATIONS, GlueJobRuns

        athena = AthenaService(
            endpoint_url=self._endpoint,
            state_dir=self._home.athena,
            upstream=ministack.respond_as("AmazonAthena"),
        )
        stack.callback(athena.close)
        jobs = GlueJobRuns(self._endpoint, self._home.jobs)
        stack.callback(jobs.stop)
        jobs.start()
        runs = {f"AWSGlue.{operation}": jobs.respond for operation in OPERATIONS}
        return {"AmazonAthena": athena.respond, **runs}

    def _workers(self, stack: ExitStack, environment: dict[str, str]) -> Child:
        command = ["local.workers", "--endpoint-url", self._endpoint]
        command += ["--state-dir", str(self._home.workers)]
        workers = Child("the workers", command, environment=environment)
        stack.callback(workers.stop, _WORKERS_STOP_SECONDS)
        return workers

    def _deploy(self) -> None:
        self._say("synthesizing the stack")
        assembly = synthesize()
        self._say("deploying the stack")
        Deployment(self._say).deploy(assembly)

    def _say(self, phase: str, reason: str = "") -> None:
        logger.info("%s", phase)
        write_status(self._home, Status(phase, self._endpoint, os.getpid(), reason))


def bound(previous: str, upstream: Path, routes: dict[str, Respond]) -> Gateway:
    """The gateway on the port it had, else on the default one, else on any that is free."""
    for port in _ports(previous):
        try:
            return Gateway(port, upstream=upstream, routes=routes)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            logger.info("port %d is taken", port)
    return Gateway(0, upstream=upstream, routes=routes)


def _ports(previous: str) -> Iterator[int]:
    if previous:
        yield int(previous.rpartition(":")[2])
    yield DEFAULT_PORT


def watch(children: dict[str, Child | MiniStack]) -> NoReturn:
    """Wait for StoppedError. Raises ChildEndedError."""
    while True:
        time.sleep(_CHECK_SECONDS)
        for name, child in children.items():
            if child.exit_status is not None:
                raise ChildEndedError(f"{name} ended with status {child.exit_status}")


def _stop(number: int, _: object) -> NoReturn:
    # Once is enough: the way down must not be interrupted.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    logger.info("told to stop by %s", signal.Signals(number).name)
    raise StoppedError


def main() -> int:
    home = Home(Path(sys.argv[1]))
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
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
