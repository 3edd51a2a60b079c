"""Where Lambda reports the batches that it discards: an SQS queue or an S3 bucket."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from local.workers.invocations import failure_key

# (notice, payload of the discarded batch, mapping id, time, unique) -> None
Report = Callable[[dict[str, Any], bytes, str, datetime, str], None]


def reporter(destination_arn: str, client: Callable[[str], Any]) -> Report | None:
    """What reports to `destination_arn`; None if there is no destination.

    `client` makes a boto3 client by service name. The destination is of one of DESTINATIONS.
    """
    if not destination_arn:
        return None
    service = destination_arn.split(":")[2]
    return _REPORTERS[service](destination_arn, client(service))


def _queue_reporter(arn: str, sqs: Any) -> Report:
    account, name = arn.split(":")[4:6]

    def report(
        notice: dict[str, Any], _payload: bytes, _mapping: str, _at: datetime, _unique: str
    ) -> None:
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(notice))

    return report


def _bucket_reporter(arn: str, s3: Any) -> Report:
    bucket = arn.split(":::")[1]

    def report(
        notice: dict[str, Any], payload: bytes, mapping_id: str, at: datetime, unique: str
    ) -> None:
        shard_id = notice["KinesisBatchInfo"]["shardId"]
        # A bucket also gets the event itself, as text.
        body = json.dumps({**notice, "payload": payload.decode()})
        key = failure_key(mapping_id, shard_id, at, unique)
        s3.put_object(Bucket=bucket, Key=key, Body=body.encode())

    return report


_REPORTERS: dict[str, Callable[[str, Any], Report]] = {
    "sqs": _queue_reporter,
    "s3": _bucket_reporter,
}
DESTINATIONS = frozenset(_REPORTERS)
