"""A MiniStack of one's own with one Kinesis stream, on loopback, for as long as it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

START_SECONDS = 60


@contextmanager
def emulated_kinesis(stream: str) -> Iterator[Any]:
    """A client of a Kinesis that has this stream, with four shards. Raises TimeoutError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": port, "LOG_LEVEL": "ERROR"}
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=home,
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _client(f"http://127.0.0.1:{port}", stream)
        finally:
            process.terminate()
            process.wait()


def _client(url: str, stream: str) -> Any:
    client = boto3.client(
        "kinesis",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",  # noqa: S106 - an emulator's
        config=Config(retries={"total_max_attempts": 1}),
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            client.create_stream(StreamName=stream, ShardCount=4)
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            client.get_waiter("stream_exists").wait(
                StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
            )
            return client
    raise TimeoutError(f"MiniStack did not start in {START_SECONDS} s")
