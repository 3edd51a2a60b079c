"""What Spark wrote, compacted and merged, as Trino reads it: the two that are deployed together."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import boto3

from glue_jobs.batch_view import staging_of
from glue_jobs.merging import merge_partials
from glue_jobs.run import run
from lakehouse.datasets import get_dataset
from lakehouse.history import Floor
from local.deployment import find_deployment
from tests.e2e.conftest import RUN_SECONDS, wait_for
from tests.e2e.on_trino.shipped import DATABASE, boundary_of, hold_all

RUNS = 4


@contextlib.contextmanager
def rooms_on_spark(deployment, endpoint):
    """Everything that a run touches, with Spark for its engine."""
    from tests.glue_jobs.on_spark.session import session

    spark = session(endpoint)
    from glue_jobs.spark_engine import SparkEngine

    with deployment.rooms() as rooms:
        engine = SparkEngine(staging=staging_of(rooms.tables.events), session=spark)
        with contextlib.closing(engine):
            yield replace(rooms, engine=engine)


def test_trino_reads_what_spark_wrote_compacted_and_merged(endpoint, lane, on_both):
    tweets = get_dataset("tweets")
    deployment = find_deployment(boto3.client("glue"), "tweets", prefix=DATABASE)
    events = lane("tweets")

    def takes_events():
        """Whether Firehose had filed any."""
        with rooms_on_spark(deployment, endpoint) as rooms:
            return run(deployment.plan, rooms).record["new_events"]

    for number in range(1, RUNS + 1):
        events.put(40, seed=100 + number, duplicates=0.2, late=0.2)
        events.settle()
        wait_for(takes_events, f"run {number} that takes events", seconds=RUN_SECONDS)
    before = hold_all(tweets, on_both)
    assert events.difference() is None
    boundary = boundary_of("tweets")
    floor = Floor(boundary.serial, boundary.base, boundary.run, boundary.cut, boundary.dead)
    with rooms_on_spark(deployment, endpoint) as rooms:
        assert rooms.engine.compact(rooms.tables.events) >= RUNS
        assert merge_partials(tweets, rooms, floor) >= RUNS
    after = hold_all(tweets, on_both)
    assert events.difference() is None
    assert len(after) == len(before)
    partials = on_both('SELECT DISTINCT "_run" FROM tweets_batch_partials').rows
    assert len(partials) == 1
