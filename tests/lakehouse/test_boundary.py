"""The boundary, and how one follows another."""

from datetime import UTC, datetime

import pytest

from lakehouse.boundary import BOUNDARY_PARAMETER, Boundary, first_boundary
from lakehouse.epochs import start_of
from lakehouse.history import Floor, Past, Settled

NOW = datetime(2026, 11, 20, 10, 7, 31, tzinfo=UTC)


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
