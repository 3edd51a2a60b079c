"""A way to Glue on which answers get lost, as Iceberg's Java client meets it."""

from __future__ import annotations

import http.client
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@contextmanager
def lossy(endpoint, *, table, lands):
    """A server in front of `endpoint`, and the updates of `table` that it lost.

    Whether these take effect is `lands`; no answer to them ever comes.
    """
    lost = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(endpoint, table, lands, lost))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", lost
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(endpoint, table, lands, lost):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_update = self.headers.get("X-Amz-Target") == "AWSGlue.UpdateTable"
            is_lost = is_update and f'"Name":"{table}"'.encode() in body
            if is_lost:
                lost.append(table)
                self.close_connection = True
            if is_lost and not lands:
                return
            status, headers, answer = self._ask(body)
            if is_lost:
                return
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
