"""Coarse histories with real processes on a live region; the answer is held after every step.

The steps are those of the model's stories, by the same names; what the model does call by call,
processes do here as they happen to.
"""

import pytest

from tests.chaos.batches import Batches
from tests.chaos.journal import Journal
from tests.chaos.kills import DOOR, WORKERS, kill, processes, victims
from tests.chaos.operations import Operations
from tests.chaos.stage import Stage
from tests.e2e.conftest import wait_for

STORIES = {
    "killed, and two at once": (
        "turnstiles",
        [
            ("put", {"count": 60, "late": 0.3, "malformed": 0.1}),
            ("run", {"killed_after": 2.0}),
            ("runs", {"count": 2}),
            ("put", {"count": 40, "duplicates": 0.5}),
            ("kill", {"kind": WORKERS}),
            ("put_again", {}),
        ],
    ),
    "back and forth": (
        "tweets",
        [
            ("put", {"count": 50, "late": 0.3}),
            ("run", {}),
            ("put", {"count": 30, "duplicates": 0.2}),
            ("run", {"kind": "recompute"}),
            ("rollback", {}),
            ("redeploy", {}),
            ("kill", {"kind": DOOR}),
            ("put_again", {}),
        ],
    ),
}


class Teller:
    """Does the steps of stories about one lane."""

    def __init__(self, lane, batches, operations, stage):
        self.lane, self.stage = lane, stage
        self.name = lane.dataset.name
        self.batches, self.operations = batches, operations

    def put(self, count, **faults):
        self.lane.put(count, seed=len(self.lane.files), **faults)

    def put_again(self):
        """All events that were put so far."""
        self.lane.put_again()

    def run(self, kind="run", killed_after=None):
        arguments = {"--full": ""} if kind == "recompute" else {}
        if killed_after:
            assert self.batches.run_one(self.name, arguments, kill_after=killed_after) == -9
        else:  # a scheduled one may have overtaken it
            wait_for(lambda: self.batches.run_one(self.name, arguments) == 0, "a run's publication")

    def runs(self, count):
        """Several at once: whoever publishes first overtakes the others."""
        statuses = self.batches.run_together([self.name] * count, {})
        assert set(statuses) in ({0}, {0, 1})

    def kill(self, kind):
        daemon = self.stage.region.status().process
        [process] = victims(processes(), daemon=daemon)[kind]
        assert kill(process)
        wait_for(
            lambda: victims(processes(), daemon=daemon)[kind] not in ([], [process]),
            f"the {kind} again",
        )

    def rollback(self):
        assert self.operations.command("rollback", self.name) == 0

    def redeploy(self):
        assert self.operations.redeploy()


@pytest.fixture
def stage(region, endpoint, tmp_path):
    return Stage(region, endpoint, Journal(tmp_path / "journal"))


@pytest.mark.parametrize("title", STORIES)
def test_the_answer_is_exact_after_every_step_of(title, lane, stage, tmp_path):
    name, steps = STORIES[title]
    batches = Batches(stage, [name], tmp_path, seed=1, every_seconds=1)
    teller = Teller(lane(name), batches, Operations(stage, [], seed=1, every_seconds=1), stage)
    for number, (rule, arguments) in enumerate(steps, start=1):
        getattr(teller, rule)(**arguments)
        teller.lane.settle()
        assert teller.lane.difference() is None, f"after step {number}, {rule} {arguments}"
