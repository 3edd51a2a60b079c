import base64
import io
import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.workers.checkpoints import Checkpoints
from local.workers.columns import columns_of
from local.workers.delivery import Delivery
from local.workers.delivery_streams import (
    MEBIBYTE,
    CatalogTable,
    DeliveryStream,
    Transform,
    UnsupportedStreamError,
    parse,
)
from local.workers.functions import PAYLOAD_BYTES, Answer, Invoke
from local.workers.shards import Page, Record
from local.workers.transforms import Failed, Transformer, read_answer, record_id

from .fakes import SHARD, Clock, ListReader, TransformFunction, record

FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:lakehouse-turnstiles-transform"
STREAM = DeliveryStream(
    name="lakehouse-turnstiles",
    arn="arn:aws:firehose:us-east-1:000000000000:deliverystream/lakehouse-turnstiles",
    version="1",
    source="lakehouse-turnstiles",
    bucket="lake",
    prefix="raw/turnstiles/year=!{timestamp:yyyy}/hour=!{timestamp:HH}/",
    error_prefix="turnstiles/!{firehose:error-output-type}/hour=!{timestamp:HH}/",
    buffer_bytes=100,
    buffer_seconds=60,
    table=CatalogTable("000000000000", "lakehouse", "turnstiles_raw", "us-east-1"),
    transform=Transform(FUNCTION_ARN, buffer_bytes=MEBIBYTE, retries=2),
)
COLUMNS = columns_of([("id", "bigint")])


def event(number: int, *, seconds: float = 0.0, shard: str = SHARD) -> Record:
    return record(number, b'{"id": %d}' % number, seconds=seconds, shard=shard)


class Setting:
    """A delivery with everything around it a stand-in; the checkpoints are real files."""

    def __init__(
        self,
        state: Path,
        readers: dict[str, ListReader],
        function: Invoke,
        stream: DeliveryStream = STREAM,
    ) -> None:
        self.clock = Clock()
        self.checkpoints = Checkpoints(state)
        self.objects: dict[str, bytes] = {}
        self.broken_puts = 0
        self.waits: list[float] = []
        self.delivery = Delivery(
            stream,
            readers=lambda: readers,
            checkpoints=self.checkpoints,
            transformer=Transformer(stream, invoke=function, wait=self.waits.append),
            columns=lambda: COLUMNS,
            put=self._put,
            clock=self.clock,
            now=self.clock.now,
        )

    def _put(self, bucket: str, key: str, body: bytes) -> None:
        assert bucket == "lake"
        if self.broken_puts:
            self.broken_puts -= 1
            raise ConnectionError(key)
        self.objects[key] = body

    @property
    def ids(self) -> list[int]:
        """The ids in the raw objects."""
        return sorted(
            row["id"]
            for key, body in self.objects.items()
            if key.endswith(".parquet")
            for row in pq.read_table(io.BytesIO(body)).to_pylist()
        )

    def errors(self, error_type: str) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for key, body in self.objects.items()
            if f"/{error_type}/" in key
            for line in body.splitlines()
        ]


def test_a_buffer_is_delivered_when_its_time_is_over(tmp_path: Path) -> None:
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1)], [event(2)])}, TransformFunction())
    setting.delivery.step()
    setting.clock.seconds += 59
    setting.delivery.step()
    assert setting.objects == {}
    assert setting.checkpoints.read(SHARD) is None
    setting.clock.seconds += 1
    setting.delivery.step()
    assert setting.ids == [1, 2]
    assert setting.checkpoints.read(SHARD) == f"{2:056d}"


def test_a_buffer_is_delivered_when_it_is_full(tmp_path: Path) -> None:
    page = [event(n) for n in range(10, 20)]
    setting = Setting(tmp_path, {SHARD: ListReader.of(page[:9], page[9:])}, TransformFunction())
    setting.delivery.step()
    assert setting.ids == []
    setting.delivery.step()
    assert setting.ids == list(range(10, 20))


