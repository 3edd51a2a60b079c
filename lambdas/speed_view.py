"""The speed λ: a batch of the stream becomes typed rows under a write epoch.

Reports success only after the protocol's loop: put, then read the seal, and put again under another
epoch if the one just written is closed. Rows may so be written many times; the view reads the tail
as a set. A record that is no event goes to the quarantine, each once, by shard and sequence number.
Anything unexpected fails the batch, and Kinesis delivers it again.
"""

from __future__ import annotations

import base64
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.datasets import get_dataset
from lakehouse.epochs import epoch_of, is_closed, open_epoch, s3_time
from lakehouse.events import Decode, Event, Invalid, decoder
from lakehouse.rows import Arrival, Row, parquet_bytes, quarantine_line, speed_rows
from lakehouse.state import State

logger = Logger(service="speed")
metrics = Metrics(service="speed")

_QUARANTINE_THREADS = 16

Rejected = tuple[bytes, Invalid, Arrival]


class MissingStateError(RuntimeError):
    """There is no state object, so nobody can know what is sealed."""


@cache
def _client() -> Any:
    return boto3.client("s3")


@cache
def _decoder(name: str) -> tuple[Dataset, Decode]:
    dataset = get_dataset(name)
    return dataset, decoder(dataset)


@logger.inject_lambda_context
@metrics.log_metrics(raise_on_empty_metrics=False)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Write a Kinesis batch's events as speed rows. Returns how many there were of each kind."""
    dataset, decode = _decoder(os.environ["DATASET"])
    bucket = os.environ["LAKE_BUCKET"]
    rows, rejected, unknown = _sorted_out(event["Records"], decode)
    _quarantine(_client(), bucket, dataset, rejected)
    epochs = write_rows(_client(), bucket, dataset, rows) if rows else []
    counts = {"events": len(rows), "quarantined": len(rejected), "unknown_fields": unknown}
    _measure(dataset, counts, rewrites=max(len(epochs) - 1, 0))
    logger.info("batch written", extra={"dataset": dataset.name, "epochs": epochs, **counts})
    return counts


def write_rows(s3: Any, bucket: str, dataset: Dataset, rows: list[Row]) -> list[str]:
    """Put rows under an epoch that is open after the put. Returns the epochs written, in order.

    Time is the `Date` header of S3's answers, nobody's own clock. Raises MissingStateError.
    """
    body = parquet_bytes(speed_rows(dataset, rows))
    written: list[str] = []
    state, now = _read_state(s3, bucket, dataset)
    while True:
        epoch = open_epoch(seal=state.seal, s3_epoch=epoch_of(now))
        key = layout.speed_key(dataset.name, epoch, uuid.uuid4().hex)
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        written.append(epoch)
        state, now = _read_state(s3, bucket, dataset)
        if not is_closed(epoch, seal=state.seal, s3_epoch=epoch_of(now)):
            return written


def _read_state(s3: Any, bucket: str, dataset: Dataset) -> tuple[State, datetime]:
    """The state object, and S3's time when it answered."""
    key = layout.state_key(dataset.name)
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.NoSuchKey:
        raise MissingStateError(
            f"s3://{bucket}/{key} is missing: a deployment creates it in a new lake only; "
            "docs/decisions/0007-a-lost-state-object.md says how to restore it"
        ) from None
    return State.from_json(answer["Body"].read()), s3_time(
        answer["ResponseMetadata"]["HTTPHeaders"]
    )


def _sorted_out(
    records: list[dict[str, Any]], decode: Decode
) -> tuple[list[Row], list[Rejected], int]:
    """The batch's events and its invalid records, each with its arrival; unknown fields counted."""
    rows: list[Row] = []
    rejected: list[Rejected] = []
    for record in records:
        kinesis = record["kinesis"]
        data = base64.b64decode(kinesis["data"])
        arrival = Arrival.at_milliseconds(
            kinesis["approximateArrivalTimestamp"] * 1000,
            record["eventID"].partition(":")[0],
            kinesis["sequenceNumber"],
        )
        verdict = decode(data)
        if isinstance(verdict, Event):
            rows.append((verdict, arrival))
        else:
            rejected.append((data, verdict, arrival))
    return rows, rejected, sum(event.unknown for event, _ in rows)


def _quarantine(s3: Any, bucket: str, dataset: Dataset, rejected: list[Rejected]) -> None:
    """Put each invalid record under the key that its place in the stream names, so each once."""

    def put(one: Rejected) -> None:
        data, verdict, arrival = one
        unique = f"{arrival.shard_id}-{arrival.sequence_number}"
        s3.put_object(
            Bucket=bucket,
            Key=layout.quarantine_key(dataset.name, arrival.arrived_at, unique),
            Body=quarantine_line(data, verdict, arrival, source="speed"),
        )

    with ThreadPoolExecutor(_QUARANTINE_THREADS) as pool:
        list(pool.map(put, rejected))


def _measure(dataset: Dataset, counts: dict[str, int], *, rewrites: int) -> None:
    metrics.add_dimension("dataset", dataset.name)
    for name, count in {**counts, "rewrites": rewrites}.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
