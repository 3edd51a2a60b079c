"""Looking for a history that goes wrong, and making it short."""

from __future__ import annotations

import re
import sys

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model import story
from tests.model.events import WrongError
from tests.model.guards import GUARDS
from tests.model.harness import harness
from tests.model.machine import Histories, Tally

# Most histories are short, since most that goes wrong takes few steps; of twenty, one is long.
STEPS, LONG_STEPS = 9, 36


def how(examples, *, steps=STEPS, **options):
    """Hypothesis's settings for so many histories."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        **options,
    )


def search(number, examples, *, budget=150):
    """Histories of one seed: their tally, and (what went wrong, a short story) or None."""

    class Machine(Histories):
        tally = Tally()
        failed = None

    try:
        run_state_machine_as_test(
            seed(number)(Machine),
            settings=how(
                examples,
                steps=STEPS if number % 20 else LONG_STEPS,
                phases=[Phase.generate],
            ),
        )
    except Exception:
        if Machine.failed is None:
            raise
    if Machine.failed is None:
        return Machine.tally, None
    steps, why = Machine.failed
    short = shortened(steps, why, budget=budget)
    return Machine.tally, (story.wrong(short) or why, short)


def shortened(steps, why, *, budget=150):
    """A shorter story that goes wrong in the same way."""
    kind = _kind(why)

    def same(candidate):
        found = story.wrong(candidate)
        return found if found and _kind(found) == kind else None

    return story.shrunk(steps, same, budget=budget) if same(steps) else steps


def _kind(why):
    """A message without what differs from story to story."""
    return re.sub(r"[\d\W_]+", " ", why)[:40]


def guard_table(arguments):
    """Take each guard away, and search. Prints the table; 1 if one was not caught by its story."""
    status = 0
    _say(f"{'guard':20} {'story':>6} {'search':>7}  what goes wrong without it")
    for guard in GUARDS.values():
        if arguments.only and guard.name not in arguments.only:
            continue
        told, found = _told(guard), None
        if arguments.histories:
            with guard.removed(), harness():
                found = search(arguments.seed, arguments.histories, budget=80)[1]
        if found and arguments.write:
            story.save(f"found-{guard.name}", found[1], [f"Guard: {guard.sentence}", found[0]])
        why = (told or found or ("nothing: " + guard.why_not, []))[0]
        _say(
            f"{guard.name:20} {len(told[1]) if told else '-':>6} "
            f"{len(found[1]) if found else '-':>7}  {why}"
        )
        status |= not (told or found or guard.why_not)
    return status


def _told(guard):
    """What goes wrong in the guard's own story without it, and the story."""
    if guard.why_not:
        return None
    steps = story.load(guard.name)
    with harness():
        if right := story.wrong(steps):
            raise WrongError(f"the story of {guard.name} is wrong with the guard: {right}")
    with guard.removed(), harness():
        why = story.wrong(steps)
    return (why, steps) if why else None


def _say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
