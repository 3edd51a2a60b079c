"""HTTP to a server on a Unix socket."""

from __future__ import annotations

import http.client
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path

# A server may close a connection that nobody uses, and a request that is sent at that moment is
# lost. So servers here keep theirs for KEEP_SECONDS, and clients use none that was idle so long.
KEEP_SECONDS = 75
IDLE_SECONDS = 60


class SocketConnection(http.client.HTTPConnection):
    """An HTTP connection over a Unix socket; requests name their own host."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("localhost")
        self._path = path
        self._clock = clock
        self._used_at = clock()

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))

    def reuse(self) -> None:
        """Make ready for another request.

        A server that has closed a connection makes it readable, and one that was idle for long it
        may be about to close; sending on either would lose a request whose body cannot be sent
        twice. The next request connects again by itself.
        """
        idle_for, self._used_at = self._clock() - self._used_at, self._clock()
        if self.sock is not None and (
            idle_for > IDLE_SECONDS or select.select([self.sock], [], [], 0)[0]
        ):
            self.close()