def test_time_counts_from_the_first_record_of_a_buffer(tmp_path: Path) -> None:
    setting = Setting(tmp_path, {SHARD: ListReader.of([], [event(1)])}, TransformFunction())
    setting.delivery.step()
    setting.clock.seconds += 60
    setting.delivery.step()
    setting.clock.seconds += 59
    setting.delivery.step()
    assert setting.ids == []
    setting.clock.seconds += 1
    setting.delivery.step()
    assert setting.ids == [1]


def test_an_object_lies_under_the_arrival_of_its_oldest_record(tmp_path: Path) -> None:
    reader = ListReader.of([event(1, seconds=1), event(2)])
    setting = Setting(tmp_path, {SHARD: reader}, TransformFunction())
    setting.delivery.step()
    setting.delivery.close()
    (key,) = setting.objects
    prefix, name = key.rsplit("/", 1)
    assert prefix == "raw/turnstiles/year=2026/hour=10"
    assert name.startswith("lakehouse-turnstiles-1-2026-11-20-10-59-59-")
    uuid.UUID(name.removeprefix("lakehouse-turnstiles-1-2026-11-20-10-59-59-")[:36])
    assert name.endswith(".parquet")


def test_a_stop_delivers_what_is_buffered(tmp_path: Path) -> None:
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1)])}, TransformFunction())
    setting.delivery.step()
    setting.delivery.close()
    assert setting.ids == [1]
    assert setting.checkpoints.read(SHARD) == f"{1:056d}"


def test_all_shards_are_delivered_together_and_checkpointed_each(tmp_path: Path) -> None:
    other = "shardId-000000000001"
    readers = {SHARD: ListReader.of([event(1)]), other: ListReader.of([event(2, shard=other)])}
    setting = Setting(tmp_path, readers, TransformFunction())
    setting.delivery.step()
    setting.delivery.close()
    assert (len(setting.objects), setting.ids) == (1, [1, 2])
    assert setting.checkpoints.read(SHARD) == f"{1:056d}"
    assert setting.checkpoints.read(other) == f"{2:056d}"


def test_a_crash_between_put_and_checkpoint_repeats_and_loses_nothing(tmp_path: Path) -> None:
    first = Setting(tmp_path, {SHARD: ListReader.of([event(1)], [event(2)])}, TransformFunction())
    first.delivery.step()
    first.broken_puts = 1
    first.clock.seconds += 60
    with pytest.raises(ConnectionError):
        first.delivery.step()
    assert first.checkpoints.read(SHARD) is None
    # A new process reads from the checkpoint, which has not moved.
    second = Setting(tmp_path, {SHARD: ListReader.of([event(1), event(2)])}, TransformFunction())
    second.delivery.step()
    second.delivery.close()
    assert second.ids == [1, 2]


def test_an_object_that_was_not_put_is_put_again_under_its_key(tmp_path: Path) -> None:
    reader = ListReader.of([event(1), record(2, b"bad")], [event(3)])
    outcome = TransformFunction(lambda d: ("ProcessingFailed" if d == b"bad" else "Ok", d))
    setting = Setting(tmp_path, {SHARD: reader}, outcome)
    setting.delivery.step()
    setting.clock.seconds += 60
    keys: list[str] = []
    put = setting.delivery._put

    def failing_second(bucket: str, key: str, body: bytes) -> None:
        keys.append(key)
        if len(keys) == 2:
            raise ConnectionError
        put(bucket, key, body)

    setting.delivery._put = failing_second
    reader.pages.clear()
    with pytest.raises(ConnectionError):
        setting.delivery.step()
    setting.delivery.step()
    assert keys == [keys[0], keys[1], keys[0], keys[1]]
    assert setting.checkpoints.read(SHARD) == f"{2:056d}"


def test_while_nothing_can_be_delivered_nothing_more_is_read(tmp_path: Path) -> None:
    reader = ListReader.of(*([event(n)] for n in range(10)))
    setting = Setting(tmp_path, {SHARD: reader}, TransformFunction())
    setting.delivery.step()
    setting.clock.seconds += 60
    setting.broken_puts = 100
    for _ in range(5):
        with pytest.raises(ConnectionError):
            setting.delivery.step()
    assert reader.reads == 1


