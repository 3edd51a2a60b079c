"""A MiniStack (S3 and Glue) with the local Athena in front of it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest

from local.athena import AthenaService
from tests.athena.lake import BUCKET, DATABASE, Lake


@pytest.fixture(scope="session")
def region_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("ministack")
    settings = {
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{os.devnull}/none",
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    serve = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--workers", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*serve, "--bind", f"127.0.0.1:{port}"],
            env=os.environ | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def aws(region_url: str) -> Iterator[None]:
    """Credentials and endpoints that no other account can answer to."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": region_url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        patch.delenv("AWS_SESSION_TOKEN", raising=False)
        yield


@pytest.fixture(scope="session")
def lake(aws: None) -> Lake:
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    boto3.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    return Lake()


@pytest.fixture(scope="session")
def service(
    lake: Lake,
    region_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AthenaService]:
    found = AthenaService(endpoint_url=region_url, state_dir=tmp_path_factory.mktemp("athena"))
    yield found
    found.close()


@pytest.fixture(scope="session")
def athena(service: AthenaService) -> Athena:
    return Athena(service)


class Athena:
    """Runs statements and waits for them."""

    def __init__(self, service: AthenaService) -> None:
        self.service = service

    def execute(self, sql: str, **request: object) -> dict:
        started = self.service.handle(
            "StartQueryExecution",
            {
                "QueryString": sql,
                "QueryExecutionContext": {"Database": DATABASE},
                "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"},
                **request,
            },
        )
        return self.wait(started["QueryExecutionId"])

    def wait(self, name: str) -> dict:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = self.service.handle("GetQueryExecution", {"QueryExecutionId": name})
            if found["QueryExecution"]["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return found["QueryExecution"]
            time.sleep(0.002)
        raise TimeoutError(name)

    def result(self, sql: str, **request: object) -> tuple[list[str], list[list[str | None]]]:
        """The columns as `name type`, and the rows, of a query that succeeds."""
        done = self.execute(sql, **request)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"].get("StateChangeReason")
        columns, rows = self.columns_and_rows(done)
        return [f"{c['Name']} {c['Type']}" for c in columns], rows

    def columns_and_rows(self, done: dict) -> tuple[list[dict], list[list[str | None]]]:
        """What GetQueryResults gives of an execution, without the header."""
        answer = self.service.handle(
            "GetQueryResults", {"QueryExecutionId": done["QueryExecutionId"]}
        )["ResultSet"]
        columns = answer["ResultSetMetadata"]["ColumnInfo"]
        rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer["Rows"]]
        if done["StatementType"] == "DML":
            assert rows[0] == [c["Name"] for c in columns]
            rows = rows[1:]
        return columns, rows

    def rows(self, sql: str, **request: object) -> list[list[str | None]]:
        return self.result(sql, **request)[1]

    def reason(self, sql: str, **request: object) -> str:
        """Why a statement failed."""
        done = self.execute(sql, **request)
        assert done["Status"]["State"] == "FAILED", done["Status"]
        return done["Status"]["StateChangeReason"]

    def scanned(self, sql: str) -> int:
        done = self.execute(sql)
        assert done["Status"]["State"] == "SUCCEEDED", done["Status"].get("StateChangeReason")
        return done["Statistics"]["DataScannedInBytes"]


@pytest.fixture(scope="session")
def athena_url(service: AthenaService) -> Iterator[str]:
    """The service over HTTP, for clients that know nothing of it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            operation = self.headers["X-Amz-Target"].removeprefix("AmazonAthena.")
            status, headers, content = service.respond(operation, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path / "state"
