"""Quarantined records that decode after all become speed rows, and count once."""

import io
import json

import pyarrow.parquet as pq
import pytest

from lakehouse import layout
from lakehouse.datasets import get_dataset
from lakehouse.events import Invalid
from lakehouse.rows import Arrival, quarantine_line
from lambdas.speed_view import MissingStateError
from local import replay as replaying
from local.replay import NotTakenOutError, replay
from tests.glue_jobs.lake import ARRIVED, TWEETS, rows, tweet, wanted

SHARD = "shardId-000000000007"


def put(lake, data, *, number=5, source="speed", shard=SHARD, dataset="tweets"):
    """A record in the quarantine, as an older decoder that refused it has put it there."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    arrival = Arrival(ARRIVED, shard, str(number) if shard else "")
    unique = f"{shard}-{number}" if source == "speed" else f"firehose-{number}"
    key = layout.quarantine_key(dataset, ARRIVED, unique)
    line = quarantine_line(body, Invalid("it was refused"), arrival, source=source)
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=key, Body=line)
    return key


def replayed(lake, *, dry_run=False, s3=None):
    return replay(s3 or lake.aws.s3, lake.bucket, TWEETS, dry_run=dry_run)


def quarantine(lake):
    return lake.objects("quarantine/")


def test_what_decodes_is_written_as_speed_rows_and_leaves_the_quarantine(lake):
    put(lake, tweet(1), number=1)
    put(lake, tweet(2), number=2)
    done = replayed(lake)
    assert (done.rows, done.stayed, len(done.epochs)) == (2, 0, 1)
    assert quarantine(lake) == []
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_what_does_not_decode_stays_and_is_counted_by_reason(lake):
    kept = [
        put(lake, {"id": 7}, number=1),
        put(lake, tweet(3, followers="many"), number=2),
        put(lake, tweet(3, followers="some"), number=3),
    ]
    put(lake, tweet(1), number=4)
    done = replayed(lake)
    assert done.rows == 1
    assert dict(done.reasons) == {
        "created_at: missing": 1,
        "followers_count: expected an int": 2,
    }
    assert quarantine(lake) == kept
    assert lake.answer() == wanted(tweet(1))


def test_a_row_has_the_arrival_of_its_record(lake):
    put(lake, tweet(1), number=42)
    replayed(lake)
    [key] = lake.objects(layout.speed_prefix("tweets"))
    [row] = pq.read_table(io.BytesIO(lake.read(key))).to_pylist()
    assert (row["_shard_id"], row["_sequence_number"]) == (SHARD, "42")
    assert row["_arrived_at"] == ARRIVED.replace(tzinfo=None)


def test_a_record_that_firehose_could_not_deliver_has_no_place_in_the_stream(lake):
    put(lake, tweet(1), source="firehose", shard="")
    replayed(lake)
    lake.clock.pass_epoch()
    lake.run()
    [event] = lake.events()
    assert (event["_shard_id"], event["_sequence_number"]) == ("", "")
    assert lake.answer() == wanted(tweet(1))


def test_an_event_that_the_other_path_brought_too_counts_once_and_the_first_copy_stands(lake):
    lake.raw(rows(tweet(1, followers=1), arrived=1))
    put(lake, tweet(1, followers=5))  # it arrived a millisecond before the copy in raw
    replayed(lake)
    lake.clock.pass_epoch()
    assert lake.run().record["conflicts"] == 1
    assert lake.answer() == wanted(tweet(1, followers=5))


def test_an_event_that_is_published_does_not_count_again(lake):
    lake.raw(rows(tweet(1)))
    lake.run()
    put(lake, tweet(1))
    assert replayed(lake).rows == 1
    assert lake.answer() == wanted(tweet(1))
    lake.clock.pass_epoch()
    assert lake.run().record["new_events"] == 0


def test_a_dry_run_counts_and_changes_nothing(lake):
    keys = [put(lake, tweet(1), number=1), put(lake, {"id": 7}, number=2)]
    done = replayed(lake, dry_run=True)
    assert (done.rows, done.stayed, done.epochs) == (1, 1, set())
    assert quarantine(lake) == keys
    assert lake.objects(layout.speed_prefix("tweets")) == []


class Killed(BaseException):
    pass


class Dies:
    """An S3 client whose user is killed before the given call."""

    def __init__(self, s3, call):
        self._s3, self._call = s3, call

    def __getattr__(self, name):
        if name == self._call:
            raise Killed
        return getattr(self._s3, name)


@pytest.mark.parametrize(("call", "is_counted"), [("put_object", False), ("delete_objects", True)])
def test_a_replay_that_is_killed_loses_nothing_and_the_next_counts_nothing_twice(
    lake, call, is_counted
):
    key = put(lake, tweet(1))
    with pytest.raises(Killed):
        replayed(lake, s3=Dies(lake.aws.s3, call))
    assert quarantine(lake) == [key]
    assert lake.answer() == (wanted(tweet(1)) if is_counted else {})
    assert replayed(lake).rows == 1
    assert quarantine(lake) == []
    assert lake.answer() == wanted(tweet(1))
    assert replayed(lake).rows == 0


def test_two_replays_at_once_count_an_event_once(lake, monkeypatch):
    put(lake, tweet(1), number=1)
    put(lake, tweet(2), number=2)
    write = replaying.write_rows

    def meanwhile(*given):
        monkeypatch.setattr(replaying, "write_rows", write)
        assert replayed(lake).rows == 2
        return write(*given)

    monkeypatch.setattr(replaying, "write_rows", meanwhile)
    assert replayed(lake).rows == 2
    assert quarantine(lake) == []
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_objects_that_somebody_else_replayed_meanwhile_are_passed_over(lake, monkeypatch):
    put(lake, tweet(1), number=1)
    listed = replaying._keys

    def then_gone(*given):
        keys = list(listed(*given))
        monkeypatch.setattr(replaying, "_keys", listed)
        replayed(lake)
        return iter(keys)

    monkeypatch.setattr(replaying, "_keys", then_gone)
    done = replayed(lake)
    assert (done.rows, done.gone) == (0, 1)
    assert lake.answer() == wanted(tweet(1))


def test_a_seal_that_moves_meanwhile_moves_the_rows_too(lake, monkeypatch):
    """It is the speed λ's own loop: rows under a closed epoch are put again."""
    put(lake, tweet(1))
    original, puts = lake.aws.s3.put_object, []

    def put_object(**given):
        answer = original(**given)
        puts.append(given["Key"])
        if len(puts) == 1:
            lake.clock.pass_epoch()
            lake.run()
        return answer

    monkeypatch.setattr(lake.aws.s3, "put_object", put_object)
    replayed(lake)
    assert len(lake.objects(layout.speed_prefix("tweets"))) == 2
    assert lake.answer() == wanted(tweet(1))


