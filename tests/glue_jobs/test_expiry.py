"""Deleting in two steps: below a floor that nobody reads below any more."""

from datetime import timedelta

import pytest

from glue_jobs.engine import ConflictError, EngineError
from glue_jobs.expiry import carry_out, lapsed_floor, plan_expiry, raise_floor
from glue_jobs.objects import NotDeletedError
from glue_jobs.rollback import plan_rollback, roll_back
from glue_jobs.run import SupersededError
from glue_jobs.upkeep import compact, keep_up
from lakehouse.epochs import epoch_of
from lakehouse.history import Horizon
from tests.glue_jobs.lake import TWEETS, rows, tweet, wanted
from tests.glue_jobs.test_protocol import Death, dies_at, unknown

NOW = timedelta()
SOON = Horizon(back=NOW)
HOUR = timedelta(hours=1, seconds=1)


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


def expire(lake, *, horizon=SOON):
    """What the command does. Returns the plan and what went."""
    with lake.at_hand() as rooms:
        before, now = raise_floor(rooms, horizon=horizon)
        plan = plan_expiry(TWEETS, rooms, before, now=now, horizon=horizon)
        return plan, carry_out(rooms, plan)


def back(lake, to_run):
    with lake.at_hand() as rooms:
        roll_back(rooms.views, plan_rollback(rooms.views, rooms.state, to_run=to_run))


def speed_epochs(lake):
    return sorted({key.split("/")[2] for key in lake.objects("speed/tweets/")})


@pytest.fixture
def batched(lake):
    """Tweet 1 in run 1's epochs, a dead run 2, tweet 2 in run 3's; tweet 3 is in the tail."""
    lake.speed(rows(tweet(1)))
    lake.clock.pass_epoch()
    lake.run()
    lake.speed(rows(tweet(2)))
    lake.clock.pass_epoch()
    with pytest.raises(Death):
        lake.run(checkpoint=dies_at("partials appended"))
    lake.run()
    lake.speed(rows(tweet(3)))
    return lake


def test_a_floor_is_raised_first_then_settled_and_only_then_deleted_below(batched):
    lake = batched
    plan, went = expire(lake)  # raises the floor to run 3; the one before was never raised
    assert (lake.boundary().floor.run, plan.floor, went.speed_objects) == (3, None, 0)
    lake.clock.ahead += HOUR
    plan, went = expire(lake)  # the floor that was read is settled now
    assert (plan.floor.run, went.speed_objects) == (0, 0)
    assert lake.boundary().settled.floor.run == 3
    plan, went = expire(lake)  # not an hour ago
    assert (plan.floor, went.speed_objects, len(speed_epochs(lake))) == (None, 0, 3)
    lake.clock.ahead += HOUR
    plan, went = expire(lake)
    assert (plan.floor.run, went.speed_objects, len(speed_epochs(lake))) == (3, 2, 1)
    assert went.rows == {"tweets_events": 1, "tweets_batch_partials": 1}
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_what_is_deleted_is_not_missed_by_any_later_run(batched):
    lake = batched
    for _ in range(3):
        expire(lake)
        lake.clock.ahead += HOUR
    expire(lake)
    assert len(speed_epochs(lake)) == 1
    everything = wanted(tweet(1), tweet(2), tweet(3))
    lake.clock.pass_epoch()
    lake.run()
    assert lake.answer() == everything
    lake.run(full=True)
    assert lake.answer() == everything


def test_runs_raise_the_floor_and_the_job_deletes_below_it(batched):
    lake = batched
    for _ in range(3):
        lake.clock.ahead += HOUR
        outcome = lake.run(horizon=SOON)
    with lake.at_hand() as rooms:
        keep_up(TWEETS, rooms, outcome, is_compacting=True, is_expiring=True, horizon=SOON)
    assert speed_epochs(lake) == []
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_nothing_goes_that_a_rollback_may_need(batched):
    lake = batched
    week = Horizon()
    for _ in range(4):
        expire(lake, horizon=week)
        lake.clock.ahead += HOUR
    assert len(speed_epochs(lake)) == 3
    assert lake.boundary().floor.run == 0


