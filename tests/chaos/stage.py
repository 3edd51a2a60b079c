"""The region under attack, and how the driver speaks to it."""

from __future__ import annotations

import csv
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from local.environment import CREDENTIALS, FIREHOSE_SECONDS, REGION
from local.region import Region
from local.workers.checkpoints import Checkpoints
from tests.chaos.journal import Journal

# What is deployed would have Firehose wait for minutes.
VARIABLES = {FIREHOSE_SECONDS: "5"}

# Then a question is given up. What it reads is kept for longer: see tests/chaos/operations.py.
QUERY_SECONDS = 60.0
_POLL_SECONDS = 0.1


# What a call may raise when a process of the region dies under it.
CALL_FAILED = (BotoCoreError, ClientError, OSError)


class QueryFailedError(Exception):
    """A query ended without an answer; the message is Athena's reason."""


class Outage:
    """Lets many work, or one take the whole region down."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._working = 0
        self._is_out = False

    @contextmanager
    def working(self) -> Iterator[None]:
        """The region is not taken down meanwhile."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_out)
            self._working += 1
        try:
            yield
        finally:
            with self._condition:
                self._working -= 1
                self._condition.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody works meanwhile, and who does is awaited."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_out and not self._working)
            self._is_out = True
        try:
            yield
        finally:
            with self._condition:
                self._is_out = False
                self._condition.notify_all()


@dataclass
class Stage:
    """A region that is up, its journal, and the event that ends the chaos.

    When the chaos is abandoned, what is still to be done is left undone.
    """

    region: Region
    endpoint: str
    journal: Journal
    stop: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)
    outage: Outage = field(default_factory=Outage)

    def keep_doing(self, what: Callable[[], None], *, pauses: Iterator[float]) -> None:
        """Do it again and again, after pauses in seconds, until the stop; calls may fail."""
        for pause in pauses:
            if self.stop.wait(pause):
                return
            try:
                what()
            except CALL_FAILED as error:
                self.journal.note(f"{what.__qualname__}: {type(error).__name__}: {error}")

    def client(self, service: str, *, attempts: int = 4, read_seconds: float = 30.0) -> Any:
        """A boto3 client, which threads may share."""
        session = boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        config = Config(
            retries={"total_max_attempts": attempts, "mode": "standard"},
            connect_timeout=5,
            read_timeout=read_seconds,
            max_pool_connections=20,
            s3={"addressing_style": "path"},
        )
        return session.client(service, endpoint_url=self.endpoint, config=config)

    def speed_checkpoints(self, dataset: Dataset) -> Checkpoints:
        """How far the speed λ has come, by shard."""
        stream = layout.stream_name(layout.DEFAULT_PREFIX, dataset.name)
        function = layout.speed_function_name(layout.DEFAULT_PREFIX, dataset.name)
        return Checkpoints(self.region.home.workers / "kinesis" / stream / function)

    def raw_checkpoints(self, dataset: Dataset) -> Checkpoints:
        """How far Firehose has come, by shard."""
        stream = layout.stream_name(layout.DEFAULT_PREFIX, dataset.name)
        return Checkpoints(self.region.home.workers / "firehose" / stream)

    def boundary(self, dataset: Dataset) -> Boundary:
        """What is published now."""
        name = layout.serving_view(dataset.name)
        table = self.client("glue").get_table(DatabaseName=layout.DEFAULT_PREFIX, Name=name)
        return Boundary.from_parameters(table["Table"]["Parameters"])


class Athena:
    """Asks, and gives the rows as text."""

    def __init__(self, stage: Stage) -> None:
        self._athena = stage.client("athena", attempts=2)
        self._s3 = stage.client("s3", attempts=2)

    def ask(self, sql: str) -> list[list[str]]:
        """The rows of a query, without their header. Raises QueryFailedError and botocore's."""
        query_id = self._athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": layout.DEFAULT_PREFIX},
            WorkGroup=layout.DEFAULT_PREFIX,
        )["QueryExecutionId"]
        execution = self._ended(query_id)
        status = execution["Status"]
        if status["State"] != "SUCCEEDED":
            raise QueryFailedError(status.get("StateChangeReason", status["State"]))
        place = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://")
        bucket, _, key = place.partition("/")
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return list(csv.reader(io.StringIO(body)))[1:]

    def _ended(self, query_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + QUERY_SECONDS
        while time.monotonic() < deadline:
            execution: dict[str, Any] = self._athena.get_query_execution(QueryExecutionId=query_id)[
                "QueryExecution"
            ]
            if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return execution
            time.sleep(_POLL_SECONDS)
        self._athena.stop_query_execution(QueryExecutionId=query_id)
        raise QueryFailedError(f"not answered in {QUERY_SECONDS:.0f} s")
