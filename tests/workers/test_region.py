"""The workers' process against a MiniStack: deployed resources in, objects out."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest

from local.environment import child_environment
from local.workers.glue_jobs import GlueJobRuns

NAME = "lakehouse-turnstiles"
ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"

SPEED = """
import base64, os, uuid
import boto3

S3 = boto3.client("s3")

def handler(event, context):
    data = [base64.b64decode(one["kinesis"]["data"]).decode() for one in event["Records"]]
    if os.environ["POISON"] in data:
        raise RuntimeError("poison")
    key = f"{os.environ['PREFIX']}/{uuid.uuid4()}"
    S3.put_object(Bucket="lake", Key=key, Body="\\n".join(data).encode())
"""
TRANSFORM = """
import base64, json

def handler(event, context):
    return {"records": [one(record) for record in event["records"]]}

def one(record):
    data = base64.b64decode(record["data"]).decode()
    if data == "poison":
        return {"recordId": record["recordId"], "result": "ProcessingFailed"}
    source = record["kinesisRecordMetadata"]
    row = {"id": data, "_shard_id": source["shardId"]}
    out = base64.b64encode(json.dumps(row).encode()).decode()
    return {"recordId": record["recordId"], "result": "Ok", "data": out}
"""


def until(is_so: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so: {what}"
        threading.Event().wait(0.1)


class Region:
    """A MiniStack, and what is deployed in it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.environment = child_environment(endpoint)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def deploy_function(self, name: str, source: str, **environment: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("function.py", source)
        function = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=ROLE,
            Handler="function.handler",
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": environment},
            Timeout=30,
        )
        arn: str = function["FunctionArn"]
        return arn

    def map_function(self, function_arn: str, **settings: Any) -> None:
        self.client("lambda").create_event_source_mapping(
            EventSourceArn=f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{NAME}",
            FunctionName=function_arn,
            StartingPosition="TRIM_HORIZON",
            Enabled=False,
            BatchSize=50,
            **settings,
        )

    def deploy_delivery_stream(self, transform_arn: str) -> None:
        schema = {"RoleARN": ROLE, "DatabaseName": "lakehouse", "TableName": "turnstiles_raw"}
        self.client("firehose").create_delivery_stream(
            DeliveryStreamName=f"{NAME}-delivery",
            DeliveryStreamType="DirectPut",
            Tags=[{"Key": "lakehouse:source-stream", "Value": NAME}],
            ExtendedS3DestinationConfiguration={
                "RoleARN": ROLE,
                "BucketARN": "arn:aws:s3:::lake",
                "Prefix": "raw/year=!{timestamp:yyyy}/",
                "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
                "BufferingHints": {"SizeInMBs": 128, "IntervalInSeconds": 900},
                "ProcessingConfiguration": {
                    "Enabled": True,
                    "Processors": [
                        {
                            "Type": "Lambda",
                            "Parameters": [
                                {"ParameterName": "LambdaArn", "ParameterValue": transform_arn}
                            ],
                        }
                    ],
                },
                "DataFormatConversionConfiguration": {
                    "SchemaConfiguration": schema,
                    "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {}}},
                },
            },
        )

    def put(self, *data: str) -> None:
        """Records, each in its own partition."""
        records = [{"Data": one.encode(), "PartitionKey": one} for one in data]
        answer = self.client("kinesis").put_records(StreamName=NAME, Records=records)
        assert answer["FailedRecordCount"] == 0

    def objects(self, prefix: str) -> dict[str, bytes]:
        s3 = self.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=prefix)
        keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return {key: s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys}

    def speed_rows(self, prefix: str = "speed") -> set[str]:
        return {
            row for body in self.objects(f"{prefix}/").values() for row in body.decode().split()
        }

    def raw(self) -> set[str]:
        bodies = self.objects("raw/").values()
        return {row["id"] for body in bodies for row in pq.read_table(io.BytesIO(body)).to_pylist()}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("ministack")
    settings = {
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{os.devnull}/none",
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    serve = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--workers", "0"]
    process = subprocess.Popen(
        [*serve, "--bind", f"127.0.0.1:{port}"],
        env=child_environment(endpoint) | settings,
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        until(lambda: _answers(port), "MiniStack answers")
        yield _deployed(Region(endpoint))
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


def _deployed(region: Region) -> Region:
    region.client("kinesis").create_stream(StreamName=NAME, ShardCount=2)
    region.client("s3").create_bucket(Bucket="lake")
    region.client("sqs").create_queue(QueueName="failures")
    glue = region.client("glue")
    glue.create_database(DatabaseInput={"Name": "lakehouse"})
    columns = [{"Name": name, "Type": "string"} for name in ("id", "_shard_id")]
    table = {"Name": "turnstiles_raw", "StorageDescriptor": {"Columns": columns}}
    glue.create_table(DatabaseName="lakehouse", TableInput=table)
    speed = region.deploy_function("speed", SPEED, PREFIX="speed", POISON="poison")
    region.map_function(
        speed,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={
            "OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:{ACCOUNT}:failures"}
        },
    )
    region.deploy_delivery_stream(region.deploy_function("transform", TRANSFORM))
    return region


class Workers:
    """The workers' process; started again on the same state."""

    def __init__(self, region: Region, state: Path) -> None:
        self._region = region
        self._state = state
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, firehose_seconds: float) -> subprocess.Popen[bytes]:
        self._state.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local.workers", "--state-dir", str(self._state)],
            env=self._region.environment | {"LAKEHOUSE_FIREHOSE_SECONDS": str(firehose_seconds)},
            stderr=(self._state / "log").open("ab"),
        )
        return self.process

    def log(self) -> str:
        return (self._state / "log").read_text()

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def workers(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    workers = Workers(region, tmp_path_factory.mktemp("workers"))
    yield workers
    workers.end()


def test_every_record_takes_both_paths_even_if_the_workers_are_killed(
    region: Region, workers: Workers
) -> None:
    first = {f"a{n}" for n in range(300)}
    second = {f"b{n}" for n in range(300)}
    process = workers.start(firehose_seconds=0.5)
    region.put(*first)
    until(lambda: bool(region.speed_rows()), "some records were delivered")
    process.kill()
    process.wait()
    region.put(*second)
    workers.start(firehose_seconds=0.5)
    until(lambda: region.speed_rows() == first | second, "all records took the speed path")
    until(lambda: region.raw() == first | second, "all records took the batch path")


def test_a_poison_record_is_isolated_on_both_paths(region: Region) -> None:
    rest = {f"c{n}" for n in range(6)}
    region.put(*sorted(rest)[:3], "poison", *sorted(rest)[3:])
    until(lambda: rest <= region.speed_rows(), "the others took the speed path")
    until(lambda: rest <= region.raw(), "the others took the batch path")
    until(lambda: bool(region.objects("errors/processing-failed/")), "Firehose filed it")
    (body,) = region.objects("errors/processing-failed/").values()
    assert json.loads(body)["rawData"] == "cG9pc29u"
    sqs = region.client("sqs")
    url = sqs.get_queue_url(QueueName="failures")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    notice = json.loads(message["Body"])
    assert notice["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert notice["KinesisBatchInfo"]["batchSize"] == 1


def test_what_is_deployed_later_is_picked_up_and_begins_at_the_oldest_record(
    region: Region,
) -> None:
    region.map_function(region.deploy_function("later", SPEED, PREFIX="later", POISON="none"))
    everything = region.speed_rows() | {"poison"}
    until(lambda: region.speed_rows("later") == everything, "it has every record")


def test_an_orderly_stop_delivers_what_is_buffered(region: Region, workers: Workers) -> None:
    assert workers.process
    workers.process.send_signal(signal.SIGTERM)
    assert workers.process.wait(30) == 0
    process = workers.start(firehose_seconds=900)
    before = workers.log().count('"buffering"')
    region.put("last")
    until(lambda: workers.log().count('"buffering"') > before, "Firehose read the record")
    assert "last" not in region.raw()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert "last" in region.raw()


def test_a_job_of_the_region_runs_its_script(region: Region, tmp_path: Path) -> None:
    script = "import boto3\nboto3.client('s3').put_object(Bucket='lake', Key='job/done', Body=b'')"
    region.client("s3").put_object(Bucket="lake", Key="code/job.py", Body=script.encode())
    region.client("glue").create_job(
        Name="job",
        Role=ROLE,
        Command={"Name": "glueetl", "ScriptLocation": "s3://lake/code/job.py"},
    )
    runs = GlueJobRuns(region.endpoint, tmp_path)
    status, _, body = runs.respond("StartJobRun", b'{"JobName": "job"}')
    assert status == 200
    request = json.dumps({"JobName": "job", "RunId": json.loads(body)["JobRunId"]}).encode()

    def state() -> str:
        run: dict[str, Any] = json.loads(runs.respond("GetJobRun", request)[2])["JobRun"]
        return str(run["JobRunState"])

    until(lambda: state() == "SUCCEEDED", "the run succeeded")
    assert list(region.objects("job/")) == ["job/done"]
    runs.stop()


def test_a_mistake_on_the_command_line_is_one_line(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    ended = subprocess.run(
        [sys.executable, "-m", "local.workers", "--state-dir", str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith("give --endpoint-url or set AWS_ENDPOINT_URL")
