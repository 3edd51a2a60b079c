"""Commits of Iceberg's Java client: an answer gets lost, or somebody else commits meanwhile."""

import contextlib
import os
import uuid

import pytest

from glue_jobs.engine import AppendError, ConflictError
from glue_jobs.merging import merge_partials
from lakehouse.history import Floor
from tests.glue_jobs.lake import TWEETS, Lake, rows, tweet, wanted
from tests.glue_jobs.on_spark.lakes import DuckDBLake
from tests.glue_jobs.on_spark.session import session
from tests.glue_jobs.on_spark.ways import before_the_first_commit, losing
from tests.glue_jobs.test_protocol import Death, dies_at

APPENDED = ["tweets_events", "tweets_batch_partials"]
TWEETS_MADE = [tweet(number) for number in range(6)]


@pytest.mark.parametrize("table", APPENDED)
def test_an_append_that_landed_without_an_answer_is_there_once(lake, table):
    lake.run()
    lake.raw(rows(tweet(1), tweet(2)))
    with losing(table, lands=True) as lost:
        outcome = lake.run()
    assert lost
    assert outcome.record["new_events"] == 2
    assert lake.answer() == wanted(tweet(1), tweet(2))


@pytest.mark.parametrize("table", APPENDED)
def test_an_append_that_never_took_effect_kills_the_run(lake, table):
    lake.run()
    lake.raw(rows(tweet(1), tweet(2)))
    with (
        losing(table, lands=False) as lost,
        pytest.raises(AppendError, match=f"append to {table}: outcome unknown"),
    ):
        lake.run()
    assert lost
    assert lake.answer() == {}


# --- Rewriting


@pytest.fixture
def made(aws):
    """A lake of five runs, the second of them dead, each with files of its own."""
    lake = DuckDBLake(f"t{uuid.uuid4().hex[:12]}")
    for number, one in enumerate(TWEETS_MADE[:5]):
        lake.raw(rows(one))
        with pytest.raises(Death) if number == 1 else contextlib.nullcontext():
            lake.run(checkpoint=dies_at("partials appended" if number == 1 else "never"))
    return lake


def on_spark(lake):
    """What a run on Spark touches in a lake of DuckDB's."""
    return lake.at_hand(Lake._engine(lake))


def compact(rooms):
    return rooms.engine.compact(rooms.tables.events)


def purge(rooms):
    return rooms.engine.purge(rooms.tables.events, {2})


def merge(rooms):
    return merge_partials(TWEETS, rooms, Floor(serial=9, base=0, run=5, dead=(2,)))


def compact_partials(rooms):
    return rooms.engine.compact(rooms.tables.partials)


# What Spark does, what is done before, and what somebody else does meanwhile.
CONFLICTS = {
    "compaction": (compact, None, compact),
    "purging files": (purge, None, compact),
    "purging of a shared file": (purge, compact, purge),
    "merging": (merge, None, compact_partials),
}


@pytest.mark.parametrize(("does", "before", "meanwhile"), CONFLICTS.values(), ids=CONFLICTS)
def test_who_finds_files_rewritten_meanwhile_gives_up(made, does, before, meanwhile):
    table = made.tables.partials if does is merge else made.tables.events
    with made.at_hand() as others, on_spark(made) as rooms:
        if before:
            assert before(others)
        with (
            before_the_first_commit(table.name, lambda: meanwhile(others)),
            pytest.raises(ConflictError, match=r"was changed meanwhile: (?!An error)"),
        ):
            does(rooms)
    assert made.answer() == wanted(*TWEETS_MADE[:5])
    assert sorted({row["_run"] for row in made.table(table)} | {2}) == [1, 2, 3, 4, 5]


GOES_ON = {
    "compaction": (compact, None, 5),
    "purging files": (purge, None, 1),
    "purging of a shared file": (purge, compact, 1),
    "merging": (merge, None, 5),
}


@pytest.mark.parametrize(("does", "before", "count"), GOES_ON.values(), ids=GOES_ON)
def test_what_was_appended_meanwhile_is_kept(made, does, before, count):
    table = made.tables.partials if does is merge else made.tables.events

    def meanwhile():
        made.raw(rows(TWEETS_MADE[5]))
        made.run()

    with made.at_hand() as others, on_spark(made) as rooms:
        if before:
            assert before(others)
        with before_the_first_commit(table.name, meanwhile):
            assert does(rooms) == count
    assert made.answer() == wanted(*TWEETS_MADE)
    left = {compact: [1, 2, 3, 4, 5, 6], purge: [1, 3, 4, 5, 6], merge: [1, 6]}[does]
    assert sorted({row["_run"] for row in made.table(table)}) == left


def test_rows_that_are_deleted_meanwhile_are_not_merged_back(made, monkeypatch):
    spark = session(os.environ["AWS_ENDPOINT_URL"])
    from glue_jobs import spark_rewriting
    from glue_jobs.spark_tables import name_of

    table, rows_of = made.tables.partials, spark_rewriting.rows_of

    def meanwhile(*given):
        spark.sql(f"DELETE FROM {name_of(table)} WHERE _run = 3")
        return rows_of(*given)

    with made.at_hand() as others, on_spark(made) as rooms:
        assert compact_partials(others) == 5
        by_position = "'write.delete.mode' = 'merge-on-read'"  # as Athena deletes
        spark.sql(f"ALTER TABLE {name_of(table)} SET TBLPROPERTIES ({by_position})")
        monkeypatch.setattr(spark_rewriting, "rows_of", meanwhile)
        with pytest.raises(ConflictError, match="found new delete"):
            merge(rooms)
    assert sorted({row["_run"] for row in made.table(table)}) == [1, 2, 4, 5]
