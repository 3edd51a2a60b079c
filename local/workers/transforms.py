"""Firehose's calls of a transform λ, and what it makes of the answers.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html (calls),
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html (answers),
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html (retries).
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from local.workers.delivery_streams import DeliveryStream
from local.workers.fleet import backoff_seconds
from local.workers.functions import PAYLOAD_BYTES, Invoke
from local.workers.shards import Record

logger = Logger(service="firehose", stream=sys.stderr)

FUNCTION_ERROR = "Lambda.FunctionError"
PROCESSING_FAILED = "Lambda.ProcessingFailedStatus"
BAD_ANSWER = "Lambda.JsonProcessingException"
MISSING_RECORD = "Lambda.MissingRecordId"
DUPLICATE_RECORD = "Lambda.DuplicatedRecordId"

MESSAGES = {
    FUNCTION_ERROR: "The function was invoked and returned an error",
    PROCESSING_FAILED: "The function answered ProcessingFailed for the record",
    BAD_ANSWER: "The function's answer is not records with recordId, result and data, within 6 MB",
    MISSING_RECORD: "The function's answer lacks a record that it was given",
    DUPLICATE_RECORD: "The function's answer holds a record twice",
}


@dataclass(frozen=True)
class Transformed:
    """A record, and the data that goes on to the destination."""

    record: Record
    data: bytes


@dataclass(frozen=True)
class Failed:
    """A record that the transform did not deliver."""

    record: Record
    code: str
    message: str
    attempts: int


# None: the λ dropped the record on purpose.
Outcome = Transformed | Failed | None


class AnswerError(Exception):
    """A call failed, or its answer is rejected as a whole. `code` is Firehose's for the reason."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(": ".join(filter(None, (MESSAGES.get(code), detail))))
        self.code = code


class Transformer:
    """Calls a stream's λ with as many records as its buffer holds; without a λ, passes them on.

    `wait` sleeps so many seconds between attempts.
    """

    def __init__(
        self, stream: DeliveryStream, *, invoke: Invoke, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._stream = stream
        self._transform = stream.transform
        self._invoke = invoke
        self._wait = wait

    def next_call(self, pending: Sequence[Record], *, is_last: bool) -> int:
        """How many of the pending records the next call takes; 0 to wait for more.

        A call is as large as the λ's buffer and under Lambda's 6 MB; if `is_last`, it takes what
        there is.
        """
        if self._transform is None:
            return len(pending)
        data, payload = 0, 1_024
        for count, record in enumerate(pending):
            data += len(record.data)
            payload += len(record.data) * 4 // 3 + len(record.partition_key) + 512
            if count and (data > self._transform.buffer_bytes or payload > PAYLOAD_BYTES):
                return count
        return len(pending) if is_last else 0

    def call(self, records: Sequence[Record]) -> Sequence[Outcome]:
        """What becomes of each record. A call that keeps failing fails for all its records.

        Raises botocore's errors other than ClientError: when the region does not answer at all,
        that is no verdict on the records.
        """
        if self._transform is None:
            return [Transformed(record, record.data) for record in records]
        payload = event(self._stream, records)
        attempts = self._transform.retries + 1
        problem = AnswerError(FUNCTION_ERROR)
        for attempt in range(attempts):
            if attempt:
                self._wait(backoff_seconds(attempt))
            try:
                return read_answer(records, self._answer(self._transform.function_arn, payload))
            except AnswerError as error:
                problem = error
            logger.warning("transform failed", stream=self._stream.name, error=str(problem))
        return [Failed(record, problem.code, str(problem), attempts) for record in records]

    def _answer(self, function_arn: str, payload: bytes) -> bytes:
        try:
            answer = self._invoke(function_arn, payload)
        except ClientError as error:
            raise AnswerError(f"Lambda.{error.response['Error']['Code']}", str(error)) from error
        if answer.error:
            raise AnswerError(FUNCTION_ERROR, answer.body[:500].decode(errors="replace"))
        return answer.body


def record_id(record: Record) -> str:
    """Firehose's own id of a record; unique within a call."""
    return f"{record.shard_id}-{record.sequence_number}"


def event(stream: DeliveryStream, records: Sequence[Record]) -> bytes:
    """The payload of a call. Times are milliseconds since 1970."""
    return json.dumps(
        {
            "invocationId": str(uuid.uuid4()),
            "sourceKinesisStreamArn": (
                f"arn:aws:kinesis:{stream.region}:{stream.account}:stream/{stream.source}"
            ),
            "deliveryStreamArn": stream.arn,
            "region": stream.region,
            "records": [_event_record(record) for record in records],
        },
        separators=(",", ":"),
    ).encode()


def read_answer(records: Sequence[Record], body: bytes) -> Sequence[Outcome]:
    """What became of each record, in order.

    Raises AnswerError unless the answer has each record exactly once, with a known result.
    """
    answered = _by_id(body)
    if answered.keys() != {record_id(record) for record in records}:
        raise AnswerError(MISSING_RECORD)
    return [_outcome(record, answered[record_id(record)]) for record in records]


def _event_record(record: Record) -> dict[str, Any]:
    return {
        "recordId": record_id(record),
        "approximateArrivalTimestamp": record.arrived_ms,
        "data": base64.b64encode(record.data).decode(),
        "kinesisRecordMetadata": {
            "sequenceNumber": record.sequence_number,
            "subsequenceNumber": "",
            "partitionKey": record.partition_key,
            "shardId": record.shard_id,
            "approximateArrivalTimestamp": record.arrived_ms,
        },
    }


def _by_id(body: bytes) -> dict[str, dict[str, Any]]:
    if len(body) > PAYLOAD_BYTES:
        raise AnswerError(BAD_ANSWER)
    try:
        answers = json.loads(body)["records"]
        by_id = {answer["recordId"]: answer for answer in answers}
    except (ValueError, KeyError, TypeError) as error:
        raise AnswerError(BAD_ANSWER) from error
    if len(by_id) != len(answers):
        raise AnswerError(DUPLICATE_RECORD)
    return by_id


def _outcome(record: Record, answer: dict[str, Any]) -> Outcome:
    result = answer.get("result")
    if result == "Dropped":
        return None
    if result == "ProcessingFailed":
        return Failed(record, PROCESSING_FAILED, MESSAGES[PROCESSING_FAILED], attempts=1)
    try:
        data = base64.b64decode(answer["data"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise AnswerError(BAD_ANSWER) from error
    if result != "Ok":
        raise AnswerError(BAD_ANSWER)
    return Transformed(record, data)
