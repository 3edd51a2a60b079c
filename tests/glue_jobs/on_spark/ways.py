"""Ways to Glue on which something happens to a commit, as Iceberg's Java client meets it."""

from __future__ import annotations

import http.client
import os
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from tests.glue_jobs.on_spark.session import session


@contextmanager
def losing(table, *, lands):
    """The answers to updates of `table` get lost, which take effect or not; yields which were."""
    lost = []

    def update(ask):
        lost.append(table)
        if lands:
            ask()

    with _way(table, update):
        yield lost


@contextmanager
def before_the_first_commit(table, meanwhile):
    """Somebody else does `meanwhile` before the first update of `table` arrives."""
    left = [meanwhile]

    def update(ask):
        if left:
            left.pop()()
        return ask()

    with _way(table, update):
        yield
    assert not left, f"nobody updated {table}"


@contextmanager
def _way(table, update):
    """Spark's way to Glue; `update` answers updates of `table`, or with None loses the answer."""
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(endpoint, table, update))
    thread = Thread(target=server.serve_forever)
    thread.start()
    java = session(endpoint)._jvm.System
    java.setProperty("aws.endpointUrlGlue", f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        java.clearProperty("aws.endpointUrlGlue")
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(endpoint, table, update):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_update = self.headers.get("X-Amz-Target") == "AWSGlue.UpdateTable"
            if is_update and f'"Name":"{table}"'.encode() in body:
                found = update(lambda: self._ask(body))
            else:
                found = self._ask(body)
            if found is None:
                self.close_connection = True
                return
            status, headers, answer = found
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _ask(self, body):
            upstream = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
            upstream.request("POST", self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            found = answer.status, answer.getheaders(), answer.read()
            upstream.close()
            return found

        def log_message(self, *_):
            pass

    return Handler
