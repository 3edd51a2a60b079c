"""Every view, every table and every SQL file that is shipped, on Trino as on the local Athena.

The lake is empty to begin with: of the tests here, which share a region, these are the first.
"""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest

from glue_jobs.run import run
from local.deployment import find_deployment
from tests.e2e.on_trino.shipped import DATABASE, EACH, boundary_of, hold_all

FAULTS = {"duplicates": 0.2, "late": 0.2, "malformed": 0.1}


def a_run_dies_before_it_publishes(name):
    """Its rows are in the tables, and no view may count them."""
    deployment = find_deployment(boto3.client("glue"), name, prefix=DATABASE)

    def die(point):
        if point == "partials appended":
            raise InterruptedError(point)

    with deployment.rooms() as rooms, pytest.raises(InterruptedError):
        run(deployment.plan, replace(rooms, checkpoint=die))


@EACH
def test_an_empty_lake(dataset, on_both, endpoint):
    assert on_both(f'SELECT count(*) FROM "{dataset.name}"').rows == [["0"]]
    hold_all(dataset, on_both)


@EACH
def test_a_lake_before_its_first_run_and_after_each(dataset, on_both, lane, run_batch):
    events = lane(dataset.name)
    events.put(80, seed=1, **FAULTS)
    events.settle()
    assert not boundary_of(dataset.name).has_batch
    before = hold_all(dataset, on_both)
    assert before[0] > 0
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    events.put(40, seed=2, **FAULTS)
    events.put_again()
    events.settle()
    hold_all(dataset, on_both)
    a_run_dies_before_it_publishes(dataset.name)
    hold_all(dataset, on_both)
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    assert boundary_of(dataset.name).dead
    hold_all(dataset, on_both)
