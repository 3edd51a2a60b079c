import base64
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.workers.batches import BatchLimits, RetryPolicy
from local.workers.checkpoints import Checkpoints
from local.workers.destinations import reporter
from local.workers.functions import PAYLOAD_BYTES, Answer, Invoke
from local.workers.shard_delivery import ShardDelivery, Source, UnsupportedMappingError
from local.workers.shards import Page, Record

from .fakes import ARRIVED_AT, SHARD, Clock, ListReader, StreamFunction, patient, record

SOURCE = Source.of(
    {
        "UUID": "1-2-3",
        "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/lakehouse-turnstiles",
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:lakehouse-turnstiles-speed",
        "BatchSize": 4,
        "MaximumBatchingWindowInSeconds": 0,
    }
)


class MemoryCheckpoints(Checkpoints):
    """Checkpoints without a disk."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"))
        self.written: list[int] = []

    def write(self, shard_id: str, sequence_number: str) -> None:
        self.written.append(int(sequence_number))


class Setting:
    """A delivery with everything around it a stand-in."""

    def __init__(self, reader: ListReader, function: Invoke, **source: Any) -> None:
        self.clock = Clock()
        self.checkpoints = MemoryCheckpoints()
        self.notices: list[dict[str, Any]] = []
        self.is_finished = False
        self.delivery = ShardDelivery(
            replace(SOURCE, **source),
            reader=reader,
            checkpoints=self.checkpoints,
            invoke=function,
            report=self._report,
            clock=self.clock,
            now=self.clock.now,
            finished=self._finish,
        )

    def run(self, steps: int = 60) -> None:
        for _ in range(steps):
            if self.delivery.step() is None:
                return

    def _report(
        self, notice: dict[str, Any], payload: bytes, _mapping: str, _at: datetime, _unique: str
    ) -> None:
        self.notices.append({**notice, "payload": payload})

    def _finish(self) -> None:
        self.is_finished = True


def test_records_arrive_in_order_in_batches_of_the_batch_size() -> None:
    function = StreamFunction()
    setting = Setting(ListReader.of([record(n) for n in range(1, 10)]), function)
    setting.run()
    assert function.batches == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert setting.checkpoints.written == [4, 8, 9]


def test_a_function_gets_aws_event() -> None:
    function = StreamFunction()
    Setting(ListReader.of([record(7, b"\x00data")]), function).run()
    assert function.payloads == [
        {
            "Records": [
                {
                    "kinesis": {
                        "kinesisSchemaVersion": "1.0",
                        "partitionKey": "key-7",
                        "sequenceNumber": f"{7:056d}",
                        "data": base64.b64encode(b"\x00data").decode(),
                        "approximateArrivalTimestamp": 1795172399.123,
                    },
                    "eventSource": "aws:kinesis",
                    "eventVersion": "1.0",
                    "eventID": f"{SHARD}:{7:056d}",
                    "eventName": "aws:kinesis:record",
                    "invokeIdentityArn": "arn:aws:iam::000000000000:role/lambda-role",
                    "awsRegion": "us-east-1",
                    "eventSourceARN": SOURCE.stream_arn,
                }
            ]
        }
    ]


def test_a_batch_waits_for_its_window() -> None:
    function = StreamFunction()
    limits = replace(SOURCE.limits, window_seconds=5)
    setting = Setting(ListReader.of([record(1)], [record(2)]), function, limits=limits)
    setting.run(3)
    setting.clock.seconds += 4.9
    assert setting.delivery.step() == pytest.approx(0.1)
    assert function.batches == []
    setting.clock.seconds += 0.1
    setting.run(3)
    assert function.batches == [[1, 2]]


def test_a_payload_stays_under_lambdas_limit() -> None:
    megabyte = b"x" * 1_000_000
    sizes: list[int] = []

    def function(_name: str, payload: bytes) -> Answer:
        sizes.append(len(payload))
        return Answer(b"null")

    limits = replace(SOURCE.limits, records=10_000)
    setting = Setting(
        ListReader.of([record(n, megabyte) for n in range(9)]), function, limits=limits
    )
    setting.run()
    # Base64 makes 4 MB of 3.
    assert len(sizes) == 3
    assert max(sizes) <= PAYLOAD_BYTES


def test_bisecting_isolates_a_poison_record_and_delivers_the_rest() -> None:
    function = StreamFunction(poison=frozenset([3]))
    policy = RetryPolicy(is_bisecting=True, maximum_retries=1)
    setting = Setting(ListReader.of([record(n) for n in range(1, 5)]), function, policy=policy)
    setting.run()
    assert function.batches == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]
    assert setting.checkpoints.written == [2, 3, 4]
    (notice,) = setting.notices
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["requestContext"]["approximateInvokeCount"] == 4
    assert notice["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert notice["KinesisBatchInfo"] == {
        "shardId": SHARD,
        "startSequenceNumber": f"{3:056d}",
        "endSequenceNumber": f"{3:056d}",
        "approximateArrivalOfFirstRecord": "2026-11-20T10:59:59.123Z",
        "approximateArrivalOfLastRecord": "2026-11-20T10:59:59.123Z",
        "batchSize": 1,
        "streamArn": SOURCE.stream_arn,
    }


def test_without_a_limit_a_failing_batch_holds_its_shard() -> None:
    function = StreamFunction(poison=frozenset([1]))
    setting = Setting(ListReader.of([record(1)], [record(2)]), function)
    setting.run(50)
    assert set(map(tuple, function.batches)) == {(1,)}
    assert setting.checkpoints.written == []


def test_a_retry_waits_longer_each_time() -> None:
    setting = Setting(ListReader.of([record(1)]), StreamFunction(poison=frozenset([1])))
    setting.delivery.step()
    assert [setting.delivery.step() for _ in range(4)] == [0.5, 1.0, 2.0, 4.0]


def test_item_failures_checkpoint_what_succeeded_and_retry_the_rest() -> None:
    answers = iter([b'{"batchItemFailures": [{"itemIdentifier": "%056d"}]}' % 3, b"{}"])
    function = StreamFunction(answer=lambda _batch: Answer(next(answers)))
    policy = RetryPolicy(is_partial=True)
    setting = Setting(ListReader.of([record(n) for n in range(1, 5)]), function, policy=policy)
    setting.run(5)
    assert function.batches == [[1, 2, 3, 4], [3, 4]]
    assert setting.checkpoints.written == [2, 4]


def test_item_failures_mean_nothing_unless_the_mapping_asks_for_them() -> None:
    body = b'{"batchItemFailures": [{"itemIdentifier": "%056d"}]}' % 1
    function = StreamFunction(answer=lambda _batch: Answer(body))
    setting = Setting(ListReader.of([record(1)]), function)
    setting.run(5)
    assert setting.checkpoints.written == [1]


def test_records_past_the_maximum_age_are_reported_and_not_sent() -> None:
    function = StreamFunction()
    policy = RetryPolicy(maximum_age_seconds=60)
    reader = ListReader.of([record(1), record(2, seconds=50)])
    setting = Setting(reader, function, policy=policy)
    setting.clock.seconds += 61
    setting.run(5)
    assert function.batches == [[2]]
    assert [one["requestContext"]["condition"] for one in setting.notices] == [
        "MaximumRecordAgeExceeded"
    ]
    assert setting.checkpoints.written == [1, 2]


def test_an_invocation_that_does_not_happen_keeps_the_batch() -> None:
    calls: list[int] = []

    def function(_name: str, _payload: bytes) -> Answer:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError
        return Answer(b"null")

    setting = Setting(ListReader.of([record(1)]), function)
    setting.delivery.step()
    with pytest.raises(ConnectionError):
        setting.delivery.step()
    assert setting.checkpoints.written == []
    setting.run(3)
    assert setting.checkpoints.written == [1]


def test_a_closed_shard_is_delivered_to_its_end_at_once() -> None:
    function = StreamFunction()
    reader = ListReader([Page((record(1),), is_last=True)])
    limits = replace(SOURCE.limits, window_seconds=300)
    setting = Setting(reader, function, limits=limits)
    assert not setting.is_finished
    setting.run()
    assert function.batches == [[1]]
    assert setting.is_finished


@patient
@given(
    poison=st.frozensets(st.integers(0, 30)),
    size=st.integers(1, 12),
    pages=st.lists(st.integers(0, 9), max_size=6),
    crash_after=st.integers(0, 40),
)
def test_no_record_is_lost_whatever_fails_and_wherever_it_stops(
    poison: frozenset[int], size: int, pages: list[int], crash_after: int
) -> None:
    records: list[Record] = [record(n) for n in range(sum(pages))]
    limits = BatchLimits(records=size, payload_bytes=10**6, window_seconds=0)
    policy = RetryPolicy(is_bisecting=True, maximum_retries=1)
    accepted: set[int] = set()
    reported: set[int] = set()

    def life(first: int, steps: int) -> int:
        function = StreamFunction(poison=poison)
        setting = Setting(
            ListReader.of(*(records[n : n + 3] for n in range(first, len(records), 3))),
            function,
            limits=limits,
            policy=policy,
        )
        setting.run(steps)
        accepted.update(n for batch in function.batches if not poison & set(batch) for n in batch)
        for notice in setting.notices:
            info = notice["KinesisBatchInfo"]
            start, end = int(info["startSequenceNumber"]), int(info["endSequenceNumber"])
            reported.update(range(start, end + 1))
        return setting.checkpoints.written[-1] + 1 if setting.checkpoints.written else first

    restart = life(0, crash_after)
    life(restart, 500)
    assert accepted == set(range(len(records))) - poison
    assert reported == set(range(len(records))) & poison


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}, "FilterCriteria is not done here"),
        ({"TumblingWindowInSeconds": 60}, "TumblingWindowInSeconds is not done here"),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sns:us-east-1:1:topic"}}},
            "failures cannot go to arn:aws:sns:us-east-1:1:topic here",
        ),
    ],
)
def test_a_mapping_that_cannot_be_served_says_why(settings: dict[str, Any], reason: str) -> None:
    mapping = {
        "UUID": "1-2-3",
        "EventSourceArn": SOURCE.stream_arn,
        "FunctionArn": SOURCE.function_arn,
        **settings,
    }
    with pytest.raises(UnsupportedMappingError, match=reason):
        Source.of(mapping)


def test_a_failure_bucket_gets_the_notice_and_the_event() -> None:
    objects: dict[str, dict[str, Any]] = {}

    class S3:
        def put_object(self, **put: Any) -> None:
            objects[f"{put['Bucket']}/{put['Key']}"] = json.loads(put["Body"])

    report = reporter("arn:aws:s3:::failures", lambda _service: S3())
    assert report
    notice = {"KinesisBatchInfo": {"shardId": SHARD}}
    report(notice, b'{"Records":[]}', "1-2-3", ARRIVED_AT, "unique")
    assert objects == {
        f"failures/aws/lambda/1-2-3/{SHARD}/2026/11/20/2026-11-20T10.59.59-unique": {
            **notice,
            "payload": '{"Records":[]}',
        }
    }


def test_without_a_destination_nothing_is_reported() -> None:
    assert reporter("", lambda _service: None) is None
