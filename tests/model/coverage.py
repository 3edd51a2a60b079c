"""One story for every call of every operation: it dies there, or loses the answer there.

It is told in the first scene in which the operation makes that call.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.model import story
from tests.model.actors import LOST, RETURN
from tests.model.events import WrongError
from tests.model.machine import Tally


@dataclass(frozen=True)
class Scene:
    """What has happened before an operation begins, and what others do just after."""

    before: str
    meanwhile: str = ""


SCENES = (
    # A lake with something of everything: published runs, an old floor, raw, errors, quarantine.
    Scene("""
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
        firehose(start=-2, count=1)
        firehose(start=-1, count=1, how='processing failed')
        fix()
    """),
    # Nothing but raw and speed rows: the first run creates the tables.
    Scene("""
        record()
        put(event=0)
        put(event=1)
        speed(count=2)
        step(actor=-1, calls=-1)
        firehose(count=2)
        tick(seconds=3700)
    """),
    # Each run has appended events of the same day; nothing has been compacted.
    Scene("""
        put(event=0)
        speed(count=1)
        step(actor=-1, calls=-1)
        tick(seconds=301)
        run()
        step(actor=-1, calls=-1)
        put(event=1)
        speed(start=-1, count=1)
        step(actor=-1, calls=-1)
        tick(seconds=301)
        run()
        step(actor=-1, calls=-1)
    """),
    # Another run is published while it is at work, so that it dies and says so; not before a
    # recompute's lease is over.
    Scene(
        """
        record()
        put(event=0)
        speed(count=1)
        step(actor=-1, calls=-1)
        tick(seconds=301)
        """,
        """
        until(actor=0, point='glue: update tweets')
        tick(seconds=28800)
        run()
        step(actor=-1, calls=-1)
        """,
    ),
)

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
        for scene in SCENES:
            steps = steps_of(scene, kind, point, what)
            try:
                with story.world() as world:
                    if _tell(steps, world, point):
                        tally.add(world, steps)
                        break
            except WrongError as error:
                return tally, (str(error), steps)
    return tally, None


def steps_of(scene, kind, point, what):
    """A reader begins just before the call, and ends after it."""
    end = ("kill", {}) if what == "kill" else ("lose", {"how": what})
    return [
        *story.parsed("\n".join([scene.before, STARTS[kind], scene.meanwhile])),
        ("until", {"actor": 0, "point": point}),
        ("query", {"order": 1}),
        ("step", {"actor": -1, "calls": 2}),
        (end[0], {"actor": 0, **end[1]}),
        ("step", {"actor": -1, "calls": -1}),
    ]


def _tell(steps, world, point):
    """Returns whether the call was made."""
    for rule, arguments in steps:
        world.apply(rule, arguments)
        if (rule, arguments.get("point")) == ("until", point) and not _waits_at(world, point):
            return False
    world.quiet_end()
    return True


def _waits_at(world, point):
    return any(actor.point == point for actor in world.live()[:1])
