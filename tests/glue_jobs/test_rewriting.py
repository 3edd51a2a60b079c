"""Iceberg files put together, purged and merged: one guarded commit, and no answer changes."""

import pytest

from glue_jobs import rewriting
from glue_jobs.engine import ConflictError
from glue_jobs.merging import merge_partials
from lakehouse.history import Floor
from tests.glue_jobs.engines import is_spark
from tests.glue_jobs.lake import TWEETS, rows, tweet, wanted
from tests.glue_jobs.test_protocol import Death, dies_at


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


@pytest.fixture
def engine(lake):
    with lake.at_hand() as rooms:
        yield rooms.engine


# What Spark's commits meet is told by on_spark/test_commits.py.
of_pyiceberg = pytest.mark.skipif(is_spark(), reason="Iceberg's Java client commits")


def runs_of(lake, table):
    return sorted({row["_run"] for row in lake.table(table)})


def files_of(lake, table):
    return len(list(lake.iceberg.load(table).scan().plan_files()))


def with_runs(lake, *numbers):
    """A run for each number, with a raw event of its own."""
    for number in numbers:
        lake.raw(rows(tweet(number)))
        lake.run()
    return wanted(*(tweet(number) for number in numbers))


def dead_run(lake, number):
    """A run that appended its rows and died before it published."""
    lake.raw(rows(tweet(number)))
    with pytest.raises(Death):
        lake.run(checkpoint=dies_at("partials appended"))


# --- Compaction


def test_compaction_makes_one_file_of_many_and_changes_no_row(lake, engine):
    with_runs(lake, 0, 1, 2, 3, 4)
    before = sorted(row["_run"] for row in lake.table(lake.tables.events))
    assert engine.compact(lake.tables.events) == 5
    assert engine.compact(lake.tables.partials) == 5
    assert engine.compact(lake.tables.events) == 0
    assert files_of(lake, lake.tables.events) == 1
    assert sorted(row["_run"] for row in lake.table(lake.tables.events)) == before
    assert lake.answer() == wanted(*(tweet(number) for number in range(5)))
    with_runs(lake, 3, 9)
    assert lake.answer() == wanted(*(tweet(number) for number in (0, 1, 2, 3, 4, 9)))


def test_compaction_gives_a_column_no_values_of_a_dropped_one_of_its_name(lake, engine):
    with_runs(lake, 0, 1, 2, 3)
    with lake.iceberg.load(lake.tables.runs).update_schema(
        allow_incompatible_changes=True
    ) as change:
        change.delete_column("conflicts")
        change.rename_column("late_7d", "late_week")
    lake.run()  # adds what it lacks

    def found():
        rows = lake.table(lake.tables.runs)
        return sorted([row["run"], row["conflicts"], row["late_7d"]] for row in rows)

    assert found() == [*([run, None, None] for run in (1, 2, 3, 4)), [5, 0, 0]]
    assert engine.compact(lake.tables.runs) == 5
    assert found() == [*([run, None, None] for run in (1, 2, 3, 4)), [5, 0, 0]]


@of_pyiceberg
def test_compaction_gives_up_when_somebody_commits_meanwhile(lake, engine, monkeypatch):
    with_runs(lake, 0, 1, 2, 3)
    rewrite = rewriting._rewrite

    def meanwhile(*given, **named):
        with_runs(lake, 4)
        return rewrite(*given, **named)

    monkeypatch.setattr(rewriting, "_rewrite", meanwhile)
    with pytest.raises(ConflictError):
        engine.compact(lake.tables.events)
    assert lake.answer() == wanted(*(tweet(number) for number in range(5)))


# --- Purging


def test_the_rows_of_a_run_are_purged_from_files_of_its_own(lake, engine):
    with_runs(lake, 0)
    dead_run(lake, 1)
    with_runs(lake, 1)
    assert runs_of(lake, lake.tables.events) == [1, 2, 3]
    assert engine.purge(lake.tables.events, {2}) == 1
    assert engine.purge(lake.tables.partials, {2}) == 1
    assert runs_of(lake, lake.tables.events) == runs_of(lake, lake.tables.partials) == [1, 3]
    assert lake.answer() == wanted(tweet(0), tweet(1))


