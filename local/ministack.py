"""MiniStack, unpatched, behind a socket that only this user can open.

By itself it listens on every interface, answers any web page's cross-origin requests, and runs code
that it is sent. Its ASGI app is served here on a Unix socket in a private folder instead, so that
the gateway is the only way in. It is told the gateway's port as its own, and so the addresses that
it hands out (a custom resource's ResponseURL, a λ's endpoint) lead through the gateway too.
"""

from __future__ import annotations

import http.client
import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.environment import REGION, child_environment
from local.gateway import Respond
from local.home import Home
from local.processes import Child
from local.upstream import KEEP_SECONDS, SocketConnection

READY = "/_ministack/ready"
_START_SECONDS = 60.0
# What it has not written by then is lost; a busy machine takes its time.
_STOP_SECONDS = 60.0
# macOS; Linux lets it be four more.
_LONGEST_SOCKET_PATH = 103

logger = logging.getLogger(__name__)


class MiniStackError(RuntimeError):
    """MiniStack did not start."""


class MiniStack:
    """A MiniStack with its state in `home`, on `socket`. Its λs reach the region at `endpoint`.

    It has our descriptors of `inherited` too.
    """

    def __init__(
        self, home: Home, *, endpoint: str, socket: Path, inherited: Sequence[int] = ()
    ) -> None:
        self._socket = socket
        self._inherited = inherited
        self._environment = settings(home, endpoint=endpoint)
        self._child: Child | None = None

    def start(self) -> None:
        """Start it; it answers a little later. Raises MiniStackError."""
        if len(os.fsencode(self._socket)) > _LONGEST_SOCKET_PATH:
            raise MiniStackError(
                f"no socket can be made at {self._socket}: its path has more than "
                f"{_LONGEST_SOCKET_PATH} bytes; set TMPDIR to a shorter folder, such as /tmp"
            )
        serve = ("hypercorn", "ministack.app:app", "--workers", "0", "--graceful-timeout", "1")
        bound = ("--bind", f"unix:{self._socket}", "--keep-alive", str(KEEP_SECONDS))
        command = [*serve, *bound]
        self._child = Child(
            "MiniStack", command, environment=self._environment, inherited=self._inherited
        )

    def await_ready(self) -> None:
        """Wait until it answers. Raises MiniStackError."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self.exit_status is not None:
                raise MiniStackError(f"MiniStack ended with status {self.exit_status}")
            if time.monotonic() > deadline:
                raise MiniStackError(f"MiniStack did not answer in {_START_SECONDS:.0f} s")
            time.sleep(0.05)

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._child.exit_status if self._child else None

    def stop(self) -> None:
        """End it in order: only then does it write what is not in S3."""
        if self._child:
            self._child.stop(_STOP_SECONDS)

    def _is_ready(self) -> bool:
        connection = SocketConnection(self._socket)
        try:
            connection.request("GET", READY)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def responder(socket: Path, service: str) -> Respond:
    """Asks the MiniStack on `socket`, as a service of the JSON protocol such as "AmazonAthena"."""

    def respond(operation: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        connection = SocketConnection(socket)
        try:
            connection.request("POST", "/", body, {"X-Amz-Target": f"{service}.{operation}"})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    return respond


def settings(home: Home, *, endpoint: str) -> Mapping[str, str]:
    """MiniStack's environment, which its λs inherit."""
    port = endpoint.rpartition(":")[2]
    return child_environment(endpoint) | {
        "GATEWAY_PORT": port,
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        # S3 is on disk as it is written; the rest is written by an orderly stop.
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home.ministack / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home.ministack / "state"),
        # λs run as processes of this very Python, which has their libraries.
        "LAMBDA_EXECUTOR": "local",
        "TMPDIR": str(home.scratch),
        # It would open ports on every interface for these.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # It would look for containers to clean up; there are none of ours.
        "DOCKER_HOST": f"unix://{os.devnull}/none",
        "LOG_LEVEL": "WARNING",
    }
