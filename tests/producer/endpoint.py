"""A Kinesis endpoint over HTTP that only knows PutRecords, for producers in other processes."""

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Endpoint:
    """What was stored, and what is wrong.

    While `gate` is closed (clear), calls are stored and their answers wait. While `is_down`,
    connections break.
    """

    def __init__(self):
        self.stored = []
        self.changed = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()
        self.is_down = False
        self.url = ""

    def store(self, entries):
        with self.changed:
            self.stored += [base64.b64decode(entry["Data"]) for entry in entries]
            self.changed.notify_all()
        self.gate.wait(30)
        return {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1"} for _ in entries]}

    def wait_for(self, count):
        """Wait until so many records are stored."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.stored) >= count, timeout=30)


@contextmanager
def serving():
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if endpoint.is_down:
                self.close_connection = True
                return
            answer = json.dumps(endpoint.store(json.loads(body)["Records"])).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except BrokenPipeError:
                self.close_connection = True  # the producer was killed

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