def test_a_shard_far_behind_is_read_without_a_pause(tmp_path: Path) -> None:
    reader = ListReader([Page((event(1),), is_full=True), Page((event(2),))])
    setting = Setting(tmp_path, {SHARD: reader}, TransformFunction())
    assert setting.delivery.step() == 0
    assert setting.delivery.step() == 1


# --- The transform


def test_the_function_gets_firehoses_event(tmp_path: Path) -> None:
    function = TransformFunction()
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(7)])}, function)
    setting.delivery.step()
    setting.delivery.close()
    (call,) = function.events
    uuid.UUID(call.pop("invocationId"))
    assert call == {
        "sourceKinesisStreamArn": (
            "arn:aws:kinesis:us-east-1:000000000000:stream/lakehouse-turnstiles"
        ),
        "deliveryStreamArn": STREAM.arn,
        "region": "us-east-1",
        "records": [
            {
                "recordId": record_id(event(7)),
                "approximateArrivalTimestamp": 1795172399123,
                "data": base64.b64encode(b'{"id": 7}').decode(),
                "kinesisRecordMetadata": {
                    "sequenceNumber": f"{7:056d}",
                    "subsequenceNumber": "",
                    "partitionKey": "key-7",
                    "shardId": SHARD,
                    "approximateArrivalTimestamp": 1795172399123,
                },
            }
        ],
    }


def transformer(function: Invoke, *, buffer_bytes: int = MEBIBYTE) -> Transformer:
    transform = Transform(FUNCTION_ARN, buffer_bytes=buffer_bytes, retries=2)
    return Transformer(replace(STREAM, transform=transform), invoke=function, wait=lambda _: None)


@pytest.mark.parametrize(
    ("sizes", "is_last", "count"),
    [
        ([], True, 0),
        ([10], False, 0),
        ([10], True, 1),
        ([50, 50], False, 0),
        ([50, 50, 1], False, 2),
        ([101], False, 0),
        ([101, 1], False, 1),
    ],
)
def test_a_call_takes_what_the_functions_buffer_holds(
    sizes: list[int], is_last: bool, count: int
) -> None:
    pending = [record(n, b"x" * size) for n, size in enumerate(sizes)]
    calls = transformer(TransformFunction(), buffer_bytes=100)
    assert calls.next_call(pending, is_last=is_last) == count


@pytest.mark.parametrize("size", [10, 1_000, 1_000_000])
def test_a_call_stays_under_lambdas_limit_whatever_the_buffer(size: int) -> None:
    sizes: list[int] = []

    def function(_name: str, payload: bytes) -> Answer:
        sizes.append(len(payload))
        return Answer(b"{}")

    pending = [record(n, b"x" * size) for n in range(min(20_000, 8_000_000 // size))]
    calls = transformer(function, buffer_bytes=100 * MEBIBYTE)
    count = calls.next_call(pending, is_last=False)
    calls.call(pending[:count])
    assert 0.6 * PAYLOAD_BYTES < max(sizes) <= PAYLOAD_BYTES


def test_dropped_records_are_gone_and_checkpointed(tmp_path: Path) -> None:
    function = TransformFunction(lambda _data: ("Dropped", b""))
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1)])}, function)
    setting.delivery.step()
    setting.delivery.close()
    assert setting.objects == {}
    assert setting.checkpoints.read(SHARD) == f"{1:056d}"


