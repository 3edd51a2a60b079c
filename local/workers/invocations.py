"""The JSON that Lambda gives to a function for a stream's records, and to a failure destination.

Shapes: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html and
https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from local.workers.batches import Batch
from local.workers.functions import Answer
from local.workers.shards import Record

_HEAD, _SEPARATOR, _TAIL = b'{"Records":[', b",", b"]}"
PAYLOAD_OVERHEAD_BYTES = len(_HEAD) + len(_TAIL)

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
AGE_EXCEEDED = "MaximumRecordAgeExceeded"


def event_record(record: Record, *, stream_arn: str) -> bytes:
    """One element of the event's `Records`, as JSON."""
    region, account = stream_arn.split(":")[3:5]
    element = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": record.sequence_number,
            "data": base64.b64encode(record.data).decode(),
            "approximateArrivalTimestamp": record.arrived_ms / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{record.shard_id}:{record.sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{account}:role/lambda-role",
        "awsRegion": region,
        "eventSourceARN": stream_arn,
    }
    return json.dumps(element, separators=(",", ":")).encode()


def event_record_size(element: bytes) -> int:
    """The bytes that an element adds to the payload."""
    return len(element) + len(_SEPARATOR)


def event(elements: Sequence[bytes]) -> bytes:
    """The payload of an invocation."""
    return _HEAD + _SEPARATOR.join(elements) + _TAIL


def failure_notice(
    batch: Batch,
    *,
    condition: str,
    answer: Answer,
    function_arn: str,
    stream_arn: str,
    at: datetime,
) -> dict[str, Any]:
    """What a failure destination is told of a discarded batch; the records are not in it."""
    first, last = batch.records[0], batch.records[-1]
    return {
        "requestContext": {
            "requestId": answer.request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        },
        "responseContext": {
            "statusCode": answer.status,
            "executedVersion": answer.version,
            "functionError": answer.error,
        },
        "version": "1.0",
        "timestamp": _iso(at),
        "KinesisBatchInfo": {
            "shardId": first.shard_id,
            "startSequenceNumber": first.sequence_number,
            "endSequenceNumber": last.sequence_number,
            "approximateArrivalOfFirstRecord": _iso(first.arrived_at),
            "approximateArrivalOfLastRecord": _iso(last.arrived_at),
            "batchSize": len(batch.records),
            "streamArn": stream_arn,
        },
    }


def failure_key(mapping_id: str, shard_id: str, at: datetime, unique: str) -> str:
    """The key of a notice in a failure bucket."""
    return f"aws/lambda/{mapping_id}/{shard_id}/{at:%Y/%m/%d}/{at:%Y-%m-%dT%H.%M.%S}-{unique}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
