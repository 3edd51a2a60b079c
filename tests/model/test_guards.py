"""Each guard of the design, taken away: the story that then goes wrong, and is right with it."""

import pytest

from tests.model import story
from tests.model.guards import GUARDS
from tests.model.harness import harness

NEEDED = [guard for guard in GUARDS.values() if not guard.why_not]


@pytest.mark.parametrize("guard", NEEDED, ids=lambda guard: guard.name)
def test_without_a_guard_its_story_goes_wrong_and_with_it_the_story_is_right(guard):
    steps = story.load(guard.name)
    with harness():
        assert story.wrong(steps) is None
    with guard.removed(), harness():
        assert story.wrong(steps) is not None


def test_every_guard_has_a_story_or_the_reason_why_nothing_needs_it():
    told = {path.stem for path in story.STORIES.glob("*.story")}
    assert {guard.name for guard in NEEDED} <= told
    assert [guard.name for guard in GUARDS.values() if guard.why_not] == ["missing_fails"]


def test_a_story_is_told_the_same_way_by_its_lines():
    steps = story.load("loop_seal")
    assert story.parsed("\n".join(story.lines(steps))) == steps