def test_a_record_that_failed_is_filed_as_it_came(tmp_path: Path) -> None:
    function = TransformFunction(lambda d: ("ProcessingFailed" if d == b"bad" else "Ok", b"{}"))
    reader = ListReader.of([record(1, b"bad", seconds=1), event(2, seconds=-3600)])
    setting = Setting(tmp_path, {SHARD: reader}, function)
    setting.delivery.step()
    setting.clock.seconds += 5
    setting.delivery.close()
    assert setting.errors("processing-failed") == [
        {
            "attemptsMade": 1,
            "arrivalTimestamp": 1795172400123,
            "errorCode": "Lambda.ProcessingFailedStatus",
            "errorMessage": "The function answered ProcessingFailed for the record",
            "attemptEndingTimestamp": 1795172404123,
            "rawData": base64.b64encode(b"bad").decode(),
            "lambdaArn": FUNCTION_ARN,
        }
    ]
    (error_key,) = [key for key in setting.objects if not key.endswith(".parquet")]
    assert error_key.startswith("turnstiles/processing-failed/hour=11/lakehouse-turnstiles-1-")


def test_a_record_that_does_not_convert_is_filed_as_the_function_made_it(tmp_path: Path) -> None:
    function = TransformFunction(lambda data: ("Ok", data.replace(b"1", b'"one"')))
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1), event(2)])}, function)
    setting.delivery.step()
    setting.delivery.close()
    assert setting.ids == [2]
    assert setting.errors("format-conversion-failed") == [
        {
            "attemptsMade": 1,
            "arrivalTimestamp": 1795172399123,
            "lastErrorCode": "DataFormatConversion.InvalidSchema",
            "lastErrorMessage": "id: expected an integer",
            "attemptEndingTimestamp": 1795172399123,
            "rawData": base64.b64encode(b'{"id": "one"}').decode(),
            "sequenceNumber": f"{1:056d}",
            "subSequenceNumber": 0,
            "dataCatalogTable": {
                "catalogId": "000000000000",
                "databaseName": "lakehouse",
                "tableName": "turnstiles_raw",
                "region": "us-east-1",
                "versionId": "LATEST",
                "catalogArn": "arn:aws:glue:us-east-1:000000000000:catalog",
            },
        }
    ]


def test_a_function_that_recovers_in_time_is_not_a_failure(tmp_path: Path) -> None:
    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1)])}, TransformFunction(fails=2))
    setting.delivery.step()
    setting.delivery.close()
    assert setting.ids == [1]
    assert setting.waits == [0.5, 1.0]


def test_a_function_that_keeps_failing_files_its_whole_call(tmp_path: Path) -> None:
    reader = ListReader.of([event(1), event(2)])
    setting = Setting(tmp_path, {SHARD: reader}, TransformFunction(fails=3))
    setting.delivery.step()
    setting.delivery.close()
    errors = setting.errors("processing-failed")
    assert [base64.b64decode(one["rawData"]) for one in errors] == [b'{"id": 1}', b'{"id": 2}']
    assert {(one["attemptsMade"], one["errorCode"]) for one in errors} == {
        (3, "Lambda.FunctionError")
    }


def answer_of(*answers: dict[str, Any]) -> bytes:
    return json.dumps({"records": answers}).encode()


OK = {"recordId": record_id(event(1)), "result": "Ok", "data": "e30="}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (answer_of(), "Lambda.MissingRecordId"),
        (answer_of({**OK, "recordId": "another"}), "Lambda.MissingRecordId"),
        (answer_of(OK, OK), "Lambda.DuplicatedRecordId"),
        (answer_of({**OK, "result": "Fine"}), "Lambda.JsonProcessingException"),
        (answer_of({**OK, "data": "***"}), "Lambda.JsonProcessingException"),
        (answer_of({"recordId": OK["recordId"], "result": "Ok"}), "Lambda.JsonProcessingException"),
        (b"null", "Lambda.JsonProcessingException"),
        (b"[]", "Lambda.JsonProcessingException"),
        (b"oops", "Lambda.JsonProcessingException"),
        (answer_of({**OK, "x": "x" * PAYLOAD_BYTES}), "Lambda.JsonProcessingException"),
    ],
)
def test_an_answer_that_firehose_rejects_fails_the_call(body: bytes, code: str) -> None:
    (failed,) = transformer(lambda _name, _payload: Answer(body)).call([event(1)])
    assert isinstance(failed, Failed)
    assert (failed.code, failed.attempts) == (code, 3)


