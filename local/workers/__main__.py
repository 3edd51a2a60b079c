"""`python -m local.workers`: the workers of a laptop's region, in one process."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from local.workers.firehose import DeliveryStreams
from local.workers.fleet import Worker, run
from local.workers.functions import CLIENT_SETTINGS, invoker
from local.workers.kinesis import Mappings

BUFFER_SECONDS = "LAKEHOUSE_FIREHOSE_SECONDS"

logger = Logger(service="workers", stream=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT, then deliver what is buffered. Returns the exit status."""
    options = _options(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    client = _clients(options.endpoint_url)
    invoke = invoker(client("lambda"))
    workers: dict[str, Worker] = {
        "kinesis": Mappings(client, invoke=invoke, state=options.state_dir / "kinesis"),
        "firehose": DeliveryStreams(
            client,
            invoke=invoke,
            state=options.state_dir / "firehose",
            buffer_seconds=options.firehose_seconds,
        ),
    }
    threads = [
        threading.Thread(target=run, args=(worker, stop, logger, name), name=name)
        for name, worker in workers.items()
    ]
    for thread in threads:
        thread.start()
    logger.info("workers started", endpoint_url=options.endpoint_url)
    for thread in threads:
        thread.join()
    logger.info("workers ended")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local.workers",
        description="Deliver a laptop region's streams to its functions and its lake.",
        epilog="Example: python -m local.workers --endpoint-url http://127.0.0.1:4566 "
        "--state-dir .lakehouse/workers",
    )
    parser.add_argument(
        "--endpoint-url",
        default=os.environ.get("AWS_ENDPOINT_URL"),
        help="the region's endpoint (default: AWS_ENDPOINT_URL)",
    )
    parser.add_argument("--state-dir", type=Path, required=True, help="where checkpoints are kept")
    parser.add_argument(
        "--firehose-seconds",
        type=float,
        default=os.environ.get(BUFFER_SECONDS),
        help=f"deliver after so many seconds, whatever the streams say (default: {BUFFER_SECONDS})",
    )
    options = parser.parse_args(arguments)
    session = boto3.Session()
    if not options.endpoint_url:
        parser.error("no region: give --endpoint-url or set AWS_ENDPOINT_URL")
    if session.region_name is None:
        parser.error("no region name: set AWS_DEFAULT_REGION, e.g. to us-east-1")
    if session.get_credentials() is None:
        parser.error("no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to test")
    return options


def _clients(endpoint_url: str) -> Callable[[str], Any]:
    """Makes boto3 clients by service name; threads may share them."""
    session = boto3.Session()
    many = {"max_pool_connections": 50}

    def client(service: str) -> Any:
        settings = CLIENT_SETTINGS if service == "lambda" else {}
        config = Config(**many, **settings)
        return session.client(service, endpoint_url=endpoint_url, config=config)

    return client


if __name__ == "__main__":
    logging.captureWarnings(capture=True)
    sys.exit(main())
