"""Runs that die, meet each other, or never learn how a write ended: no answer is ever wrong."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pyiceberg.catalog.glue import GlueCatalog

from glue_jobs.engine import AppendError, EngineError
from glue_jobs.iceberg import OneTryCatalog
from glue_jobs.publication import (
    DefinitionError,
    PublicationRefusedError,
    PublicationUnknownError,
)
from glue_jobs.run import SupersededError
from glue_jobs.state import LEASE, LeaseError, StateError
from lakehouse import layout
from lakehouse.epochs import epoch_of
from lakehouse.state import State
from lakehouse.windows import Window
from tests.glue_jobs.engines import is_spark
from tests.glue_jobs.lake import rows, tweet, wanted

# On Spark Iceberg itself commits: on_spark/test_commits.py.
commits_by_pyiceberg = pytest.mark.skipif(is_spark(), reason="Iceberg's Java client commits")


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


class Death(BaseException):
    """A run that is killed; nothing catches it."""


class DiesAfter:
    """A checkpoint that kills the run after a number of steps."""

    def __init__(self, steps):
        self.left, self.name = steps, None

    def __call__(self, name):
        self.name = name
        if self.left == 0:
            raise Death
        self.left -= 1


def dies_at(step):
    """A checkpoint that kills the run at a step."""

    def checkpoint(name):
        if name == step:
            raise Death

    return checkpoint


LOST = ReadTimeoutError(endpoint_url="http://nowhere")


def unknown(client, operation, *, lands=True, table=None, times=1, error=LOST):
    """Make the next answers of one operation get lost, before or after it takes effect."""
    original = getattr(client, operation)
    left = [times]

    def lost(**arguments):
        if left[0] == 0 or (table and arguments["TableInput"]["Name"] != table):
            return original(**arguments)
        left[0] -= 1
        if lands:
            original(**arguments)
        raise error

    setattr(client, operation, lost)


def test_a_run_that_dies_between_any_two_remote_calls_changes_no_answer(lake):
    events = [tweet(1, followers=3), tweet(2, day=19)]
    lake.speed(rows(*events))
    lake.raw(rows(*events, tweet(3)))
    lake.clock.pass_epoch()
    before = wanted(*events)  # raw answers only once it is batched
    after = wanted(*events, tweet(3))
    died_at, step = [], 0
    while True:
        death = DiesAfter(step)
        try:
            lake.run(checkpoint=death)
        except Death:
            died_at.append(death.name)
            is_published = lake.boundary().run > 0
            assert lake.answer() == (after if is_published else before), death.name
            if is_published:
                break
            step += 1
    assert {"boundary read", "state written", "events appended", "partials appended"} <= {*died_at}
    assert died_at[-1] == "published"
    assert lake.run().boundary.dead == tuple(range(1, lake.state()["run"] - 1))
    assert lake.answer() == after


def test_a_run_that_died_is_healed_by_the_next(lake):
    lake.speed(rows(tweet(1)))
    lake.clock.pass_epoch()
    with pytest.raises(Death):
        lake.run(checkpoint=dies_at("partials appended"))
    assert [row["_run"] for row in lake.table(lake.tables.partials)] == [1]
    outcome = lake.run()
    assert (outcome.boundary.run, outcome.boundary.dead) == (2, (1,))
    assert lake.answer() == wanted(tweet(1))


def test_of_two_runs_on_one_boundary_the_second_to_publish_is_dead(lake):
    lake.speed(rows(tweet(1), tweet(2)))
    lake.clock.pass_epoch()
    inner = []

    def meanwhile(step):
        if step == "copies read" and not inner:
            inner.append(None)
            inner[0] = lake.run()

    with pytest.raises(SupersededError, match="run 1 is dead: somebody published after boundary 0"):
        lake.run(checkpoint=meanwhile)
    assert (lake.boundary().run, lake.boundary().dead) == (2, (1,))
    assert lake.answer() == wanted(tweet(1), tweet(2))
    assert lake.run().boundary.dead == (1,)
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_a_run_that_wakes_after_others_have_published_changes_nothing(lake):
    lake.speed(rows(tweet(1)))
    lake.clock.pass_epoch()

    def sleeps(step):
        if step == "partials appended":
            for number in (2, 3):
                lake.speed(rows(tweet(number)))
                lake.clock.pass_epoch()
                lake.run()

    with pytest.raises(SupersededError):
        lake.run(checkpoint=sleeps)
    assert lake.boundary().dead == (1,)
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_a_publication_whose_answer_is_lost_counts_if_it_took_effect(lake):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.glue_once, "update_table", table="tweets")
    assert lake.run().boundary == lake.boundary() == lake.boundary("tweets_batch_view")
    assert lake.answer() == wanted(tweet(1))


def test_a_publication_that_never_took_effect_leaves_a_dead_run(lake):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.glue_once, "update_table", table="tweets", lands=False)
    with pytest.raises(PublicationUnknownError, match="run 1 is not published so far"):
        lake.run()
    assert lake.boundary().run == 0
    assert lake.run().boundary.dead == (1,)
    assert lake.answer() == wanted(tweet(1))


def test_a_publication_that_glue_refuses_says_why(lake):
    lake.raw(rows(tweet(1)))

    answer = {
        "Error": {"Code": "AccessDeniedException", "Message": "not yours"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    denied = ClientError(answer, "UpdateTable")
    unknown(lake.aws.glue_once, "update_table", table="tweets", lands=False, error=denied)
    with pytest.raises(PublicationRefusedError, match=r"run 1 could not be published.*not yours"):
        lake.run()
    assert lake.run().boundary.dead == (1,)
    assert lake.answer() == wanted(tweet(1))


def test_a_recompute_whose_lease_landed_without_an_answer_goes_on(lake):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.s3_once, "put_object", lands=True)
    assert lake.run(full=True).boundary.base == 2
    assert lake.answer() == wanted(tweet(1))


def test_a_state_object_that_was_started_over_kills_the_run_before_it_writes(lake):
    lake.raw(rows(tweet(1)))
    lake.run()
    lake.run()
    started_over = State(run=0, seal=lake.boundary().cut).to_json()
    lake.aws.s3.put_object(Bucket=lake.bucket, Key="state/tweets.json", Body=started_over)
    with pytest.raises(StateError, match="counts 0 runs, but run 2 is published"):
        lake.run()
    assert lake.answer() == wanted(tweet(1))


def test_a_dataset_that_was_defined_anew_is_refused(lake):
    lake.raw(rows(tweet(1)))
    lake.run()
    views = lake.views()
    other = dataclasses.replace(views.dataset, window=Window(timedelta(days=2)))
    with pytest.raises(DefinitionError, match="the window's panes of 'tweets' are not those"):
        dataclasses.replace(views, dataset=other).read()


def test_a_publication_that_nobody_can_read_about_is_reported_as_unknown(lake):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.glue_once, "update_table", table="tweets")

    def network_gone(step):
        if step == "publish: refused, or outcome unknown":
            unknown(lake.aws.glue, "get_table")

    with pytest.raises(PublicationUnknownError, match="whether run 1 is published could not be"):
        lake.run(checkpoint=network_gone)
    assert lake.answer() == wanted(tweet(1))
    assert lake.run().boundary.dead == ()


def test_a_run_that_cannot_be_recorded_is_published_all_the_same(lake, monkeypatch):
    lake.raw(rows(tweet(1)))
    with lake.at_hand() as rooms:
        engine = type(rooms.engine)
    append, refused = engine.append, []

    def broken(self, table, sql):
        if table.name == "tweets_runs":
            refused.append(sql)
            raise AppendError("append to tweets_runs: outcome unknown (S3 is down)")
        return append(self, table, sql)

    monkeypatch.setattr(engine, "append", broken)
    assert lake.run().boundary == lake.boundary()
    assert refused
    assert lake.answer() == wanted(tweet(1))


def test_a_view_that_is_not_ours_is_left_alone(lake):
    lake.aws.glue.update_table(
        DatabaseName=lake.database, TableInput={"Name": "tweets_totals", "Parameters": {}}
    )
    lake.raw(rows(tweet(1)))
    assert lake.run().boundary == lake.boundary("tweets_speed_view")


def test_another_view_that_cannot_be_updated_is_healed_by_the_next_run(lake):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.glue_once, "update_table", table="tweets_batch_view", lands=False)
    lake.run()
    assert (lake.boundary().run, lake.boundary("tweets_batch_view").run) == (1, 0)
    lake.run()
    assert lake.boundary("tweets_batch_view") == lake.boundary()


def test_a_view_that_is_further_is_left_alone(lake):
    def overtaken(step):
        if step == "published":
            lake.run()

    assert lake.run(checkpoint=overtaken).boundary.run == 1
    assert lake.boundary().run == lake.boundary("tweets_batch_view").run == 2


@commits_by_pyiceberg
@pytest.mark.parametrize("lands", [True, False])
@pytest.mark.parametrize("name", ["tweets_events", "tweets_batch_partials"])
def test_an_append_of_unknown_outcome_kills_the_run_and_is_never_repeated(
    lake, monkeypatch, name, lands
):
    lake.raw(rows(tweet(1), tweet(2)))
    commit, tried = GlueCatalog.commit_table, []

    def lost(self, table, requirements, updates):
        if table.name()[1] != name:
            return commit(self, table, requirements, updates)
        tried.append(name)
        if lands:
            commit(self, table, requirements, updates)
        raise ReadTimeoutError(endpoint_url="http://nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(GlueCatalog, "commit_table", lost)
        with pytest.raises(AppendError, match=f"append to {name}: outcome unknown"):
            lake.run()
    assert tried == [name]
    assert lake.answer() == {}
    lake.run()
    assert lake.answer() == wanted(tweet(1), tweet(2))


@commits_by_pyiceberg
def test_an_append_that_meets_another_commit_is_not_repeated(lake, monkeypatch):
    lake.run()
    lake.raw(rows(tweet(1)))
    tried, original = [], OneTryCatalog.commit_table

    def meanwhile(self, table, requirements, updates):
        tried.append(table.name()[1])
        if len(tried) == 1:
            lake.run()
        return original(self, table, requirements, updates)

    monkeypatch.setattr(OneTryCatalog, "commit_table", meanwhile)
    with pytest.raises(AppendError, match="was changed meanwhile"):
        lake.run()
    assert lake.answer() == wanted(tweet(1))
    assert lake.run().boundary.dead == (2,)


def test_a_run_that_cannot_account_for_its_rows_publishes_nothing(lake, monkeypatch):
    lake.raw(rows(tweet(1), tweet(2)))
    monkeypatch.setattr(
        "glue_jobs.queries.new_events",
        lambda _: "SELECT * FROM firsts UNION ALL SELECT * FROM firsts",
    )
    monkeypatch.setattr("glue_jobs.queries.partials", lambda *_: "SELECT 3 AS events")
    with pytest.raises(EngineError, match="events in partials: 3, not 4; the engine lost or made"):
        lake.run()
    assert lake.answer() == {}


# --- The state object


def test_a_missing_state_object_is_an_error_with_its_cure(lake):
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key=layout.state_key("tweets"))
    with pytest.raises(StateError, match="is missing: a deployment creates it in a new lake only"):
        lake.run()
    assert lake.boundary().run == 0


@pytest.mark.parametrize(("lands", "number"), [(True, 2), (False, 1)])
def test_a_number_whose_write_has_an_unknown_outcome_is_given_up(lake, lands, number):
    lake.raw(rows(tweet(1)))
    unknown(lake.aws.s3_once, "put_object", lands=lands)
    boundary = lake.run().boundary
    assert (boundary.run, boundary.dead) == (number, tuple(range(1, number)))
    assert lake.answer() == wanted(tweet(1))


def test_two_runs_never_take_the_same_number(lake):
    def meanwhile(step):
        if step == "state read" and not numbers:
            numbers.append(None)
            numbers[0] = lake.run().boundary.run

    numbers = []
    with pytest.raises(SupersededError, match="run 2 is dead"):
        lake.run(checkpoint=meanwhile)
    assert numbers == [1]


def test_the_seal_stays_behind_s3s_own_epoch_and_never_moves_back(lake):
    lake.clock.ahead += timedelta(minutes=15)
    first = lake.run().boundary.cut
    assert first == epoch_of(datetime.now(UTC) + timedelta(minutes=10))
    lake.clock.ahead -= timedelta(minutes=15)
    assert lake.run().boundary.cut == first == lake.state()["seal"]


def test_began_is_s3s_time_and_not_the_jobs(lake):
    lake.clock.ahead = LEASE
    began = lake.run().boundary.began
    assert abs(began - datetime.now(UTC) - LEASE).total_seconds() < 60


def test_a_writer_that_was_sealed_out_writes_again_and_is_counted_once(lake):
    lake.speed(rows(tweet(1)))
    original, put = lake.aws.s3.put_object, []

    def slow(**arguments):
        answer = original(**arguments)
        if arguments["Key"].startswith("speed/") and not put:
            put.append(arguments["Key"])
            lake.clock.pass_epoch()
            lake.run()
        return answer

    lake.aws.s3.put_object = slow
    epochs = lake.speed(rows(tweet(2)))
    assert len(epochs) == 2
    lake.clock.pass_epoch()
    lake.run()
    assert lake.answer() == wanted(tweet(1), tweet(2))


# --- Recompute


def test_a_recompute_equals_the_runs_that_it_replaces(lake):
    lake.speed(rows(tweet(1, followers=5), arrived=9))
    lake.clock.pass_epoch()
    lake.run()
    lake.raw(rows(tweet(1, followers=6), arrived=1))
    lake.raw(rows(tweet(2, day=18)))
    lake.run()
    lake.speed(rows(tweet(3)))
    before = lake.answer()
    record = lake.run(full=True).record
    boundary = lake.boundary()
    assert (boundary.base, boundary.run, record["kind"]) == (3, 3, "recompute")
    assert [row["_run"] for row in lake.events()] == [3, 3]
    assert lake.answer() == before == wanted(tweet(1, followers=5), tweet(2, day=18), tweet(3))


def test_a_recompute_keeps_published_events_that_are_in_no_other_place(lake):
    key = lake.raw(rows(tweet(1), tweet(2)))
    lake.run()
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key=key)
    lake.run(full=True)
    assert lake.answer() == wanted(tweet(1), tweet(2))
    lake.run(full=True)
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_ordinary_runs_stand_aside_while_a_recompute_holds_the_lease(lake):
    lake.raw(rows(tweet(1)))

    def meanwhile(step):
        if step == "copies read":
            with pytest.raises(LeaseError, match="run 1 recomputes and has asked others to stand"):
                lake.run()

    lake.run(full=True, checkpoint=meanwhile)
    assert "lease" not in lake.state()
    assert lake.run().boundary.run == 2
    assert lake.answer() == wanted(tweet(1))


def test_the_lease_of_a_recompute_that_died_expires_by_s3s_time(lake):
    with pytest.raises(Death):
        lake.run(full=True, checkpoint=dies_at_without_release(lake))
    with pytest.raises(LeaseError):
        lake.run()
    lake.clock.ahead += LEASE
    assert lake.run().boundary.dead == (1,)


def test_the_lease_of_a_recompute_that_died_can_be_ignored_which_ends_it(lake):
    lake.raw(rows(tweet(1)))
    with pytest.raises(Death):
        lake.run(full=True, checkpoint=dies_at_without_release(lake))
    with pytest.raises(LeaseError, match="if that run was killed: lakehouse batch --ignore-lease"):
        lake.run()
    assert lake.run(ignores_lease=True).boundary.dead == (1,)
    assert "lease" not in lake.state()
    assert lake.run().boundary.run == 3
    assert lake.answer() == wanted(tweet(1))


def test_a_recompute_whose_lease_was_ignored_is_dead(lake):
    lake.raw(rows(tweet(1)))

    def meanwhile(step):
        if step == "partials appended":
            lake.run(ignores_lease=True)

    with pytest.raises(SupersededError):
        lake.run(full=True, checkpoint=meanwhile)
    assert lake.boundary().dead == (1,)
    assert lake.answer() == wanted(tweet(1))


def dies_at_without_release(lake):
    """A run that is killed runs nothing more, so it gives no lease back."""

    def checkpoint(step):
        if step == "copies read":
            unknown(lake.aws.s3_once, "put_object", lands=False, times=20)
            raise Death

    return checkpoint


# --- Rollback


def test_a_run_after_a_rollback_unites_what_the_rolled_back_runs_had(lake):
    lake.raw(rows(tweet(1)))
    first = lake.run().boundary
    lake.speed(rows(tweet(2)))
    lake.clock.pass_epoch()
    lake.run()
    before = lake.answer()
    version = lake.views().read().version
    back = dataclasses.replace(first, serial=lake.boundary().serial + 1)
    assert lake.views().publish(back, version=version)
    assert lake.answer() == before
    boundary = lake.run().boundary
    assert (boundary.run, boundary.dead) == (3, (2,))
    assert lake.answer() == before == wanted(tweet(1), tweet(2))
