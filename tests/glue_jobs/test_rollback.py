"""Going back to an earlier boundary: nothing that was acknowledged leaves the answer."""

import dataclasses
from datetime import timedelta

import pytest

from glue_jobs.publication import DefinitionError
from glue_jobs.rollback import RollbackError, choices, plan_rollback, roll_back
from glue_jobs.run import SupersededError
from lakehouse.history import Horizon
from lakehouse.windows import Window
from tests.glue_jobs.lake import rows, tweet, wanted
from tests.glue_jobs.test_protocol import LOST, unknown


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


@pytest.fixture
def two_runs(lake):
    """Run 1 has tweet 1 from raw, run 2 has tweet 2 from the speed layer."""
    lake.raw(rows(tweet(1)))
    lake.run()
    lake.speed(rows(tweet(2)))
    lake.clock.pass_epoch()
    lake.run()
    return lake


def back(lake, to_run=None):
    with lake.at_hand() as rooms:
        move = plan_rollback(rooms.views, rooms.state, to_run=to_run)
        return roll_back(rooms.views, move)


def test_a_rollback_publishes_the_boundary_before(two_runs):
    lake = two_runs
    first, second = lake.boundary().history[-1], lake.boundary()
    now = back(lake)
    assert (now.serial, now.run, now.cut, now.began) == (3, 1, first.cut, first.began)
    assert lake.boundary() == lake.boundary("tweets_speed_view") == now
    assert lake.state()["seal"] == second.cut
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_the_run_after_a_rollback_takes_in_what_was_rolled_back(two_runs):
    back(two_runs)
    boundary = two_runs.run().boundary
    assert (boundary.run, boundary.dead) == (3, (2,))
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_a_rollback_of_a_rollback_goes_further_back_and_a_number_goes_forward(two_runs):
    back(two_runs)
    assert back(two_runs).run == 0
    assert two_runs.answer() == wanted(tweet(2))  # tweet 1 came by raw alone: it waits for a run
    assert back(two_runs, to_run=2).run == 2
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_a_recompute_can_be_rolled_back(two_runs):
    two_runs.run(full=True)
    assert (back(two_runs).base, two_runs.boundary().run) == (0, 2)
    assert two_runs.run().boundary.dead == (3,)
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_the_choices_are_the_answers_that_differ_newest_first(two_runs):
    assert [past.run for past in choices(two_runs.boundary())] == [1, 0]
    back(two_runs)
    assert [past.run for past in choices(two_runs.boundary())] == [2, 0]


def test_nothing_to_go_back_to_is_said(lake):
    with pytest.raises(
        RollbackError,
        match=r"^there is no earlier boundary\. Published is run 0, one can go to: none\.",
    ):
        back(lake)


def test_a_run_that_is_no_choice_is_refused_with_those_that_are(two_runs):
    with pytest.raises(RollbackError, match=r"run 7 is not among .* can go to: 1, 0\. The fl"):
        back(two_runs, to_run=7)


def test_nobody_goes_below_the_floor(two_runs):
    two_runs.clock.pass_epoch()
    floor = two_runs.run(horizon=Horizon(back=Horizon().back * 0)).boundary.floor
    assert floor.run == 3
    with pytest.raises(RollbackError, match=r"can go to: none\. The floor is run 3"):
        back(two_runs)


def test_a_rollback_that_was_overtaken_changes_nothing(two_runs):
    with two_runs.at_hand() as rooms:
        move = plan_rollback(rooms.views, rooms.state)
        two_runs.run()
        with pytest.raises(SupersededError, match="nothing was rolled back"):
            roll_back(rooms.views, move)
    assert two_runs.boundary().run == 3


@pytest.mark.parametrize("lands", [True, False])
def test_a_rollback_whose_answer_is_lost_is_looked_up(two_runs, lands):
    unknown(two_runs.aws.glue_once, "update_table", table="tweets", lands=lands)
    if lands:
        assert back(two_runs) == two_runs.boundary()
    else:
        with pytest.raises(RuntimeError, match="is not published so far"):
            back(two_runs)
        assert two_runs.boundary().run == 2
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_a_rollback_whose_answer_is_lost_and_that_a_run_followed_took_effect(two_runs, monkeypatch):
    update = two_runs.aws.glue_once.update_table

    def lost(**arguments):
        monkeypatch.setattr(two_runs.aws.glue_once, "update_table", update)
        update(**arguments)
        two_runs.run()
        raise LOST

    monkeypatch.setattr(two_runs.aws.glue_once, "update_table", lost)
    assert back(two_runs).run == 1
    assert (two_runs.boundary().run, two_runs.boundary().dead) == (3, (2,))
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_a_definition_cannot_change_where_a_rollback_may_lead_back_to_a_batch(two_runs):
    back(two_runs)
    assert back(two_runs).run == 0
    views = two_runs.views()
    other = dataclasses.replace(views.dataset, window=Window(timedelta(hours=1)))
    with pytest.raises(DefinitionError, match="the window's panes of 'tweets' are not those"):
        dataclasses.replace(views, dataset=other).read()
