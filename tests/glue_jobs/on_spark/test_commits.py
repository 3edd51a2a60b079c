"""Commits of Iceberg's Java client whose answers are lost: nothing is there twice."""

import os

import pytest

from glue_jobs.engine import AppendError
from tests.glue_jobs.lake import rows, tweet, wanted
from tests.glue_jobs.on_spark.lossy import lossy
from tests.glue_jobs.on_spark.session import session


@pytest.fixture
def losing(aws, endpoint):
    """Spark's way to Glue loses the answers to updates of a table."""
    java = session(os.environ["AWS_ENDPOINT_URL"])._jvm.System

    def begin(table, *, lands):
        begun = lossy(endpoint, table=table, lands=lands)
        address, lost = begun.__enter__()
        ways.append(begun)
        java.setProperty("aws.endpointUrlGlue", address)
        return lost

    ways = []
    yield begin
    java.clearProperty("aws.endpointUrlGlue")
    for way in ways:
        way.__exit__(None, None, None)


@pytest.mark.parametrize("table", ["tweets_events", "tweets_batch_partials"])
def test_an_append_that_landed_without_an_answer_is_there_once(lake, losing, table):
    lake.run()
    lake.raw(rows(tweet(1), tweet(2)))
    lost = losing(table, lands=True)
    outcome = lake.run()
    assert lost
    assert outcome.record["new_events"] == 2
    assert lake.answer() == wanted(tweet(1), tweet(2))


@pytest.mark.parametrize("table", ["tweets_events", "tweets_batch_partials"])
def test_an_append_that_never_took_effect_kills_the_run(lake, losing, table):
    lake.run()
    lake.raw(rows(tweet(1), tweet(2)))
    lost = losing(table, lands=False)
    with pytest.raises(AppendError, match=f"append to {table}: outcome unknown"):
        lake.run()
    assert lost
    assert lake.answer() == {}