def test_batches_are_bounded_by_rows_and_by_bytes(lake, monkeypatch):
    for number in range(5):
        put(lake, tweet(number), number=number)
    monkeypatch.setattr(replaying, "BATCH_ROWS", 2)
    assert replayed(lake).rows == 5
    assert len(lake.objects(layout.speed_prefix("tweets"))) == 3
    for number in range(10, 13):
        put(lake, tweet(number), number=number)
    monkeypatch.setattr(replaying, "BATCH_BYTES", 1)
    assert replayed(lake).rows == 3
    assert len(lake.objects(layout.speed_prefix("tweets"))) == 6
    assert lake.answer() == wanted(*(tweet(n) for n in (*range(5), *range(10, 13))))


def test_personal_fields_do_not_get_into_speed_rows(lake):
    customers = get_dataset("customers")
    fields = {"uuid": "u", "event_date": "2026-11-20T09:00:00Z", "status": "Active"}
    put(lake, fields | {"name": "Ada", "email": "ada@example.com"}, dataset="customers")
    state = lake.aws.s3.get_object(Bucket=lake.bucket, Key=layout.state_key("tweets"))
    key = layout.state_key("customers")
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=key, Body=state["Body"].read())
    assert replay(lake.aws.s3, lake.bucket, customers, dry_run=False).rows == 1
    [written] = lake.objects(layout.speed_prefix("customers"))
    body = lake.read(written)
    assert pq.read_table(io.BytesIO(body)).column_names == [
        name for name, _ in layout.speed_columns(customers)
    ]
    assert b"Ada" not in body


def test_a_foreign_object_stays_and_is_told(lake):
    key = "quarantine/tweets/day=2026-11-20/notes.txt"
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=key, Body=b"hello")
    assert dict(replayed(lake).reasons) == {"not an object that the quarantine is made of": 1}
    assert quarantine(lake) == [key]


def test_a_lake_without_a_state_object_is_left_alone(lake):
    key = put(lake, tweet(1))
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key=layout.state_key("tweets"))
    with pytest.raises(MissingStateError, match="says how to restore it"):
        replayed(lake)
    assert quarantine(lake) == [key]


def test_an_object_that_cannot_be_deleted_is_told(lake, monkeypatch):
    put(lake, tweet(1))

    def refuse(*, Delete, **_):
        return {"Errors": [{"Key": one["Key"], "Message": "no"} for one in Delete["Objects"]]}

    monkeypatch.setattr(lake.aws.s3, "delete_objects", refuse)
    with pytest.raises(NotTakenOutError, match="could not be deleted"):
        replayed(lake)
    assert lake.answer() == wanted(tweet(1))
