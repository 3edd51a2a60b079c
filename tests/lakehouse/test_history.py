"""How far back one can go, and what may be deleted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lakehouse import history
from lakehouse.boundary import Boundary, first_boundary
from lakehouse.epochs import epoch_of
from lakehouse.history import HORIZON, Floor, Horizon, numbers_in, ranges_of

START = datetime(2026, 11, 20, 10, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = first_boundary(epoch_of(START - timedelta(minutes=5)))


def after(boundary, run, at, *, is_base=False, horizon=HORIZON, lowest=None):
    """The boundary that a run publishes `at` so long after the start."""
    began = START + at
    cut = epoch_of(began - timedelta(minutes=5))
    return boundary.after_run(
        run,
        cut=cut,
        began=began,
        is_base=is_base,
        lowest=boundary.serial if lowest is None else lowest,
        horizon=horizon,
    )


def past(boundary, run):
    [found] = [past for past in boundary.history if past.run == run]
    return found


def test_a_boundary_remembers_those_before_it():
    second = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    assert [(one.serial, one.run) for one in second.history] == [(0, 0), (1, 1)]
    assert past(second, 1) == after(NEW, 1, HOUR).as_past()


def test_a_rollback_publishes_an_earlier_boundary_under_a_new_serial():
    second = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    back = second.back_to(past(second, 1), now=START + 3 * HOUR, lowest=9)
    first = after(NEW, 1, HOUR)
    assert (back.serial, back.run, back.cut, back.began) == (3, 1, first.cut, first.began)
    assert [one.run for one in back.history] == [0, 1, 2]
    assert after(back, 3, 4 * HOUR).dead == (2,)


def test_what_was_rolled_back_can_be_published_again():
    second = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    back = second.back_to(past(second, 1), now=START + 3 * HOUR, lowest=9)
    again = back.back_to(past(back, 2), now=START + 4 * HOUR, lowest=9)
    assert (again.run, again.cut, again.dead) == (2, second.cut, ())


def test_a_boundary_that_is_not_in_the_history_cannot_be_published_again():
    first = after(NEW, 1, HOUR)
    with pytest.raises(ValueError, match="boundary 1 is not in the history of 1"):
        first.back_to(first.as_past(), now=START + HOUR, lowest=9)


def test_the_floor_is_the_newest_boundary_that_is_old_enough():
    boundary = NEW
    for run in (1, 2, 3):
        boundary = after(boundary, run, run * DAY)
    late = after(boundary, 4, 9 * DAY)
    assert (late.floor.serial, late.floor.run, late.floor.cut) == (2, 2, past(boundary, 2).cut)
    assert [one.run for one in late.history] == [2, 3]


def test_the_floor_is_no_boundary_that_has_a_lower_one_after_it():
    second = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    back = second.back_to(past(second, 1), now=START + 3 * HOUR, lowest=9)
    late = after(back, 3, 20 * DAY)
    # Boundary 2 (run 2) is old, but boundary 3, which is boundary 1 again, is below it.
    assert (late.floor.serial, late.floor.run) == (1, 1)
    assert [one.serial for one in late.history] == [1, 2, 3]


def test_a_rollback_moves_no_floor():
    boundary = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    assert boundary.back_to(past(boundary, 1), now=START + 30 * DAY, lowest=9).floor == NEW.floor


def test_with_a_floor_the_answer_stays():
    boundary = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    raised = boundary.with_floor(now=START + 3 * HOUR, lowest=2, horizon=Horizon(back=timedelta()))
    assert raised.floor == Floor(3, 0, 2, boundary.cut)
    assert replace(raised.as_past(), serial=2) == boundary.as_past()
    assert raised.history == ()


def test_the_history_fits_a_parameter_of_glue_however_many_runs_died(monkeypatch):
    monkeypatch.setattr(history, "MOST_BYTES", 10_000)
    boundary, run = NEW, 0
    for number in range(150):
        # A month of deaths in a row, and then one of ten.
        run += 720 if number == 10 else 2 if number % 10 == 0 else 1
        boundary = after(boundary, run, number * timedelta(minutes=1))
    assert len(boundary.dead) > 720
    assert boundary.floor.serial == boundary.history[0].serial > 0
    assert 8_000 < len(boundary.to_parameter()) < 12_000


def test_the_floor_is_no_boundary_that_another_branch_has_followed():
    """Run 2 is dead for run 3 and counts for run 4: neither is above the other."""
    first = after(NEW, 1, HOUR)
    second = after(first, 2, 2 * HOUR)
    back = second.back_to(past(second, 1), now=START + 3 * HOUR, lowest=9)
    third = after(back, 3, 4 * HOUR)
    to_second = third.back_to(past(third, 2), now=START + 5 * HOUR, lowest=9)
    fourth = after(to_second, 4, 6 * HOUR)
    assert (third.dead, fourth.dead) == ((2,), (3,))
    other = fourth.back_to(past(fourth, 3), now=START + 7 * HOUR, lowest=9)
    again = other.back_to(past(other, 4), now=START + 10 * DAY, lowest=9)
    assert not again.as_past().stands_on(other.as_past())
    assert again.with_floor(now=START + 10 * DAY, lowest=9).floor.run == 1


def test_a_later_base_stands_on_whatever_was_before():
    second = after(after(NEW, 1, HOUR), 2, 2 * HOUR)
    back = second.back_to(past(second, 1), now=START + 3 * HOUR, lowest=9)
    base = after(back, 3, 4 * HOUR, is_base=True)
    assert base.as_past().stands_on(second.as_past())
    assert not second.as_past().stands_on(base.as_past())


def test_numbers_are_kept_as_ranges():
    assert ranges_of((1, 2, 3, 7, 9, 10)) == [[1, 3], [7, 7], [9, 10]]
    assert numbers_in([[1, 3], [7, 7], [9, 10]]) == (1, 2, 3, 7, 9, 10)
    assert (ranges_of(()), numbers_in([])) == ([], ())


def test_a_boundary_has_followed_itself_those_before_it_and_what_was_redeployed():
    first = after(NEW, 1, HOUR)
    second = after(first, 2, 2 * HOUR)
    assert second.has_followed(second)
    assert second.has_followed(first)
    assert not first.has_followed(second)
    redeployed = replace(first, serial=2)
    assert redeployed.has_followed(first)
    assert after(redeployed, 2, 2 * HOUR).has_followed(first)


def test_a_floor_is_settled_when_a_run_has_read_it_and_lapses_longer_after_than_a_query_lasts():
    soon = Horizon(back=timedelta(minutes=1))
    first = after(NEW, 1, HOUR, horizon=soon)
    second = after(first, 2, 2 * HOUR, horizon=soon)  # raises the floor to run 1
    assert second.floor.run == 1
    assert second.settled.floor.run == 0  # nobody has read that floor yet
    third = after(second, 3, 4 * HOUR, horizon=soon)
    assert (third.settled.floor.run, third.settled.seen_at) == (1, START + 4 * HOUR)
    fourth = after(third, 4, 5 * HOUR, horizon=soon)  # an hour is not more than an hour
    assert fourth.settled == third.settled
    assert not third.settled.has_lapsed(START + 5 * HOUR)
    assert third.settled.has_lapsed(START + 5 * HOUR + timedelta(seconds=1))


def test_a_floor_is_not_settled_while_a_view_lags_below_it():
    soon = Horizon(back=timedelta(minutes=1))
    boundary = after(after(NEW, 1, HOUR, horizon=soon), 2, 2 * HOUR, horizon=soon)
    assert (boundary.floor.serial, boundary.settled.floor.serial) == (1, 0)
    lagging = after(boundary, 3, 4 * HOUR, horizon=soon, lowest=0)
    assert lagging.settled == boundary.settled
    level = after(lagging, 4, 5 * HOUR, horizon=soon, lowest=lagging.floor.serial)
    assert level.settled.floor == lagging.floor


def test_runs_that_nothing_from_the_floor_on_reads():
    floor = Floor(serial=9, base=3, run=6, cut="", dead=(4,))
    assert floor.unpublished() == {1, 2, 4}
    assert [run for run in range(9) if floor.has_published(run)] == [3, 5, 6]


def test_a_boundary_with_a_history_reads_back():
    boundary = after(after(NEW, 2, HOUR), 5, 10 * DAY)
    parameters = {"lakehouse.boundary": boundary.to_parameter()}
    assert Boundary.from_parameters(parameters) == boundary
