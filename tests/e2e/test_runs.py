"""What runs tell of themselves: in the runs table, by Athena, and in CloudWatch."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from lakehouse import layout, metrics
from lakehouse.datasets import DATASETS
from stacks.serving import example_queries


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_example_query_answers_once_there_was_a_run(dataset, run_batch, questions):
    assert run_batch(dataset.name)["JobRunState"] == "SUCCEEDED"
    examples = dict(example_queries(dataset))
    assert examples
    for sql in examples.values():
        assert isinstance(questions.ask(sql), list)


def test_a_run_is_told_in_athena_and_in_cloudwatch(lane, run_batch, questions):
    events = lane("turnstiles")
    events.put(30, seed=7)
    events.settle()
    assert run_batch("turnstiles")["JobRunState"] == "SUCCEEDED"
    runs = dict(example_queries(events.dataset))["runs and what they found"]
    last, *_ = questions.ask(runs)
    assert (last["status"], last["died_at"], last["reason"]) == ("published", None, None)
    told = _told(metrics.RUN_SECONDS, "turnstiles")
    assert last["seconds"] in told
    assert len(_told(metrics.UNEXPLAINED, "turnstiles")) == len(told)


def _told(metric, dataset):
    """The greatest value of a metric in each second of the last hour."""
    now = datetime.now(UTC)
    named = metrics.dimensions(layout.DEFAULT_PREFIX, dataset)
    answer = boto3.client("cloudwatch").get_metric_statistics(
        Namespace=metrics.NAMESPACE,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in named.items()],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=1,
        Statistics=["Maximum"],
    )
    return [point["Maximum"] for point in answer["Datapoints"]]
