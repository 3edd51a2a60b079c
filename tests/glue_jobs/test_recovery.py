"""What Firehose could not deliver: events are recovered, the rest is quarantined once."""

import base64
import json

import pytest

from glue_jobs.error_objects import ErrorObjectError, recovered
from lakehouse import layout
from lakehouse.events import Event, Invalid
from lakehouse.rows import quarantine_line
from tests.glue_jobs.lake import (
    ARRIVED,
    DECODE,
    TWEETS,
    conversion_failed,
    processing_failed,
    rows,
    tweet,
    wanted,
)

BAD = b'{"id": 7}'


def encoded(one):
    return json.dumps(one).encode()


def quarantined(lake):
    """What is in the quarantine: (reason, source, data), by key."""
    lines = {key: json.loads(lake.read(key)) for key in lake.objects("quarantine/tweets/")}
    return {
        key: (line["reason"], line["source"], base64.b64decode(line["data"]))
        for key, line in lines.items()
    }


def test_valid_records_of_a_failed_transform_are_recovered(lake):
    lake.error_object(processing_failed(encoded(tweet(1))), processing_failed(encoded(tweet(2))))
    record = lake.run().record
    assert (record["recovered_rows"], record["raw_only"], record["error_objects"]) == (2, 2, 1)
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_rows_of_a_failed_conversion_are_recovered_with_their_own_provenance(lake):
    [row] = rows(tweet(1), arrived=5, shard="shardId-000000000003", first=42)
    lake.error_object(conversion_failed(row), kind="format-conversion-failed")
    lake.run()
    [event] = lake.events()
    assert event["_shard_id"] == "shardId-000000000003"
    assert event["_sequence_number"] == "42"
    assert event["_arrived_at"].isoformat() == "2026-11-20T10:00:00.005000"
    assert lake.answer() == wanted(tweet(1))


def test_an_event_in_an_error_object_and_on_the_speed_path_counts_once(lake):
    lake.speed(rows(tweet(1)))
    lake.error_object(processing_failed(encoded(tweet(1))))
    lake.clock.pass_epoch()
    record = lake.run().record
    assert (record["new_events"], record["conflicts"], record["raw_only"]) == (1, 0, 0)
    assert lake.answer() == wanted(tweet(1))


def test_an_invalid_record_of_an_error_object_is_quarantined(lake):
    lake.error_object(processing_failed(BAD), processing_failed(encoded(tweet(1))))
    assert lake.run().record["quarantined"] == 1
    [(key, line)] = quarantined(lake).items()
    assert key.startswith("quarantine/tweets/day=2026-11-20/firehose-")
    assert line == ("created_at: missing", "firehose", BAD)
    assert lake.answer() == wanted(tweet(1))


def test_an_invalid_record_that_the_speed_path_quarantined_is_not_quarantined_again(lake):
    [(_, arrival)] = rows(tweet(1), first=5)
    lake.aws.s3.put_object(
        Bucket=lake.bucket,
        Key=layout.quarantine_key("tweets", ARRIVED, f"{arrival.shard_id}-5"),
        Body=quarantine_line(BAD, Invalid("created_at: missing"), arrival, source="speed"),
    )
    a_minute_past_midnight = 14 * 3600_000 + 60_000
    lake.error_object(processing_failed(BAD, arrived=a_minute_past_midnight))
    assert lake.run().record["quarantined"] == 0
    assert len(quarantined(lake)) == 1


def test_a_run_that_starts_over_quarantines_a_record_once(lake):
    lake.error_object(processing_failed(BAD))
    lake.run()
    assert lake.run().record["quarantined"] == 0
    assert len(quarantined(lake)) == 1


def test_a_foreign_object_among_the_error_objects_kills_the_run_and_is_named(lake):
    key = f"{layout.errors_prefix('tweets')}processing-failed/x"
    lake.aws.s3.put_object(Bucket=lake.errors, Key=key, Body=b"hello")
    with pytest.raises(ErrorObjectError, match=f"s3://{lake.errors}/{key} is not an error object"):
        lake.run(full=True)
    assert lake.boundary().run == 0


def test_documents_need_no_line_ends_between_them():
    one, two = (json.dumps(processing_failed(encoded(tweet(n)))) for n in (1, 2))
    found = list(recovered([(one + two).encode()], DECODE, where="x"))
    assert [record.verdict.values[0] for record in found] == [1, 2]


def test_only_a_failed_conversion_may_tell_where_a_record_was():
    forged = encoded(tweet(1) | {"_arrived_at": "2020-01-01 00:00:00.000", "_shard_id": "s"})
    [found] = recovered([encoded(processing_failed(forged))], DECODE, where="x")
    assert isinstance(found.verdict, Event)
    assert (found.arrival.arrived_at, found.arrival.shard_id) == (ARRIVED, "")


def test_the_transforms_output_decodes_to_the_event_that_it_was_made_from():
    [(event, arrival)] = rows(tweet(1, followers=77, second=9))
    document = encoded(conversion_failed((event, arrival)))
    [found] = recovered([document], DECODE, where="x")
    assert (found.verdict.values, found.verdict.event_us) == (event.values, event.event_us)
    assert found.arrival == arrival
    assert TWEETS.event_id == "id"
