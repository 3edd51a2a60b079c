import json

import boto3
import pytest
from moto import mock_aws

from lakehouse.datasets import TURNSTILES, TWEETS
from lakehouse.events import Event, decoder
from producer.cli import main
from producer.produce import produce

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the credentials it found first


@pytest.fixture
def kinesis():
    with mock_aws():
        yield boto3.client("kinesis", region_name="us-east-1")


def stored(kinesis, stream):
    """The records of a stream, as (shard, partition key, bytes)."""
    found = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for record in kinesis.get_records(ShardIterator=iterator)["Records"]:
            found.append((shard["ShardId"], record["PartitionKey"], record["Data"]))
    return found


def test_ten_messages_are_delivered_and_said_to_be(kinesis, capsys):
    kinesis.create_stream(StreamName="lakehouse-turnstiles", ShardCount=1)
    assert main(["turnstiles", "--amount", "10"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "INFO - Started data generation.\nINFO - 10 messages delivered to Kinesis.\n"
    records = stored(kinesis, "lakehouse-turnstiles")
    assert len(records) == 10
    assert all(isinstance(decoder(TURNSTILES)(data), Event) for _, _, data in records)


def test_records_spread_over_the_shards_by_their_ids(kinesis):
    kinesis.create_stream(StreamName="mine-tweets", ShardCount=4)
    assert main(["tweets", "--amount", "400", "--prefix", "mine"]) == 0
    records = stored(kinesis, "mine-tweets")
    assert len({key for _, key, _ in records}) == 400
    for shard in {shard for shard, _, _ in records}:
        assert 50 < sum(record[0] == shard for record in records) < 150
    assert len({shard for shard, _, _ in records}) == 4


def test_faults_are_made_and_told_in_detail(kinesis, capsys, tmp_path):
    kinesis.create_stream(StreamName="other", ShardCount=1)
    arguments = "tweets --stream other --amount 500 --seed 3 --duplicates 0.2 --late 0.1:1h"
    truth = tmp_path / "truth"
    report = ["--malformed", "0.1", "--ground-truth", str(truth)]
    assert main([*arguments.split(), *report]) == 0
    records = [data for _, _, data in stored(kinesis, "other")]
    events = [e for e in map(decoder(TWEETS), records) if isinstance(e, Event)]
    distinct = {(event.values[0], event.event_us) for event in events}
    lines = capsys.readouterr().err.splitlines()
    assert lines[1] == f"INFO - {len(records)} messages delivered to Kinesis."
    assert lines[2].startswith(
        f"INFO - In detail: {len(distinct)} events, {len(events) - len(distinct)} duplicates, "
    )
    assert f"{len(records) - len(events)} malformed" in lines[2]
    written = [json.loads(line) for line in truth.read_text().splitlines()]
    assert {(row["id"], row["_event_us"]) for row in written} == distinct


def test_the_api_reports_what_it_did(kinesis):
    kinesis.create_stream(StreamName="s", ShardCount=2)
    told = []
    report = produce(
        TWEETS, client=kinesis, stream="s", amount=1200, threads=1, progress=told.append
    )
    assert (report.messages, report.events, report.retries) == (1200, 1200, 0)
    assert told == [500, 1000, 1200]
    assert report.seconds > 0


def test_the_records_of_a_file_are_sent_and_what_is_refused_is_said(kinesis, capsys, tmp_path):
    kinesis.create_stream(StreamName="lakehouse-tweets", ShardCount=1)
    file = tmp_path / "tweets.jsonl"
    file.write_text(
        '{"id":1,"created_at":1795168800000}\n{"id":"x","created_at":1795168800000}\n{"id":2,"created_at":1795168800000}'
    )
    assert main(["tweets", "--from", str(file)]) == 2
    sent = sorted(data for _, _, data in stored(kinesis, "lakehouse-tweets"))
    assert sent == [b'{"id":1,"created_at":1795168800000}', b'{"id":2,"created_at":1795168800000}']
    assert capsys.readouterr().err.splitlines() == [
        "INFO - Started data generation.",
        'ERROR - line 2 refused: id: expected an int, got "x"',
        "INFO - 2 messages delivered to Kinesis.",
        "INFO - In detail: 2 events, 1 refused.",
    ]


def test_a_dry_run_prints_records_and_puts_nothing(capsysbinary):
    assert main(["tweets", "--amount", "20", "--seed", "1", "--dry-run"]) == 0
    out, err = capsysbinary.readouterr()
    lines = out.splitlines()
    assert len(lines) == 20
    assert all(isinstance(decoder(TWEETS)(line), Event) for line in lines)
    assert err.splitlines()[-1] == b"INFO - 20 records printed, none put (--dry-run)."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nope"], "no dataset is called 'nope'; there are: turnstiles, tweets, customers"),
        (["tweets", "--amount", "ten"], "--amount 'ten': use a whole number, such as 1000"),
        (["tweets", "--amount", "-1"], "--amount '-1': use a whole number, such as 1000"),
        (["tweets", "--duplicates", "2"], "--duplicates '2': use a share from 0 to 1"),
        (["tweets", "--malformed", "nan"], "--malformed 'nan': use a share from 0 to 1"),
        (["tweets", "--late", "0.1:soon"], "--late 'soon': use a time such as 30s, 5m, 1h or 3d"),
        (["tweets", "--late", "0.1:99999d"], "use at most 20,000 days"),
        (["tweets", "--duration", "5"], "--duration '5': use a time such as 30s, 5m, 1h or 3d"),
        (["tweets", "--rate", "0/s"], "--rate '0/s': use records a second, such as 500/s"),
        (["tweets", "--rate", "fast"], "--rate 'fast': use records a second, such as 500/s"),
        (["tweets", "--amount", "1", "--duration", "1s"], "give one of them"),
        (["tweets", "--from", "f", "--malformed", "0.1"], "leave out --late, --malformed, --seed"),
        (["tweets", "--dry-run", "--ground-truth", "f"], "leave one out"),
        (["tweets", "--from", "/no/such.jsonl"], "/no/such.jsonl: No such file or directory"),
        (["tweets", "--ground-truth", "/no/such"], "/no/such: No such file or directory"),
        (["tweets", "--stream", "my stream"], "stream 'my stream': use up to 128 letters"),
        (["tweets", "--endpoint-url", "here"], "use one such as http://127.0.0.1:4566"),
        (["tweets", "--fast"], "unrecognized arguments: --fast"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_one_line_with_the_cure(capsys, arguments, says):
    try:
        status = main(arguments)
    except SystemExit as exit_:
        status = exit_.code
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("ERROR - ")
    assert says in err


def test_a_stream_that_does_not_exist_is_one_error_line(kinesis, capsys):
    assert main(["tweets", "--amount", "1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "INFO - Started data generation.",
        "ERROR - no stream is called 'lakehouse-tweets': deploy first, or name another with "
        "--stream",
    ]


def test_an_endpoint_that_cannot_be_reached_is_one_error_line(capsys):
    assert main(["tweets", "--amount", "1", "--endpoint-url", "http://127.0.0.1:1"]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "ERROR" in line]
    assert len(errors) == 1
    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:1/"' in errors[0]


def test_missing_credentials_and_a_missing_region_are_one_error_line(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert main(["tweets", "--amount", "1"]) == 2
    assert "ERROR - Unable to locate credentials: set AWS_PROFILE" in capsys.readouterr().err
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert main(["tweets", "--amount", "1"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "ERROR - You must specify a region: check AWS_PROFILE and AWS_DEFAULT_REGION" in error
