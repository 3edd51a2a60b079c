"""Both engines, side by side on the same input: equal tables, whoever made them."""

import contextlib
import uuid
from pathlib import Path

import pytest

from glue_jobs.engine import EngineError
from tests.glue_jobs.lake import Lake, processing_failed, rows, tweet, wanted
from tests.glue_jobs.on_spark.lakes import DuckDBLake, contents, shape


@pytest.fixture
def lakes(aws):
    name = f"t{uuid.uuid4().hex[:10]}"
    return DuckDBLake(f"{name}d"), Lake(f"{name}s")


def fill(lake):
    """Repeats, conflicts, nulls, lateness, error objects; two runs, and a recompute."""
    lake.speed(rows(tweet(1), tweet(2, followers=5), tweet(3, location=None)))
    lake.raw(rows(tweet(1), tweet(4, day=12), tweet(2, followers=9)))
    lake.error_object(processing_failed(b'{"id": 5}'), processing_failed(b"no"))
    lake.clock.pass_epoch()
    lake.run()
    lake.raw(rows(tweet(1, followers=7), tweet(6, day=19), arrived=900))
    lake.speed(rows(tweet(7), arrived=1000))
    lake.clock.pass_epoch()
    lake.run()
    lake.run(full=True)


def test_equal_input_makes_equal_tables(lakes):
    on_duckdb, on_spark = lakes
    for lake in lakes:
        fill(lake)
    assert on_spark.answer() == on_duckdb.answer()
    for name in ("events", "partials"):
        there = [contents(lake, getattr(lake.tables, name)) for lake in lakes]
        assert there[0]
        assert there[1] == there[0]


@pytest.mark.parametrize("name", ["events", "partials", "runs"])
def test_tables_have_the_same_schema_partitions_and_properties(lakes, name):
    for lake in lakes:
        lake.speed(rows(tweet(1)))
        lake.clock.pass_epoch()
        lake.run()
    first, second = (shape(lake, getattr(lake.tables, name)) for lake in lakes)
    assert second == first


def test_spark_compacts_what_duckdb_wrote(lakes):
    lake, _ = lakes
    tweets = [tweet(number) for number in range(1, 6)]
    for one in tweets:
        lake.raw(rows(one))
        lake.run()
    files = lambda: len(lake.iceberg.load(lake.tables.events).inspect.files())  # noqa: E731
    assert files() == 5
    with contextlib.closing(Lake._engine(lake)) as engine:
        assert engine.compact(lake.tables.events) == 5
    assert files() == 1
    assert lake.answer() == wanted(*tweets)


def test_snapshots_are_forgotten_by_their_ids_alone(lakes):
    """Iceberg by itself would add those that are old by its own clock."""
    _, lake = lakes
    for number in range(1, 5):
        lake.raw(rows(tweet(number)))
        lake.run()
    events = lake.tables.events
    with lake.iceberg.load(events).transaction() as change:
        change.set_properties({"history.expire.max-snapshot-age-ms": "1"})
    with contextlib.closing(lake._engine()) as engine:
        before = [one.id for one in engine.snapshots(events)]
        engine.forget(events, [before[1]])
        assert {one.id for one in engine.snapshots(events)} == set(before) - {before[1]}


def test_a_file_that_goes_after_it_was_listed_kills_the_run(lake):
    lake.raw(rows(tweet(1)))
    key = lake.raw(rows(tweet(2)))

    def goes(step):
        if key.startswith(step.removeprefix("listed ")):
            lake.aws.s3.delete_object(Bucket=lake.bucket, Key=key)

    with pytest.raises(EngineError, match=Path(key).name):
        lake.run(checkpoint=goes)
    assert lake.answer() == {}
