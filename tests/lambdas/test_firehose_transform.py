"""The transform λ: an answer per record, the same verdicts as the speed λ, and Lambda's limit."""

import base64
import json

import pytest

from lambdas import firehose_transform
from tests.lambdas.conftest import firehose_event, tweet


@pytest.fixture(autouse=True)
def dataset(monkeypatch):
    monkeypatch.setenv("DATASET", "tweets")


def answered(context, *payloads):
    return firehose_transform.handler(firehose_event(*payloads), context)["records"]


def test_an_event_is_answered_as_the_json_of_raws_columns(context):
    [answer] = answered(context, tweet(new="ignored"))
    assert (answer["recordId"], answer["result"]) == ("r0", "Ok")
    line = base64.b64decode(answer["data"])
    assert line.endswith(b"}\n")
    assert json.loads(line) == {
        "id": 1,
        "created_at": "2026-11-20 09:59:59.000000",
        "followers_count": 5,
        "location": "Bonn",
        "_event_us": 1795168799000000,
        "_event_day": "2026-11-20",
        "_arrived_at": "2026-11-20 10:00:00.123000",
        "_shard_id": "shardId-000000000000",
        "_sequence_number": "100",
    }


def test_an_invalid_record_fails_alone(context):
    answers = answered(context, tweet(), b"\xff", tweet(id=2))
    assert [answer["result"] for answer in answers] == ["Ok", "ProcessingFailed", "Ok"]
    assert [answer["recordId"] for answer in answers] == ["r0", "r1", "r2"]


def test_personal_fields_are_kept_in_raw(context, monkeypatch):
    monkeypatch.setenv("DATASET", "customers")
    customer = b'{"uuid":"u","event_date":1795168800000,"status":"Active","name":"Ada"}'
    [answer] = answered(context, customer)
    assert json.loads(base64.b64decode(answer["data"]))["name"] == "Ada"


def test_an_answer_stays_under_lambdas_limit_and_the_rest_fails(context):
    large = [tweet(id=i, location="x" * 100_000) for i in range(60)]
    small = tweet(id=99)
    answers = answered(context, *large, small)
    assert len(json.dumps({"records": answers})) < 6_000_000
    results = [answer["result"] for answer in answers]
    kept = results.index("ProcessingFailed")
    assert results[:kept] == ["Ok"] * kept
    assert kept == 37  # 133,608 bytes of base64 and frame each, in 5,000,000
    assert results[-1] == "Ok"  # a small one still fits


def test_both_paths_give_an_event_the_same_provenance(context):
    from lakehouse.datasets.tweets import TWEETS
    from lakehouse.events import decoder
    from lakehouse.rows import Arrival, speed_rows

    [answer] = answered(context, tweet())
    raw = json.loads(base64.b64decode(answer["data"]))
    arrival = Arrival.at_milliseconds(1795168800.1234 * 1000, "shardId-000000000000", "100")
    [row] = speed_rows(TWEETS, [(decoder(TWEETS)(tweet()), arrival)]).to_pylist()
    assert row["_arrived_at"].strftime("%Y-%m-%d %H:%M:%S.%f") == raw["_arrived_at"]
    assert (row["_shard_id"], row["_sequence_number"]) == (
        raw["_shard_id"],
        raw["_sequence_number"],
    )
