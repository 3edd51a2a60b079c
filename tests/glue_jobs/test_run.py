"""Runs over what both paths delivered: each event once, though it came twice, late or unlike."""

from datetime import timedelta

import pytest

from tests.glue_jobs.lake import rows, tweet, wanted


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


def test_a_run_takes_what_the_speed_path_alone_has_delivered(lake):
    lake.speed(rows(tweet(1), tweet(2, followers=5)))
    lake.clock.pass_epoch()
    outcome = lake.run()
    assert outcome.record["new_events"] == outcome.record["speed_only"] == 2
    assert [row["id"] for row in lake.events()] == [1, 2]
    assert lake.answer() == wanted(tweet(1), tweet(2, followers=5))


def test_a_run_takes_what_raw_alone_has_delivered(lake):
    lake.raw(rows(tweet(1), tweet(2, location="Köln")))
    outcome = lake.run()
    assert outcome.record["new_events"] == outcome.record["raw_only"] == 2
    assert lake.answer() == wanted(tweet(1), tweet(2, location="Köln"))


def test_a_recompute_knows_columns_by_their_ids(lake):
    key = lake.raw(rows(tweet(1, followers=5)))
    lake.run()
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key=key)
    with lake.iceberg.load(lake.tables.events).update_schema(
        allow_incompatible_changes=True
    ) as change:
        change.rename_column("followers_count", "fans")
    lake.run(full=True)  # adds the column of that name
    found = {(row["_run"], row["followers_count"]) for row in lake.table(lake.tables.events)}
    assert found == {(1, None), (2, None)}


def test_an_event_that_both_paths_delivered_counts_once(lake):
    lake.speed(rows(tweet(1), tweet(2)))
    lake.raw(rows(tweet(1), tweet(2)))
    lake.clock.pass_epoch()
    record = lake.run().record
    assert (record["speed_rows"], record["raw_rows"], record["new_events"]) == (2, 2, 2)
    assert (record["repeated_rows"], record["conflicts"]) == (2, 0)
    assert (record["raw_only"], record["speed_only"]) == (0, 0)
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_a_run_without_anything_new_still_moves_the_cut(lake):
    before = lake.boundary()
    lake.clock.pass_epoch()
    lake.run()
    after = lake.boundary()
    assert (after.run, after.serial) == (1, before.serial + 1)
    assert after.cut > before.cut
    assert lake.iceberg.load(lake.tables.events).snapshots() == []
    assert lake.iceberg.load(lake.tables.partials).snapshots() == []
    assert lake.answer() == {}


def test_the_tail_answers_for_the_epoch_that_is_still_open(lake):
    lake.speed(rows(tweet(1)))
    assert lake.run().record["speed_rows"] == 0
    assert lake.answer() == wanted(tweet(1))


def test_an_event_repeated_in_a_later_run_stays_as_it_was_published(lake):
    lake.speed(rows(tweet(1, followers=1), arrived=500))
    lake.clock.pass_epoch()
    lake.run()
    lake.raw(rows(tweet(1, followers=9), arrived=0))
    record = lake.run().record
    assert (record["new_events"], record["known_events"]) == (0, 1)
    assert lake.answer() == wanted(tweet(1, followers=1))


def test_late_events_join_the_day_that_they_happened_on(lake):
    lake.speed(rows(tweet(1, day=20)))
    lake.clock.pass_epoch()
    lake.run()
    lake.speed(rows(tweet(2, day=3), tweet(3, day=20), tweet(4, day=1)))
    lake.clock.pass_epoch()
    lake.run()
    assert lake.answer() == wanted(
        tweet(1, day=20), tweet(2, day=3), tweet(3, day=20), tweet(4, day=1)
    )


def test_the_same_id_at_another_time_is_another_event(lake):
    lake.raw(rows(tweet(1, second=0), tweet(1, second=1)))
    record = lake.run().record
    assert (record["new_events"], record["conflicts"]) == (2, 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            rows(tweet(1, followers=7), arrived=1, first=900),
            rows(tweet(1, followers=8), arrived=2, first=1),
        ),
        (
            rows(tweet(1, followers=7), shard="shardId-000000000000", first=900),
            rows(tweet(1, followers=8), shard="shardId-000000000001", first=1),
        ),
        (rows(tweet(1, followers=7), first=99), rows(tweet(1, followers=8), first=100)),
        (rows(tweet(1, followers=7), first=99), rows(tweet(1, followers=8), first=99)),
    ],
    ids=["arrival", "shard", "sequence number, as a number", "content"],
)
def test_of_copies_in_conflict_the_smallest_stands(lake, first, second):
    lake.raw(second)
    lake.speed(first)
    lake.clock.pass_epoch()
    record = lake.run().record
    assert (record["new_events"], record["conflicts"]) == (1, 1)
    assert lake.answer() == wanted(tweet(1, followers=7))


def test_null_keys_and_null_measures_are_kept(lake):
    one = tweet(1) | {"location": None, "followers_count": 3}
    lake.raw(rows(one, tweet(2, followers=4)))
    lake.run()
    assert lake.answer() == wanted(one, tweet(2, followers=4))
    assert {row["sum_retweet_count"] for row in lake.table(lake.tables.partials)} == {None}


def test_a_raw_object_under_an_old_arrival_hour_is_seen(lake):
    lake.run()
    lake.raw(rows(tweet(1)), arrived=lake.boundary().began.replace(minute=0))
    lake.raw(rows(tweet(2)), arrived=lake.boundary().began - timedelta(hours=40))
    lake.run()
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_every_view_carries_the_boundary_of_the_run(lake):
    lake.raw(rows(tweet(1)))
    boundary = lake.run().boundary
    for name in ("tweets", "tweets_batch_view", "tweets_speed_view", "tweets_totals"):
        assert lake.boundary(name) == boundary


def test_the_runs_table_tells_what_a_run_did(lake):
    lake.raw(rows(tweet(1), tweet(1)))
    lake.run()
    [row] = lake.table(lake.tables.runs)
    assert (row["run"], row["kind"], row["raw_rows"], row["new_events"]) == (1, "run", 2, 1)
    assert row["cut"] == lake.boundary().cut
