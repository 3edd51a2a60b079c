"""The speed λ on moto, and its loop on the seal against an S3 whose clock the test moves.

moto answers no `Date` header in process, so the stand-in below adds S3's time to its answers.
"""

import io
import json
from datetime import UTC, date, datetime
from email.utils import format_datetime

import pyarrow.parquet as pq
import pytest

from lakehouse.datasets.tweets import TWEETS
from lakehouse.events import decoder
from lakehouse.rows import Arrival
from lakehouse.state import State
from lambdas import speed_view
from tests.lambdas.conftest import BUCKET, keys, kinesis_event, tweet

NOW = datetime(2026, 11, 20, 10, 7, tzinfo=UTC)
SEALED = "202611201000"
ROWS = [(decoder(TWEETS)(tweet()), Arrival(NOW, "shard", "1"))]


class ClockedS3:
    """An S3 client whose answers carry a `Date`; `between` runs before each call, by its name."""

    def __init__(self, s3, between=lambda call: None):
        self._s3, self._between, self.now, self.exceptions = s3, between, NOW, s3.exceptions

    def _call(self, name, arguments):
        self._between(name)
        answer = getattr(self._s3, name)(**arguments)
        answer["ResponseMetadata"]["HTTPHeaders"]["date"] = format_datetime(self.now, usegmt=True)
        return answer

    def get_object(self, **arguments):
        return self._call("get_object", arguments)

    def put_object(self, **arguments):
        return self._call("put_object", arguments)


@pytest.fixture
def s3(lake, monkeypatch):
    client = ClockedS3(lake.s3)
    monkeypatch.setattr(speed_view, "_client", lambda: client)
    seal(lake, SEALED)
    return client


def seal(lake, epoch):
    state = State(run=0, seal=epoch).to_json()
    lake.s3.put_object(Bucket=BUCKET, Key="state/tweets.json", Body=state)


def read_rows(lake, key):
    body = lake.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return pq.read_table(io.BytesIO(body)).to_pylist()


def test_a_batch_becomes_typed_rows_under_s3s_epoch(lake, s3, context):
    counts = speed_view.handler(kinesis_event(tweet(), tweet(id=2, new="x")), context)
    assert counts == {"events": 2, "quarantined": 0, "unknown_fields": 1}
    [key] = keys(lake.s3, "speed/")
    assert key.startswith("speed/tweets/epoch=202611201005/")
    assert read_rows(lake, key)[0] == {
        "id": 1,
        "created_at": datetime(2026, 11, 20, 9, 59, 59),
        "followers_count": 5,
        "location": "Bonn",
        "favorite_count": None,
        "retweet_count": None,
        "_event_us": 1795168799000000,
        "_event_day": date(2026, 11, 20),
        "_arrived_at": datetime(2026, 11, 20, 10, 0, 0, 123000),
        "_shard_id": "shardId-000000000000",
        "_sequence_number": "100",
    }


def test_an_invalid_record_is_quarantined_with_its_reason_and_the_batch_goes_on(lake, s3, context):
    counts = speed_view.handler(kinesis_event(b"\xff", tweet(), tweet(id="1")), context)
    assert (counts["events"], counts["quarantined"]) == (1, 2)
    first, second = keys(lake.s3, "quarantine/")
    assert first == "quarantine/tweets/day=2026-11-20/shardId-000000000000-100.json"
    body = lake.s3.get_object(Bucket=BUCKET, Key=first)["Body"].read()
    assert json.loads(body) == {
        "_arrived_at": "2026-11-20 10:00:00.123",
        "_shard_id": "shardId-000000000000",
        "_sequence_number": "100",
        "reason": "record: not UTF-8 at byte 0",
        "source": "speed",
        "data": "/w==",
    }
    assert second.endswith("-102.json")


def test_a_redelivered_invalid_record_is_in_the_quarantine_once(lake, s3, context):
    speed_view.handler(kinesis_event(b"x", b"y"), context)
    speed_view.handler(kinesis_event(b"y", first=101), context)
    assert len(keys(lake.s3, "quarantine/")) == 2


def test_a_batch_of_invalid_records_writes_no_rows(lake, s3, context):
    speed_view.handler(kinesis_event(b"x"), context)
    assert keys(lake.s3, "speed/") == []


def test_personal_fields_stay_out_of_speed_rows(lake, s3, context, monkeypatch):
    monkeypatch.setenv("DATASET", "customers")
    state = State(run=0, seal=SEALED).to_json()
    lake.s3.put_object(Bucket=BUCKET, Key="state/customers.json", Body=state)
    customer = (
        b'{"uuid":"u","event_date":1795168800000,"status":"Active","name":"Ada","email":"a@b.c"}'
    )
    speed_view.handler(kinesis_event(customer), context)
    [key] = keys(lake.s3, "speed/customers/")
    [row] = read_rows(lake, key)
    assert "Ada" not in row.values()
    assert [name for name in row if not name.startswith("_")] == ["uuid", "event_date", "status"]


def test_a_missing_state_object_fails_the_batch_and_says_what_to_do(lake, s3, context):
    lake.s3.delete_object(Bucket=BUCKET, Key="state/tweets.json")
    with pytest.raises(speed_view.MissingStateError, match=r"s3://lake/state/tweets.json is miss"):
        speed_view.handler(kinesis_event(tweet()), context)
    assert keys(lake.s3, "speed/") == []


def test_rows_put_after_their_epoch_was_sealed_are_put_again(lake):
    seal(lake, SEALED)
    calls = []

    def seal_before_the_put(call):
        calls.append(call)
        if calls == ["get_object", "put_object"]:
            seal(lake, "202611201005")

    epochs = speed_view.write_rows(ClockedS3(lake.s3, seal_before_the_put), BUCKET, TWEETS, ROWS)
    assert epochs == ["202611201005", "202611201010"]


def test_the_seal_is_read_again_after_every_put(lake):
    """A second run seals the epoch of the second put, too."""
    seal(lake, SEALED)
    calls = []

    def seal_before_each_put(call):
        calls.append(call)
        if call == "put_object" and calls.count(call) <= 2:
            seal(lake, {1: "202611201005", 2: "202611201010"}[calls.count(call)])

    epochs = speed_view.write_rows(ClockedS3(lake.s3, seal_before_each_put), BUCKET, TWEETS, ROWS)
    assert epochs == ["202611201005", "202611201010", "202611201015"]


def test_an_epoch_that_s3s_clock_has_not_reached_is_left_again(lake):
    """A first answer with a wrong `Date` leads to an epoch far ahead, where no reader looks."""
    seal(lake, SEALED)
    client = ClockedS3(lake.s3)

    def right_the_clock(call):
        if call == "put_object":
            client.now = NOW

    client.now = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    client._between = right_the_clock
    epochs = speed_view.write_rows(client, BUCKET, TWEETS, ROWS)
    assert epochs == ["202611202300", "202611201005"]
