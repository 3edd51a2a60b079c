"""A MiniStack on loopback, for tests that need Glue's VersionId and S3's If-Match to be real."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

_START_SECONDS = 60


@contextlib.contextmanager
def ministack(folder):
    """The endpoint of a MiniStack that lives as long as the context."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--workers", "0"]
    environment = os.environ | {
        "GATEWAY_PORT": str(port),
        "SERVICES": "s3,glue",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{os.devnull}/none",
        "LOG_LEVEL": "ERROR",
        "TMPDIR": str(folder),
    }
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(child, f"http://127.0.0.1:{port}/_ministack/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(30)


def _wait(child, address):
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert child.poll() is None, "MiniStack ended"
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=5)  # noqa: S310
            return
        time.sleep(0.05)
    raise AssertionError("MiniStack did not answer")
