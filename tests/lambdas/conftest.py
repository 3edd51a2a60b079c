"""What the handlers' tests share: a lake on moto, and the events that AWS hands to a λ."""

import base64
import json
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

BUCKET = "lake"
DATABASE = "lakehouse"
ARRIVED_AT = 1795168800.1234  # seconds, as Kinesis gives them; rounded to .123
TWEET = {"id": 1, "created_at": "2026-11-20T09:59:59Z", "followers_count": 5, "location": "Bonn"}


def tweet(**changes):
    return json.dumps({**TWEET, **changes}).encode()


@pytest.fixture
def context():
    return SimpleNamespace(
        function_name="f",
        memory_limit_in_mb=128,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
        aws_request_id="r",
        log_stream_name="l",
    )


@pytest.fixture
def lake(monkeypatch):
    """An empty bucket and database on moto, with the environment that the stack gives the λs."""
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "DATASET": "tweets",
        "LAKE_BUCKET": BUCKET,
        "DATABASE": DATABASE,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3, glue = boto3.client("s3"), boto3.client("glue")
        s3.create_bucket(Bucket=BUCKET)
        glue.create_database(DatabaseInput={"Name": DATABASE})
        yield SimpleNamespace(s3=s3, glue=glue)


def kinesis_event(*payloads, shard="shardId-000000000000", first=100):
    return {
        "Records": [
            {
                "eventID": f"{shard}:{first + i}",
                "kinesis": {
                    "data": base64.b64encode(data).decode(),
                    "sequenceNumber": str(first + i),
                    "approximateArrivalTimestamp": ARRIVED_AT,
                    "partitionKey": "k",
                },
            }
            for i, data in enumerate(payloads)
        ]
    }


def firehose_event(*payloads):
    return {
        "records": [
            {
                "recordId": f"r{i}",
                "approximateArrivalTimestamp": 1795168800123,
                "data": base64.b64encode(data).decode(),
                "kinesisRecordMetadata": {
                    "shardId": "shardId-000000000000",
                    "partitionKey": "k",
                    "approximateArrivalTimestamp": 1795168800123,
                    "sequenceNumber": str(100 + i),
                    "subsequenceNumber": "",
                },
            }
            for i, data in enumerate(payloads)
        ]
    }


def keys(s3, prefix):
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [item["Key"] for item in listed.get("Contents", [])]