def test_nothing_goes_while_a_view_lags_below_the_floor(batched):
    lake = batched
    for _ in range(2):
        unknown(lake.aws.glue_once, "update_table", table="tweets_totals", lands=False)
        expire(lake)
        lake.clock.ahead += HOUR
    assert lake.boundary("tweets_totals").serial < lake.boundary().floor.serial
    expire(lake)  # brings the view up, after it was read
    lake.clock.ahead += HOUR
    assert len(speed_epochs(lake)) == 3
    expire(lake)  # reads it where it should be
    lake.clock.ahead += HOUR
    expire(lake)
    assert len(speed_epochs(lake)) == 1
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_a_floor_that_somebody_overtook_is_not_raised(batched, monkeypatch):
    with batched.at_hand() as rooms:
        now = rooms.state.now()

        def meanwhile(_):
            batched.run()
            return now

        monkeypatch.setattr("glue_jobs.state.StateObject.now", meanwhile)
        with pytest.raises(SupersededError, match="the floor was not raised"):
            raise_floor(rooms, horizon=SOON)
    assert batched.boundary().floor.run == 0


def test_a_dry_run_is_the_plan_alone(batched):
    lake = batched
    before = sorted(lake.objects(""))
    with lake.at_hand() as rooms:
        boundary, now = lake.boundary(), rooms.state.now()
        plan_expiry(TWEETS, rooms, boundary, now=now, horizon=SOON)
    assert sorted(lake.objects("")) == before
    assert lake.boundary() == boundary


def test_a_plan_that_is_carried_out_twice_or_late_does_no_harm(batched):
    lake = batched
    for _ in range(2):
        expire(lake)
        lake.clock.ahead += HOUR
    with lake.at_hand() as rooms:
        plan = plan_expiry(TWEETS, rooms, lake.boundary(), now=rooms.state.now(), horizon=SOON)
        assert len(plan.speed_keys) == 2
        lake.clock.pass_epoch()
        lake.run()
        for _ in range(2):
            carry_out(rooms, plan)
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_an_object_that_s3_does_not_delete_is_told(batched):
    lake = batched
    with lake.at_hand() as rooms:
        floor = lake.boundary().as_past()
        plan = plan_expiry(TWEETS, rooms, lake.boundary(), now=rooms.state.now())
        plan = plan.__class__(None, speed_keys=(f"speed/{floor.cut}",))
        answer = {"Errors": [{"Key": "speed/x", "Code": "AccessDenied", "Message": "no"}]}
        rooms.lake.s3.delete_objects = lambda **_: answer
        with pytest.raises(NotDeletedError, match=r"/speed/x: AccessDenied: no"):
            carry_out(rooms, plan)
        del rooms.lake.s3.delete_objects


def test_a_floor_on_another_branch_deletes_nothing_that_the_published_one_reads(lake):
    """Run 2 is dead for run 3 and counts for run 4, which is published after run 3 was again."""
    both = wanted(tweet(1), tweet(2))
    for number in (1, 2):
        lake.speed(rows(tweet(number)))
        lake.clock.pass_epoch()
        lake.run()
    back(lake, 1)
    lake.run()
    back(lake, 2)
    lake.run()
    back(lake, 3)
    lake.clock.ahead += timedelta(hours=2)
    back(lake, 4)
    lake.clock.ahead += timedelta(hours=1, minutes=30)
    for _ in range(4):
        expire(lake, horizon=Horizon(back=timedelta(hours=3)))
        lake.clock.ahead += HOUR
    assert (lake.boundary().run, lake.boundary().dead) == (4, (3,))
    assert lake.answer() == both


# --- Iceberg's snapshots and files


def data_files(lake):
    return {key for key in lake.objects("events/tweets/") if key.endswith(".parquet")}


