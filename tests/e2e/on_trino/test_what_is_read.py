"""What the serving query reads on Trino does not grow with the history."""

from __future__ import annotations

import boto3
import pytest

from benchmarks.history import CUSTOMERS, PREFIX, put_history, put_tail
from lakehouse.boundary import Boundary
from local.deployment import find_deployment
from local.engines.trino import CATALOG
from local.engines.trino_client import TrinoClient
from local.engines.trino_stats import read_by_table

A_DAY, TAIL = 5_000, 200
SERVING = 'SELECT * FROM "customers"'
# A scan begins when what it is joined with is known, or a second later: a slow machine needs more.
_WAIT = {"iceberg.dynamic_filtering_wait_timeout": "30s"}
# Trino may read a table of less than 100 MB whole, as the smaller side of a join. So that small
# ones are joined here as great ones are:
SESSIONS = {
    "no table is small": {"join_max_broadcast_table_size": "1B", **_WAIT},
    "joins as written": {
        "join_reordering_strategy": "NONE",
        "join_distribution_type": "PARTITIONED",
        **_WAIT,
    },
}


@pytest.fixture(scope="module")
def bucket(region):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in region.environment().items():
            patch.setenv(name, value)
        found = find_deployment(boto3.client("glue"), CUSTOMERS.name, prefix=PREFIX)
        yield found.lake_bucket


def read(trino_client, session):
    """How many events the serving view counts, what was read for that, and the plan."""
    client = TrinoClient(trino_client.url, catalog=CATALOG, schema=PREFIX, session=session)
    [[plan]] = client.ask(f"EXPLAIN {SERVING}")[1]
    asked = client.start(SERVING)
    events = sum(row[-1] for page in asked.pages for row in page)
    return events, read_by_table(trino_client.url, asked.query_id), plan


def test_the_serving_query_reads_the_tails_days_and_no_others(
    bucket, trino_client, on_athena, run_batch
):
    by_history, local = {}, {}
    others, _, _ = read(trino_client, {})
    for before, history in ((0, 3), (3, 30)):
        many = history * A_DAY
        put_history(bucket, range(before * A_DAY, many), ago=(before, history))
        assert run_batch(CUSTOMERS.name)["JobRunState"] == "SUCCEEDED"
        put_tail(bucket, f"tail-{history}", range(many * 1000, many * 1000 + TAIL), ago=(0, 2))
        for name, session in SESSIONS.items():
            counted, tables, plan = read(trino_client, session)
            assert counted - others == many + TAIL * (2 if before else 1), name
            assert tables["customers_speed_rows"].scans == 1, name
            assert tables["customers_events"].scans == 1, name
            # Two days of history, and what others and the smaller history's tail have left in them.
            assert tables["customers_events"].rows <= 2 * A_DAY * 1.1 + TAIL + others, name
            assert "dynamicFilterAssignments" in plan, name
            assert "dynamicFilters = {" in plan, name
        by_history[history], local[history] = tables, on_athena(SERVING).bytes
    grown = {
        table: (read_before.bytes, by_history[30][table].bytes)
        for table, read_before in by_history[3].items()
        if table != "customers_batch_partials"  # which are as many as the answer has rows
    }
    assert all(after <= 2 * max(before, 20_000) for before, after in grown.values()), grown
    # It reads whole columns of those two days, where Trino finds that no page holds a tail's id.
    assert local[30] < 1.5 * local[3], local


def test_the_plan_is_not_one_that_reads_all(trino_client, bucket):
    """The test above can fail: as an anti-join the same question reads every day."""
    sql = """
        SELECT count(*) FROM customers_speed_rows AS tail
        WHERE epoch > '202601010000' AND NOT EXISTS (
            SELECT 1 FROM customers_events AS events
            WHERE events.uuid = tail.uuid AND events._event_us = tail._event_us
            AND events._event_day = tail._event_day
        )
    """
    asked = trino_client.start(sql.replace("202601010000", _cut()))
    assert list(asked.pages)
    read_all = read_by_table(trino_client.url, asked.query_id)["customers_events"]
    assert read_all.rows > 20 * A_DAY


def _cut():
    view = boto3.client("glue").get_table(DatabaseName=PREFIX, Name=CUSTOMERS.name)["Table"]
    return Boundary.from_parameters(view["Parameters"]).cut
