"""Epochs, the seal's rules, and the boundary."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lakehouse.boundary import (
    BOUNDARY_PARAMETER,
    Boundary,
    Lease,
    State,
    advanced_seal,
    epoch_after,
    epoch_of,
    first_boundary,
    is_closed,
    open_epoch,
    s3_time,
    start_of,
)
from lakehouse.history import Floor, Past, Settled

NOW = datetime(2026, 11, 20, 10, 7, 31, tzinfo=UTC)


def test_an_epoch_is_a_five_minute_slot_of_utc():
    assert epoch_of(NOW) == "202611201005"
    assert epoch_of(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "202611201005"
    assert start_of("202611201005") == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)


def test_epochs_count_over_the_end_of_a_year():
    assert epoch_after("202612312355") == "202701010000"
    assert epoch_after("202701010000", -1) == "202612312355"


def test_s3s_time_is_the_date_header():
    assert s3_time({"date": "Fri, 20 Nov 2026 10:07:31 GMT"}) == NOW


@pytest.mark.parametrize(
    ("epoch", "closed"),
    [
        ("202611201000", True),  # the seal itself
        ("202611201005", False),  # S3's epoch
        ("202611201010", False),  # one ahead of it
        ("202611201015", True),  # further ahead: a writer's clock is wrong
    ],
)
def test_writers_may_use_the_epochs_between_the_seal_and_one_past_s3s(epoch, closed):
    assert is_closed(epoch, seal="202611201000", s3_epoch="202611201005") is closed


def test_the_epoch_after_a_seal_is_open_even_when_the_seal_is_ahead_of_s3():
    seal, s3_epoch = "202611201100", "202611201005"
    epoch = open_epoch(seal=seal, s3_epoch=s3_epoch)
    assert epoch == "202611201105"
    assert not is_closed(epoch, seal=seal, s3_epoch=s3_epoch)


def test_the_seal_never_passes_the_epoch_before_s3s_and_never_moves_back():
    assert advanced_seal("202611200900", s3_epoch="202611201005") == "202611201000"
    assert advanced_seal("202611201100", s3_epoch="202611201005") == "202611201100"


def test_the_state_object_reads_back():
    state = State(run=7, seal="202611201000", lease=Lease(7, NOW, "me"))
    assert State.from_json(state.to_json()) == state
    assert State.from_json(b'{"run": 0, "seal": "202611201000"}') == State(0, "202611201000")


def test_a_new_lake_answers_from_the_speed_layer_alone():
    boundary = first_boundary("202611201000")
    assert not boundary.has_batch
    assert not boundary.is_published(0)
    assert (boundary.cut, boundary.began) == ("202611201000", start_of("202611201005"))


def test_numbers_skipped_by_a_run_are_dead():
    first = first_boundary("202611201000").after_run(2, cut="a", began=NOW, is_base=False, lowest=0)
    second = first.after_run(5, cut="b", began=NOW, is_base=False, lowest=0)
    assert second.dead == (1, 3, 4)
    assert [run for run in range(8) if second.is_published(run)] == [2, 5]
    assert second.published_sql("_run") == "_run >= 1 AND _run <= 5 AND _run NOT IN (1, 3, 4)"


def test_a_number_that_was_used_before_cannot_be_published():
    boundary = first_boundary("202611201000").after_run(
        57, cut="a", began=NOW, is_base=False, lowest=0
    )
    with pytest.raises(ValueError, match="run 1 does not come after run 57, which is published"):
        boundary.after_run(1, cut="b", began=NOW, is_base=False, lowest=0)


def test_a_base_leaves_out_what_was_before_it():
    boundary = first_boundary("202611201000").after_run(
        2, cut="a", began=NOW, is_base=False, lowest=0
    )
    base = boundary.after_run(4, cut="b", began=NOW, is_base=True, lowest=0)
    assert [run for run in range(6) if base.is_published(run)] == [4]
    assert base.published_sql("_run") == "_run >= 4 AND _run <= 4"
    assert (base.serial, base.dead) == (2, ())


def test_the_boundary_reads_back_from_a_tables_parameters():
    past = Past(8, 2, 4, "202611200955", (3,), NOW, NOW)
    floor = Floor(4, 1, 2, "202611200900", (1,))
    boundary = Boundary(
        *(9, 2, 5, "202611201000", (3,), NOW, NOW, floor),
        settled=Settled(floor, NOW),
        history=(past,),
    )
    parameters = {BOUNDARY_PARAMETER: boundary.to_parameter(), "presto_view": "true"}
    assert Boundary.from_parameters(parameters) == boundary
