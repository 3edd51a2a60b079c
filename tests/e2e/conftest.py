"""The whole system on the laptop's region, and the truth to hold its answers against."""

from __future__ import annotations

import io
import time

import boto3
import pytest

from lakehouse import layout
from lakehouse.datasets import get_dataset
from local.questions import Questions
from local.truth import answered, expected, first_difference, read_events
from producer.command import kinesis_client
from producer.files import read_records
from producer.produce import produce

WAIT_SECONDS = 60
RUN_SECONDS = 300


@pytest.fixture
def endpoint(region, monkeypatch):
    """The region's endpoint; this process's AWS clients speak to it, as after `lakehouse env`."""
    for name, value in region.environment().items():
        monkeypatch.setenv(name, value)
    return region.endpoint


@pytest.fixture
def questions(endpoint):
    return Questions(layout.DEFAULT_PREFIX, layout.DEFAULT_PREFIX)


def wait_for(condition, what, *, seconds=WAIT_SECONDS):
    """Ask until the answer is true; fail with what did not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.5)
    pytest.fail(f"not in {seconds} s: {what}")


class Lane:
    """One dataset: puts events, knows all that were acknowledged, and compares."""

    def __init__(self, name, questions, folder):
        self.dataset, self.questions, self.folder = get_dataset(name), questions, folder
        self.files = []
        self.before = self._answer()

    def put(self, amount, **faults):
        path = self.folder / f"{self.dataset.name}-{len(self.files)}.jsonl"
        report = produce(
            self.dataset,
            client=kinesis_client(),
            stream=layout.stream_name(layout.DEFAULT_PREFIX, self.dataset.name),
            amount=amount,
            ground_truth=path,
            **faults,
        )
        self.files.append(path)
        return report

    def put_again(self):
        """Everything that was put so far, as from a producer that lost its acknowledgements."""
        for path in self.files:
            with io.FileIO(path) as events:
                produce(
                    self.dataset,
                    client=kinesis_client(),
                    stream=layout.stream_name(layout.DEFAULT_PREFIX, self.dataset.name),
                    source=lambda refuse, events=events: read_records(
                        events, self.dataset, name="the ground truth", refuse=refuse
                    ),
                )

    def difference(self):
        """What the answer has more than it had at first, held against the truth."""
        truth = expected(self.dataset, read_events(self.dataset, *self.files).values())
        return first_difference(self.dataset, truth, _less(self._answer(), self.before))

    def settle(self):
        """Wait until everything put is in the answer."""
        events = len(read_events(self.dataset, *self.files))
        [column] = [i for i, m in enumerate(self.dataset.measures) if m.name == "events"]

        def counted():
            rows = _less(self._answer(), self.before)
            return sum(row[column] for row in rows.values()) >= events

        wait_for(counted, f"{events} events of {self.dataset.name} in the answer")

    def _answer(self):
        return answered(self.dataset, self.questions.ask(f'SELECT * FROM "{self.dataset.name}"'))


def _less(rows, before):
    """Rows less those of an earlier answer; all measures of the shipped datasets add up."""
    left = {
        key: tuple(a - b for a, b in zip(row, before.get(key, [0] * len(row)), strict=True))
        for key, row in rows.items()
    }
    return {key: row for key, row in left.items() if row[0]}


@pytest.fixture
def lane(questions, tmp_path):
    return lambda name: Lane(name, questions, tmp_path)


@pytest.fixture
def run_batch(endpoint):
    """Run a dataset's batch job to its end. Returns the run as Glue tells it."""
    glue = boto3.client("glue")

    def run(name, **arguments):
        job = layout.job_name(layout.DEFAULT_PREFIX, name)

        def started():
            try:
                return glue.start_job_run(JobName=job, Arguments=arguments)["JobRunId"]
            except glue.exceptions.ConcurrentRunsExceededException:
                return None  # after a crash the schedule is back, and it was first

        run_id = wait_for(started, f"the start of {job}", seconds=RUN_SECONDS)

        def ended():
            found = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
            return found if found["JobRunState"] not in ("STARTING", "RUNNING") else None

        return wait_for(ended, f"the end of {job}", seconds=RUN_SECONDS)

    return run
