"""Unmodified clients, with nothing but what `lakehouse env` prints."""

import json
import subprocess
import sys
import uuid
from pathlib import Path

import awswrangler as wr
import boto3
import pyathena
import pytest

from tests.e2e.conftest import wait_for

AWS = Path(sys.executable).parent / "aws"


@pytest.fixture
def location(endpoint):
    """A place nobody else is at: one tweet, put by boto3 as anybody would."""
    name = f"Town {uuid.uuid4()}"
    tweet = {"id": uuid.uuid4().int >> 65, "created_at": "2026-11-20T10:00:00Z", "location": name}
    tweet |= {"followers_count": 7, "favorite_count": 2, "retweet_count": 1}
    record = {"Data": json.dumps(tweet).encode(), "PartitionKey": name}
    answer = boto3.client("kinesis").put_records(StreamName="lakehouse-tweets", Records=[record])
    assert answer["FailedRecordCount"] == 0
    return name


def question(location):
    return (
        "SELECT location, events, sum_followers_count FROM tweets_totals "
        f"WHERE location = '{location}'"
    )


def test_awswrangler_finds_a_record_that_boto3_put(location):
    def ask():
        frame = wr.athena.read_sql_query(
            question(location), database="lakehouse", workgroup="lakehouse", ctas_approach=False
        )
        return frame.to_dict("records")

    assert wait_for(ask, "the tweet") == [
        {"location": location, "events": 1, "sum_followers_count": 7}
    ]


def test_pyathena_finds_a_record_that_boto3_put(location):
    with pyathena.connect(work_group="lakehouse", schema_name="lakehouse") as connection:
        cursor = connection.cursor()
        rows = wait_for(lambda: cursor.execute(question(location)).fetchall(), "the tweet")
    assert rows == [(location, 1, 7)]


def test_the_aws_command_line_finds_a_record_that_boto3_put(location):
    def aws(*words):
        command = [AWS, "athena", *words, "--output", "json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    def ask():
        started = aws(
            *("start-query-execution", "--work-group", "lakehouse"),
            *("--query-execution-context", "Database=lakehouse"),
            *("--query-string", question(location)),
        )
        name = ("--query-execution-id", started["QueryExecutionId"])

        def ended():
            status = aws("get-query-execution", *name)["QueryExecution"]["Status"]
            return status["State"] not in ("QUEUED", "RUNNING") and status

        assert wait_for(ended, "the end of the query")["State"] == "SUCCEEDED"
        rows = aws("get-query-results", *name)["ResultSet"]["Rows"]
        return [[cell["VarCharValue"] for cell in row["Data"]] for row in rows[1:]]

    assert wait_for(ask, "the tweet") == [[location, "1", "7"]]
