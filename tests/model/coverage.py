"""One story for every call of every operation: it dies there, or loses the answer there."""

from __future__ import annotations

from tests.model import story
from tests.model.actors import LOST, RETURN
from tests.model.events import WrongError
from tests.model.machine import Tally

# A lake with something of everything: two published runs, an old floor, raw, errors, quarantine.
LAKE = story.parsed("""
    record()
    put(event=0)
    put(event=1, variant=1)
    put(event=2, form='fixable')
    put(event=4, form='broken')
    speed(count=4)
    step(actor=-1, calls=-1)
    tick(seconds=301)
    run(keep=0)
    step(actor=-1, calls=-1)
    put(event=3)
    put(event=1)
    speed(start=4)
    step(actor=-1, calls=-1)
    firehose(start=0, count=4)
    firehose(start=4, count=1, how='conversion failed')
    tick(seconds=3700)
    run(keep=0)
    step(actor=-1, calls=-1)
    tick(seconds=3700)
    run()
    step(actor=-1, calls=-1)
    put(event=5)
    put(event=6, form='broken')
    speed(start=6)
    step(actor=-1, calls=-1)
    tick(seconds=40000)
    put(event=7)
    put(event=8, form='broken')
    firehose(start=0, count=1)
    firehose(start=1, count=1, how='processing failed')
    fix()
""")

STARTS = {
    "speed λ": "speed(start=-3)",
    "run": "run(upkeep=True, keep=0)",
    "recompute": "run(kind='recompute', upkeep=True, keep=0)",
    "backfill": "run(kind='backfill', upkeep=True, keep=0)",
    "compact": "compact()",
    "expire": "expire(keep=0)",
    "rollback": "rollback()",
    "redeploy": "redeploy()",
    "replay": "replay()",
    "reader": "query()",
}


def calls(tally):
    """(kind, call, what happens at it), for every call that any history has made."""
    return [
        (kind, point, what)
        for kind, point in sorted(tally.points)
        for what in (("kill",) if point == RETURN else ("kill", *LOST))
    ]


def stories_of(some):
    """Tell the stories of some calls: their tally, and the first that went wrong, or None."""
    tally = Tally()
    for kind, point, what in some:
        steps = steps_of(kind, point, what)
        try:
            with story.world() as world:
                for rule, arguments in steps:
                    world.apply(rule, arguments)
                world.quiet_end()
                tally.add(world, steps)
        except WrongError as error:
            return tally, (str(error), steps)
    return tally, None


def steps_of(kind, point, what):
    """A reader begins just before, and ends after it."""
    end = ("kill", {}) if what == "kill" else ("lose", {"how": what})
    return [
        *LAKE,
        *story.parsed(STARTS[kind]),
        ("until", {"actor": 0, "point": point}),
        ("query", {"order": 1}),
        ("step", {"actor": -1, "calls": 2}),
        (end[0], {"actor": 0, **end[1]}),
        ("step", {"actor": -1, "calls": -1}),
    ]