def test_answers_may_come_in_any_order() -> None:
    one, two = event(1), event(2)
    body = answer_of({**OK, "recordId": record_id(two), "result": "Dropped"}, OK)
    first, second = read_answer([one, two], body)
    assert first is not None
    assert second is None


def test_a_refused_invocation_counts_as_an_attempt() -> None:
    def refuse(_name: str, _payload: bytes) -> Answer:
        error = {"Error": {"Code": "TooManyRequestsException", "Message": "slow down"}}
        raise ClientError(error, "Invoke")

    (failed,) = transformer(refuse).call([event(1)])
    assert isinstance(failed, Failed)
    assert failed.code == "Lambda.TooManyRequestsException"


def test_a_region_that_is_away_is_no_verdict_on_the_records(tmp_path: Path) -> None:
    calls: list[int] = []
    function = TransformFunction()

    def away_at_first(name: str, payload: bytes) -> Answer:
        calls.append(1)
        if len(calls) == 1:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        return function(name, payload)

    setting = Setting(tmp_path, {SHARD: ListReader.of([event(1)])}, away_at_first)
    setting.delivery.step()
    setting.clock.seconds += 60
    with pytest.raises(EndpointConnectionError):
        setting.delivery.step()
    setting.delivery.step()
    assert setting.ids == [1]


# --- What is deployed


def description(**destination: Any) -> dict[str, Any]:
    extended = {
        "BucketARN": "arn:aws:s3:::lake",
        "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 300},
        "Prefix": "raw/!{timestamp:yyyy}/",
        "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
        "ProcessingConfiguration": {
            "Enabled": True,
            "Processors": [
                {
                    "Type": "Lambda",
                    "Parameters": [
                        {"ParameterName": "LambdaArn", "ParameterValue": FUNCTION_ARN},
                        {"ParameterName": "BufferSizeInMBs", "ParameterValue": "0.5"},
                        {"ParameterName": "NumberOfRetries", "ParameterValue": "5"},
                    ],
                }
            ],
        },
        "DataFormatConversionConfiguration": {
            "SchemaConfiguration": {"DatabaseName": "lakehouse", "TableName": "turnstiles_raw"},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
        },
        **destination,
    }
    return {
        "DeliveryStreamName": "lakehouse-turnstiles",
        "DeliveryStreamARN": STREAM.arn,
        "VersionId": "2",
        "Destinations": [{"ExtendedS3DestinationDescription": extended}],
    }


def test_a_deployed_stream_is_understood() -> None:
    assert parse(description(), {"lakehouse:source-stream": "source"}) == DeliveryStream(
        name="lakehouse-turnstiles",
        arn=STREAM.arn,
        version="2",
        source="source",
        bucket="lake",
        prefix="raw/!{timestamp:yyyy}/",
        error_prefix="errors/!{firehose:error-output-type}/",
        buffer_bytes=64 * MEBIBYTE,
        buffer_seconds=300,
        table=CatalogTable("000000000000", "lakehouse", "turnstiles_raw", "us-east-1"),
        transform=Transform(FUNCTION_ARN, MEBIBYTE // 2, 5),
    )


def test_a_stream_without_a_tag_reads_its_namesake() -> None:
    assert parse(description(), {}).source == "lakehouse-turnstiles"


def test_errors_without_a_prefix_follow_the_objects_prefix() -> None:
    stream = parse(description(Prefix="raw/", ErrorOutputPrefix=""), {})
    assert stream.error_prefix == "raw/!{firehose:error-output-type}/"


@pytest.mark.parametrize(
    ("destination", "reason"),
    [
        ({"DataFormatConversionConfiguration": {}}, "only conversion to Parquet"),
        ({"DynamicPartitioningConfiguration": {"Enabled": True}}, "dynamic partitioning"),
        (
            {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Decompress"}]}},
            "processor Decompress",
        ),
    ],
)
def test_what_is_not_done_here_is_refused(destination: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnsupportedStreamError, match=reason):
        parse(description(**destination), {})