def test_the_rows_of_a_run_are_purged_from_files_that_others_share(lake, engine):
    with_runs(lake, 0, 1)
    dead_run(lake, 2)
    with_runs(lake, 2)
    assert engine.compact(lake.tables.events) == 4
    assert engine.purge(lake.tables.events, {3}) == 1
    assert runs_of(lake, lake.tables.events) == [1, 2, 4]
    location = lake.iceberg.load(lake.tables.events).metadata_location
    assert engine.purge(lake.tables.events, {3}) == 0
    assert lake.iceberg.load(lake.tables.events).metadata_location == location
    assert lake.answer() == wanted(tweet(0), tweet(1), tweet(2))


@of_pyiceberg
def test_purging_gives_up_when_somebody_commits_meanwhile(lake, engine, monkeypatch):
    dead_run(lake, 0)
    with_runs(lake, 0)
    replace_files = rewriting.replace_files

    def meanwhile(*given):
        monkeypatch.setattr(rewriting, "replace_files", replace_files)
        with_runs(lake, 1)
        replace_files(*given)

    monkeypatch.setattr(rewriting, "replace_files", meanwhile)
    with pytest.raises(ConflictError):
        engine.purge(lake.tables.events, {1})
    assert lake.answer() == wanted(tweet(0), tweet(1))


# --- Merging


def test_partials_of_several_runs_are_merged_under_the_smallest_number(lake):
    same = [tweet(number, followers=number) for number in range(1, 5)]
    for one in same:
        lake.raw(rows(one))
        lake.run()
    dead_run(lake, 5)
    with_runs(lake, 6)
    floor = Floor(serial=9, base=0, run=4)
    with lake.at_hand() as rooms:
        assert merge_partials(TWEETS, rooms, floor) == 4
        assert merge_partials(TWEETS, rooms, floor) == 0
    assert runs_of(lake, lake.tables.partials) == [1, 5, 6]
    [merged] = [row for row in lake.table(lake.tables.partials) if row["_run"] == 1]
    assert (merged["events"], merged["sum_followers_count"]) == (4, 10)
    assert lake.answer() == wanted(*same, tweet(5), tweet(6))


def test_merging_leaves_out_the_rows_that_nobody_reads(lake):
    dead_run(lake, 0)
    expected = with_runs(lake, 0, 1, 2)
    assert runs_of(lake, lake.tables.partials) == [1, 2, 3, 4]
    with lake.at_hand() as rooms:
        assert merge_partials(TWEETS, rooms, Floor(serial=9, base=0, run=4, dead=(1,))) == 4
    assert runs_of(lake, lake.tables.partials) == [2]
    assert lake.answer() == expected


def test_partials_above_the_floor_are_not_merged(lake):
    with_runs(lake, 0, 1, 2, 3, 4)
    with lake.at_hand() as rooms:
        assert merge_partials(TWEETS, rooms, Floor(serial=3, base=0, run=3)) == 0
        assert merge_partials(TWEETS, rooms, Floor()) == 0
    assert runs_of(lake, lake.tables.partials) == [1, 2, 3, 4, 5]


def test_merged_partials_and_later_runs_are_merged_again(lake):
    expected = with_runs(lake, *range(8))
    with lake.at_hand() as rooms:
        assert merge_partials(TWEETS, rooms, Floor(serial=4, base=0, run=4)) == 4
        assert merge_partials(TWEETS, rooms, Floor(serial=7, base=0, run=7)) == 4
    assert runs_of(lake, lake.tables.partials) == [1, 8]
    assert lake.answer() == expected


def test_partials_are_merged_when_snapshots_are_forgotten(lake):
    expected = with_runs(lake, *range(4))
    with lake.at_hand() as rooms:
        engine, table = rooms.engine, rooms.tables.partials
        engine.forget(table, [one.id for one in engine.snapshots(table) if not one.is_current])
        assert len(engine.snapshots(table)) == 1
        assert merge_partials(TWEETS, rooms, Floor(serial=9, base=0, run=4)) == 4
    assert lake.answer() == expected
