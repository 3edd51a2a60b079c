"""Random histories of the shipped code: after each step the serving view's answer is right."""

import pytest
from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from tests.model import story
from tests.model.coverage import stories_of
from tests.model.events import WrongError
from tests.model.harness import harness
from tests.model.machine import Histories, Tally
from tests.model.search import how

# Short histories that are told every time; `python -m tests.model.soak` tells long ones.
SEEDS, EXAMPLES, STEPS = (1, 2, 3, 4), 20, 9

_FATAL = [
    ("speed λ", "s3: put speed", "kill"),
    ("speed λ", "s3: put speed", "later"),
    ("speed λ", "s3: get state", "kill"),
    ("run", "s3: put state", "applied"),
    ("run", "glue: update tweets_events", "later"),
    ("run", "glue: update tweets_batch_partials", "applied"),
    ("run", "glue: update tweets", "applied"),
    ("run", "glue: update tweets", "later"),
    ("recompute", "glue: update tweets", "not applied"),
    ("expire", "s3: delete speed", "kill"),
    ("compact", "glue: update tweets_batch_partials", "applied"),
    ("rollback", "glue: update tweets", "later"),
    ("redeploy", "glue: update tweets", "applied"),
    ("replay", "s3: put speed", "applied"),
    ("replay", "s3: delete quarantine", "kill"),
]


@pytest.mark.parametrize("number", SEEDS)
def test_no_history_has_a_wrong_answer(number):
    class Machine(Histories):
        tally = Tally()

    with harness():
        run_state_machine_as_test(seed(number)(Machine), settings=how(EXAMPLES, steps=STEPS))
    assert Machine.tally.comparisons > EXAMPLES


@pytest.mark.parametrize("call", _FATAL, ids=" ".join)
def test_an_operation_that_dies_or_loses_an_answer_changes_no_answer(call):
    with harness():
        tally, failure = stories_of([call])
    assert failure is None
    kind, point, what = call
    met = tally.killed if what == "kill" else tally.lost
    assert met[kind, point] == 1


def test_a_story_is_replayed_exactly():
    steps = story.load("loop_seal")

    def answers():
        with harness(), story.world() as world:
            for rule, arguments in steps:
                world.apply(rule, arguments)
            return sorted(world.s3.objects), world.points

    assert answers() == answers()


def test_a_wrong_answer_is_told_by_its_story():
    steps = [("put", {"event": 0}), ("speed", {}), ("step", {"calls": -1})]
    with harness(), story.world() as world:
        for rule, arguments in steps:
            world.apply(rule, arguments)
        [key] = [key for bucket, key in world.s3.objects if key.startswith("speed/")]
        world.s3.delete("lake", key)
        with pytest.raises(WrongError, match=r"acknowledged events \[0\] are missing"):
            world.oracle.check()
    assert story.lines(steps) == ["  1 put(event=0)", "  2 speed()", "  3 step(calls=-1)"]
