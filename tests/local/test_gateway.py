"""The gateway in front of an upstream that tells what it was asked."""

import http.client
import json
import logging
import os
import socket
import socketserver
import tempfile
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from local.gateway import Gateway, RefusedError, check_sender, listen
from local.upstream import IDLE_SECONDS, KEEP_SECONDS, SocketConnection

ATHENA = {"X-Amz-Target": "AmazonAthena.GetQueryExecution"}
DATE = "Fri, 20 Nov 2026 10:05:00 GMT"


class Upstream(BaseHTTPRequestHandler):
    """Echoes: /echo the body, /chunks the body in chunks, /gone hangs up after its answer."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.read_chunks() if "Transfer-Encoding" in self.headers else self.read_length()
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        self.send_response_only(200, "Fine")
        self.send_header("Date", DATE)
        self.send_header("ETag", '"an etag"')
        self.send_header("x-twice", "1")
        self.send_header("x-twice", "2")
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            half = len(body) // 2
            for part in (body[:half], body[half:], b""):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = self.path == "/gone"

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

    def read_length(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


class UpstreamServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path):
        super().__init__(str(path), Upstream)
        self.requests = []
        self.closed = threading.Semaphore(0)

    def shutdown_request(self, request):
        super().shutdown_request(request)
        self.closed.release()


@pytest.fixture
def folder():
    # pytest's own folders are too deep for the path of a socket.
    with tempfile.TemporaryDirectory(prefix="lakehouse-") as path:
        yield Path(path)


@pytest.fixture
def upstream(folder):
    with UpstreamServer(folder / "s") as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


def failing(operation, body):
    raise ZeroDivisionError


def answering(name):
    def respond(operation, body):
        told = {"service": name, "operation": operation, "body": body.decode()}
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode()

    return respond


ROUTES = {
    "AmazonAthena": answering("athena"),
    "AWSGlue.StartJobRun": answering("jobs"),
    "Broken": failing,
}


@pytest.fixture
def gateway(folder):
    gateway = Gateway(listen(0), upstream=folder / "s", routes=ROUTES)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture
def client(gateway):
    connection = http.client.HTTPConnection(*address(gateway), timeout=20)
    yield connection
    connection.close()


def address(gateway):
    host, port = gateway.endpoint.removeprefix("http://").split(":")
    return host, int(port)


def ask(client, method="GET", path="/echo", body=None, headers=None, **options):
    client.request(method, path, body, headers or {}, **options)
    response = client.getresponse()
    return response, response.read()


# --- Who may ask


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4599", "localhost", "localhost:4599", "bucket.localhost:4599", "[::1]:1"]
)
def test_loopback_hosts_are_answered(host):
    check_sender({"Host": host})


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:4599", "10.0.0.1", ""],
)
def test_foreign_hosts_are_refused(host):
    with pytest.raises(RefusedError, match="loopback"):
        check_sender({"Host": host})


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8888"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_foreign_pages_are_refused(headers):
    with pytest.raises(RefusedError):
        check_sender({"Host": "127.0.0.1:4599", **headers})


def test_the_endpoints_own_pages_are_answered():
    own = {"Origin": "http://127.0.0.1:4599", "Sec-Fetch-Site": "same-origin"}
    check_sender({"Host": "127.0.0.1:4599", **own})


@pytest.mark.parametrize("target", [{}, ATHENA])
def test_a_refused_request_reaches_nobody(client, upstream, target):
    response, body = ask(client, "POST", body=b"{}", headers={"Host": "evil.example", **target})
    assert (response.status, response.getheader("Connection")) == (403, "close")
    assert json.loads(body)["message"] == (
        "Host 'evil.example' is not this machine's loopback address"
    )
    assert upstream.requests == []


def test_it_listens_on_the_loopback_address_alone(gateway):
    assert address(gateway)[0] == "127.0.0.1"
    assert gateway._server.socket.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_an_error(gateway, folder):
    with pytest.raises(OSError, match="in use"):
        listen(address(gateway)[1])


# --- What is passed on


def test_a_request_is_passed_on_as_it_is(client, upstream):
    headers = {"Host": "bucket.localhost:1", "If-Match": '"e"', "Authorization": "AWS4 Credential"}
    ask(client, "PUT", "/echo/a%2Fb?x-id=PutObject&y", b"abc", headers)
    [(method, path, seen, body)] = upstream.requests
    assert (method, path, body) == ("PUT", "/echo/a%2Fb?x-id=PutObject&y", b"abc")
    assert seen == {
        "Host": "bucket.localhost:1",
        "Accept-Encoding": "identity",
        "Content-Length": "3",
        "If-Match": '"e"',
        "Authorization": "AWS4 Credential",
    }


def test_an_answer_is_passed_on_as_it_is(client, upstream):
    response, body = ask(client, body=b"abc")
    assert (response.status, response.reason, body) == (200, "Fine", b"abc")
    assert response.getheaders() == [
        ("Date", DATE),
        ("ETag", '"an etag"'),
        ("x-twice", "1"),
        ("x-twice", "2"),
        ("Content-Length", "3"),
    ]


@pytest.mark.parametrize("path", ["/echo", "/chunks"])
def test_large_bodies_arrive_whole(client, upstream, path):
    sent = os.urandom(8_000_001)
    _, received = ask(client, "PUT", path, sent)
    assert upstream.requests[0][3] == sent
    assert received == sent


def test_a_body_in_chunks_arrives_whole(client, upstream):
    parts = [b"abc", b"d" * 70_000, b"e"]
    _, received = ask(
        client, "PUT", body=iter(parts), headers={"Transfer-Encoding": "chunked"},
        encode_chunked=True,
    )  # fmt: skip
    assert upstream.requests[0][3] == b"".join(parts)
    assert received == b"".join(parts)


def test_a_body_with_two_lengths_is_refused(client, upstream):
    doubtful = {"Transfer-Encoding": "chunked", "Content-Length": "3"}
    response, _ = ask(client, "POST", body=b"abc", headers=doubtful)
    assert response.status == 403
    assert upstream.requests == []


def test_an_answer_to_head_has_a_length_and_no_body(client, upstream):
    response, body = ask(client, "HEAD", body=b"abc")
    assert (response.getheader("Content-Length"), body) == ("3", b"")
    assert ask(client, body=b"next")[1] == b"next"


def test_a_client_is_told_to_go_on_before_its_body(gateway, upstream):
    with socket.create_connection(address(gateway), timeout=20) as client:
        client.sendall(
            b"PUT /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Length: 3\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert client.recv(100).startswith(b"HTTP/1.1 200 Fine\r\n")
    assert "Expect" not in upstream.requests[0][2]


def test_requests_share_a_connection(client, upstream):
    for body in (b"one", b"two", b"three"):
        assert ask(client, "POST", body=body)[1] == body
    assert client.sock is not None


def test_a_connection_that_the_upstream_closed_is_made_again(client, upstream):
    for body in (b"one", b"two", b"three"):
        assert ask(client, "POST", "/gone", body)[1] == body
        # It hangs up after its answer, which may be here before: a request at that moment is lost.
        assert upstream.closed.acquire(timeout=60)
    assert len(upstream.requests) == 3


def test_a_connection_that_the_upstream_may_be_about_to_close_is_made_again(upstream, folder):
    now = [0.0]
    connection = SocketConnection(folder / "s", clock=lambda: now[0])
    used = []
    for idle_seconds in (0, IDLE_SECONDS, IDLE_SECONDS + 1):
        now[0] += idle_seconds
        connection.reuse()
        connection.request("POST", "/echo", b"one")
        assert connection.getresponse().read() == b"one"
        used.append(connection.sock)
    connection.close()
    first, second, third = used
    assert first is second
    assert third is not second
    assert IDLE_SECONDS < KEEP_SECONDS


def test_an_upstream_that_is_not_there_is_a_503(client):
    response, body = ask(client)
    assert response.status == 503
    assert json.loads(body)["message"] == "the region is starting or stopping"


# --- What is answered here


def test_a_service_is_answered_by_its_route(client, upstream):
    response, body = ask(client, "POST", "/", b'{"a": 1}', ATHENA)
    assert json.loads(body) == {
        "service": "athena",
        "operation": "GetQueryExecution",
        "body": '{"a": 1}',
    }
    assert response.getheader("Content-Type") == "application/x-amz-json-1.1"
    assert upstream.requests == []


def test_one_operation_of_a_service_is_answered_and_the_others_passed_on(client, upstream):
    _, body = ask(client, "POST", "/", b"{}", {"X-Amz-Target": "AWSGlue.StartJobRun"})
    assert json.loads(body)["service"] == "jobs"
    ask(client, "POST", "/echo", b"{}", {"X-Amz-Target": "AWSGlue.GetTable"})
    assert [path for _, path, _, _ in upstream.requests] == ["/echo"]


def test_a_fault_is_answered_and_logged(client, caplog):
    with caplog.at_level(logging.ERROR):
        response, body = ask(client, "POST", "/", b"{}", {"X-Amz-Target": "Broken.Do"})
    assert response.status == 500
    assert json.loads(body)["message"] == "Do failed; the region's log says why"
    assert "ZeroDivisionError" in caplog.text
