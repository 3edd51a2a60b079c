"""A story: the steps of one history, as data that replays without whatever found it."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from pathlib import Path

from tests.model.events import WrongError
from tests.model.world import World

STORIES = Path(__file__).parent / "stories"


def tell(steps, *, quiet_end=True):
    """Replay a story in a world of its own. Raises WrongError where the answer goes wrong."""
    with world() as here:
        for rule, arguments in steps:
            here.apply(rule, arguments)
        if quiet_end:
            here.quiet_end()
        return here


@contextmanager
def world():
    here = World()
    try:
        yield here
    finally:
        here.close()


def wrong(steps, **options):
    """What goes wrong in a story; None if nothing does."""
    try:
        tell(steps, **options)
    except WrongError as error:
        return str(error)
    return None


def lines(steps):
    """A story for people, one line a step."""
    return [
        f"{number:3} {rule}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"
        for number, (rule, arguments) in enumerate(steps, start=1)
    ]


def shrunk(steps, why, *, budget=400):
    """A shorter story that goes wrong as `why(steps)` says, by leaving steps out, then by smaller
    arguments; at most `budget` retellings."""
    left = [budget]

    def still(candidate):
        left[0] -= 1
        return left[0] >= 0 and why(candidate) is not None

    size = max(1, len(steps) // 2)
    while left[0] > 0:
        at, changed = 0, False
        while at < len(steps) and left[0] > 0:
            candidate = steps[:at] + steps[at + size :]
            if still(candidate):
                steps, changed = candidate, True
            else:
                at += size
        if size > 1:
            size //= 2
        elif not changed:
            break
    for at, (rule, arguments) in enumerate(steps):
        for name, value in arguments.items():
            for simpler in (0, 1):
                if isinstance(value, int) and value > simpler and left[0] > 0:
                    candidate = [
                        *steps[:at],
                        (rule, {**steps[at][1], name: simpler}),
                        *steps[at + 1 :],
                    ]
                    if still(candidate):
                        steps = candidate
                        break
    return steps


def parsed(text):
    """The steps of a story as `lines` tells it; what begins with `#` is for people."""
    steps = []
    for line in text.splitlines():
        line = line.strip().lstrip("0123456789 ")
        if line and not line.startswith("#"):
            call = ast.parse(line, mode="eval").body
            steps.append(
                (call.func.id, {each.arg: ast.literal_eval(each.value) for each in call.keywords})
            )
    return steps


def load(name):
    return parsed((STORIES / f"{name}.story").read_text())


def save(name, steps, comment):
    head = "".join(f"# {line}\n" for line in comment)
    (STORIES / f"{name}.story").write_text(head + "\n".join(lines(steps)) + "\n")