@pytest.fixture
def compacted(lake):
    for number in range(4):
        lake.raw(rows(tweet(number)))
        lake.run()
    with lake.at_hand() as rooms:
        compact(TWEETS, rooms, floor=None)
    return lake


def test_a_snapshot_goes_long_after_it_was_followed_however_old_it_is(compacted):
    lake = compacted
    held = data_files(lake)
    assert (len(held), len(lake.iceberg.load(lake.tables.events).snapshots())) == (5, 5)
    lake.clock.ahead += Horizon().job - timedelta(hours=1)
    _, went = expire(lake)
    assert (went.snapshots, went.files) == (0, 0)
    lake.clock.ahead += timedelta(hours=2)
    _, went = expire(lake)
    assert len(lake.iceberg.load(lake.tables.events).snapshots()) == 1
    assert len(data_files(lake)) == 1
    assert lake.answer() == wanted(*(tweet(number) for number in range(4)))
    lake.raw(rows(tweet(9)))
    lake.run()
    assert lake.answer() == wanted(*(tweet(number) for number in (0, 1, 2, 3, 9)))


def test_of_two_expiries_at_once_both_come_to_an_end(compacted):
    lake = compacted
    lake.clock.ahead += 2 * Horizon().job
    with lake.at_hand() as rooms:
        plans = [
            plan_expiry(TWEETS, rooms, lake.boundary(), now=rooms.state.now()) for _ in range(2)
        ]
        assert [sum(len(one.snapshots) for one in plan.tables) for plan in plans] == [12, 12]
        for plan in plans:
            carry_out(rooms, plan)
    assert len(data_files(lake)) == 1
    assert lake.answer() == wanted(*(tweet(number) for number in range(4)))


def test_files_of_a_job_that_is_still_writing_stay(compacted):
    lake = compacted
    key = "events/tweets/data/_event_day=2026-11-20/unfinished.parquet"
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=key, Body=b"to be committed")
    lake.clock.ahead += Horizon().job - timedelta(hours=1)
    expire(lake)
    assert key in data_files(lake)
    lake.clock.ahead += timedelta(hours=2)
    expire(lake)
    assert key not in data_files(lake)


def test_a_table_that_others_change_is_left_alone(compacted, monkeypatch):
    lake = compacted
    lake.clock.ahead += 2 * Horizon().job
    with lake.at_hand() as rooms:
        plan = plan_expiry(TWEETS, rooms, lake.boundary(), now=rooms.state.now())

        def conflict(table, ids):
            raise ConflictError(f"{table.name} was changed meanwhile")

        monkeypatch.setattr(rooms.engine, "forget", conflict)
        went = carry_out(rooms, plan)
    assert (went.snapshots, went.files) == (0, 0)
    assert "old snapshots: tweets_events was changed meanwhile" in went.left
    assert len(data_files(lake)) == 5


def test_files_that_the_engine_names_in_another_way_are_no_orphans(compacted, monkeypatch):
    with compacted.at_hand() as rooms:
        found = rooms.engine.files(rooms.tables.events, without=())
        monkeypatch.setattr(
            rooms.engine, "files", lambda *_, **__: {uri.replace("s3:", "s3a:") for uri in found}
        )
        now = rooms.state.now()
        with pytest.raises(EngineError, match=r"^s3a://.* is not in s3://.*: nothing is deleted$"):
            plan_expiry(TWEETS, rooms, compacted.boundary(), now=now, horizon=SOON)


def test_a_lake_without_tables_has_nothing_to_expire(lake):
    plan, went = expire(lake)
    assert (plan.tables, went.speed_objects, went.files) == ((), 0, 0)


def test_the_floor_has_lapsed_longer_after_it_was_seen_than_a_query_lasts(batched):
    boundary = batched.boundary()
    seen = boundary.settled.seen_at
    assert lapsed_floor(boundary, now=seen + timedelta(hours=1)) is None
    assert lapsed_floor(boundary, now=seen + HOUR) == boundary.settled.floor
    assert epoch_of(seen) > boundary.settled.floor.cut
