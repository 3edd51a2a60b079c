"""HTTP to a server on a Unix socket."""

from __future__ import annotations

import http.client
import select
import socket
from pathlib import Path


class SocketConnection(http.client.HTTPConnection):
    """An HTTP connection over a Unix socket; requests name their own host."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))

    def reuse(self) -> None:
        """Make ready for another request.

        A server that has closed an idle connection makes it readable; sending on it would lose a
        request whose body cannot be sent twice. The next request connects again by itself.
        """
        if self.sock is not None and select.select([self.sock], [], [], 0)[0]:
            self.close()
