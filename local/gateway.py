"""The one door of a laptop's region: answers some AWS operations itself, passes on the rest.

It listens on 127.0.0.1 and refuses what a web page may send there: a page that reaches a loopback
address under its own name (DNS rebinding) names a foreign Host, any other names its Origin, or its
browser says that the request is not the endpoint's own (https://www.w3.org/TR/fetch-metadata/).

Bodies are passed on in blocks as they come, and headers as they are: signatures cover them, and
S3's Date is the clock that the lake goes by.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from local.upstream import SocketConnection

# (operation, body) -> (status, headers, body)
Respond = Callable[[str, bytes], tuple[int, Mapping[str, str], bytes]]

ADDRESS = "127.0.0.1"
_BACKLOG = 256
_BLOCK = 256 * 1024
_POLL_SECONDS = 0.1
_TARGET = "X-Amz-Target"
# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_BODILESS = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED))
_JSON = {"Content-Type": "application/x-amz-json-1.1"}
_LAST_CHUNK = b"0\r\n\r\n"

logger = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request that is not answered; the text says why."""


def check_sender(headers: Mapping[str, str] | Message) -> None:
    """Raise RefusedError if a request may come from a foreign web page.

    Hosts are loopback names; `bucket.localhost` is one, by https://www.rfc-editor.org/rfc/rfc6761.
    """
    host = headers.get("Host", "")
    name = urlsplit(f"//{host}").hostname or ""
    if name not in ("127.0.0.1", "localhost", "::1") and not name.endswith(".localhost"):
        raise RefusedError(f"Host {host!r} is not this machine's loopback address")
    origin = headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        raise RefusedError(f"Origin {origin!r} is foreign")
    if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        raise RefusedError("a foreign page asked for this")


def listen(port: int) -> socket.socket:
    """Listen on `port` of the loopback address (0: any that is free). OSError if it is taken."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def endpoint_of(listener: socket.socket) -> str:
    """The endpoint that clients are told."""
    return f"http://{ADDRESS}:{listener.getsockname()[1]}"


class Gateway:
    """Serves on `listener` (see `listen`) from `start` to `stop`, which closes it.

    `routes` says who answers which X-Amz-Target, by its service ("AmazonAthena") or in full
    ("AWSGlue.StartJobRun"); everything else goes to `upstream`, a Unix socket.
    """

    def __init__(
        self, listener: socket.socket, *, upstream: Path, routes: Mapping[str, Respond]
    ) -> None:
        handler = type("_BoundHandler", (_Handler,), {"upstream": upstream, "routes": routes})
        self.endpoint = endpoint_of(listener)
        self._server = _Server(listener, handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="gateway", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening. Requests under way are cut off."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _answered(
    respond: Respond, operation: str, body: bytes
) -> tuple[int, Mapping[str, str], bytes]:
    # A fault of ours is an answer too: without one, clients would report a broken connection.
    try:
        return respond(operation, body)
    except Exception:
        logger.exception("%s failed", operation)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return status, _JSON, _error(status, f"{operation} failed; the region's log says why")


def _error(status: HTTPStatus, message: str) -> bytes:
    return json.dumps({"__type": status.phrase.replace(" ", ""), "message": message}).encode()


def _chunk(block: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(block), block)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def handle_error(self, _: object, client_address: object) -> None:
        logger.exception("the connection of %s failed", client_address)


class _Handler(BaseHTTPRequestHandler):
    """One client's connection, with a connection of its own to the upstream."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = _BLOCK

    upstream: ClassVar[Path]
    routes: ClassVar[Mapping[str, Respond]]

    def setup(self) -> None:
        super().setup()
        self._connection = SocketConnection(self.upstream)

    def finish(self) -> None:
        self._connection.close()
        with contextlib.suppress(ConnectionError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def handle_expect_100(self) -> bool:
        # botocore waits a second for this before it sends a body.
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)

    def _answer(self) -> None:
        try:
            check_sender(self.headers)
            blocks = self._body()
        except RefusedError as refusal:
            logger.warning("refused a request: %s", refusal)
            self._refuse(HTTPStatus.FORBIDDEN, str(refusal))
            return
        target = self.headers.get(_TARGET, "")
        service, _, operation = target.partition(".")
        respond = self.routes.get(target) or self.routes.get(service)
        if respond:
            self._respond(*_answered(respond, operation, b"".join(blocks)))
        else:
            self._forward(blocks)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_OPTIONS = do_PATCH = _answer

    def _respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        # The body that may follow is not read, so the connection cannot be used again.
        self.close_connection = True
        self._respond(status, _JSON | {"Connection": "close"}, _error(status, message))

    def _body(self) -> Iterator[bytes]:
        """The request's body, in blocks. Raises RefusedError if its length is in doubt."""
        encoding = self.headers.get("Transfer-Encoding")
        length = self.headers.get("Content-Length")
        if encoding is None:
            return self._blocks(int(length or 0))
        if length is not None or encoding.lower() != "chunked":
            raise RefusedError("a body has either a Content-Length or chunks")
        return self._chunks()

    def _blocks(self, length: int) -> Iterator[bytes]:
        while length:
            block = self.rfile.read(min(length, _BLOCK))
            if not block:
                raise ConnectionAbortedError("the client left in the middle of a body")
            length -= len(block)
            yield block

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield from self._blocks(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers are for who sent them

    def _forward(self, blocks: Iterable[bytes]) -> None:
        try:
            response = self._exchange(blocks)
        except (FileNotFoundError, ConnectionRefusedError, http.client.HTTPException) as error:
            logger.warning("no answer from MiniStack: %r", error)
            self._connection.close()
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "the region is starting or stopping")
            return
        self.send_response_only(response.status, response.reason)
        chunked = self._send_headers(response)
        while block := response.read(_BLOCK):
            self.wfile.write(_chunk(block) if chunked else block)
        if chunked:
            self.wfile.write(_LAST_CHUNK)
        if response.length:
            self.close_connection = True  # cut short: the client must not wait for the rest

    def _exchange(self, blocks: Iterable[bytes]) -> http.client.HTTPResponse:
        connection = self._connection
        connection.reuse()
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            # 100-continue has been answered by the time that the body is here.
            if name.lower() not in _HOP_BY_HOP and name.lower() != "expect":
                connection.putheader(name, value)
        chunked = "Transfer-Encoding" in self.headers
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for block in blocks:
            connection.send(_chunk(block) if chunked else block)
        if chunked:
            connection.send(_LAST_CHUNK)
        return connection.getresponse()

    def _send_headers(self, response: http.client.HTTPResponse) -> bool:
        """Pass on the headers; True if the body has to be sent in chunks."""
        for name, value in response.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        bodiless = self.command == "HEAD" or response.status in _BODILESS
        chunked = not bodiless and response.getheader("Content-Length") is None
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        return chunked
