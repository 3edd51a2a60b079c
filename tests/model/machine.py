"""Histories by Hypothesis: every rule of the world, in any order, each followed by the check."""

from __future__ import annotations

from collections import Counter

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.model.actors import LOST
from tests.model.events import EVENTS, VARIANTS
from tests.model.story import lines
from tests.model.world import World

_small = st.integers(0, 5)
_skew = st.integers(0, 4)
_keep = st.sampled_from([0, 3])
_calls = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 8, -1, -1])
_seconds = st.sampled_from([1, 61, 299, 301, 301, 301, 620, 620, 1700, 3700, 3700, 12000, 30000])
_lost = st.sampled_from(LOST)
_events = st.integers(0, EVENTS - 1)
_variants = st.integers(0, VARIANTS - 1)
_hows = st.sampled_from(["begun", "processing failed", "conversion failed"])


# Calls at which much is decided.
WRITES = [
    "s3: put state",
    "s3: put speed",
    "s3: get state",
    "s3: list speed",
    "glue: update tweets_events",
    "glue: update tweets_batch_partials",
    "glue: update tweets",
    "return",
]


def _has_records(world):
    return any(shard.records for shard in world.shards)


def _has_batch(world):
    return world.boundary().has_batch


def _can_fix(world):
    return world.has_quarantine() and not world.decode.is_fixed


def _always(_):
    return True


def _with_actors(world):
    return bool(world.live())


# Each rule with its arguments, and when it has any effect; what is there several times is drawn
# more often. A rule may be several steps in a row: see `_feed` and those beside it.
RULES = [
    ("put", {"event": _events}, _always),
    ("put", {"event": _events, "variant": _variants, "shard": _small}, _always),
    ("put", {"event": _events, "form": st.sampled_from(["fixable", "broken"])}, _always),
    ("split", {"shard": _small}, lambda world: len(world.shards) < 8),
    ("merge", {}, lambda world: 1 < len(world.shards) < 8),
    ("speed", {"shard": _small, "start": _small, "count": st.integers(1, 4)}, _has_records),
    ("speed", {"count": st.just(6), "skew": _skew}, _has_records),
    ("firehose", {"shard": _small, "start": _small, "count": st.integers(1, 4)}, _has_records),
    ("firehose", {"start": _small, "how": _hows}, _has_records),
    ("land", {"upload": _small}, lambda world: world.uploads),
    ("run", {"skew": _skew, "keep": _keep}, _always),
    ("run", {"kind": st.sampled_from(["recompute", "backfill"])}, _always),
    ("rollback", {"to": st.integers(0, 2)}, _has_batch),
    ("compact", {"skew": _skew}, _has_batch),
    ("expire", {"skew": _skew, "keep": _keep}, _has_batch),
    ("redeploy", {}, _always),
    ("look", {}, _has_batch),
    ("record", {}, lambda world: not world.actors),
    ("until", {"actor": _small, "point": st.sampled_from(WRITES)}, _with_actors),
    ("fix", {}, _can_fix),
    ("replay", {}, lambda world: world.has_quarantine()),
    ("query", {"order": st.integers(0, 6)}, _always),
    ("tick", {"seconds": _seconds}, _always),
    ("tick", {"seconds": _seconds}, _always),
    ("step", {"actor": _small, "calls": _calls}, _with_actors),
    ("step", {"actor": _small, "calls": _calls}, _with_actors),
    ("step", {"actor": _small, "calls": _calls}, _with_actors),
    ("step", {"actor": _small, "calls": st.just(0)}, _with_actors),
    ("step", {"actor": _small, "calls": st.just(-1)}, _with_actors),
    ("kill", {"actor": _small}, _with_actors),
    ("lose", {"actor": _small, "how": _lost}, _with_actors),
    ("arrive", {"call": _small}, lambda world: world.store.pending),
    ("dies", {"actor": _small, "calls": st.integers(1, 120)}, _with_actors),
    ("loses", {"actor": _small, "calls": st.integers(1, 120), "how": _lost}, _with_actors),
    ("feed", {"event": _events, "count": st.integers(1, 3), "variant": _variants}, _always),
    ("feed", {"event": _events, "count": st.integers(1, 3)}, _always),
    ("batch", {"upkeep": st.booleans(), "seconds": _seconds}, _always),
]

# What is usual, as the steps that it is made of: an actor's number -1 is the newest.
_TO_ITS_END = ("step", {"actor": -1, "calls": -1})


def _feed(event, count, variant=0):
    """Records are put on the stream, and the speed λ has written them."""
    for number in range(count):
        yield "put", {"event": (event + number) % EVENTS, "variant": variant}
    yield "speed", {"start": -count, "count": count}
    yield _TO_ITS_END


def _batch(upkeep, seconds):
    """Some time later, a run from its beginning to its end."""
    yield "tick", {"seconds": seconds}
    yield "run", {"upkeep": upkeep}
    yield _TO_ITS_END


def _dies(actor, calls):
    """An actor is killed at whatever call it has come to."""
    yield "step", {"actor": actor, "calls": calls}
    yield "kill", {"actor": actor}


def _loses(actor, calls, how):
    """Or it never learns how that call ended."""
    yield "step", {"actor": actor, "calls": calls}
    yield "lose", {"actor": actor, "how": how}


_SEVERAL = {"feed": _feed, "batch": _batch, "dies": _dies, "loses": _loses}


_COUNTS = ("rules", "outcomes", "points", "killed", "lost", "interleaved")


class Tally:
    """What all histories together have been through."""

    def __init__(self):
        self.histories = self.steps = self.comparisons = 0
        self.rules, self.outcomes = Counter(), Counter()
        # By kind of operation and call: made, killed at, answer lost, others at work before it.
        self.points, self.killed, self.lost, self.interleaved = (Counter() for _ in range(4))

    def merge(self, other):
        for name in ("histories", "steps", "comparisons"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTS:
            getattr(self, name).update(getattr(other, name))

    def add(self, world, story):
        self.histories += 1
        self.steps += len(story)
        self.comparisons += world.oracle.comparisons
        self.rules.update(rule for rule, _ in story)
        self.outcomes.update(world.oracle.outcomes)
        for name in _COUNTS[2:]:
            getattr(self, name).update(getattr(world, name))


class Histories(RuleBasedStateMachine):
    """One history at a time. `tally` and `failed` are shared by all of a search."""

    tally = Tally()
    # The last story that went wrong, and how.
    failed: tuple | None = None

    def __init__(self):
        super().__init__()
        self.story = []
        self.is_wrong = False
        self.world = World()

    def happen(self, name, arguments):
        for step in _SEVERAL[name](**arguments) if name in _SEVERAL else [(name, arguments)]:
            if step is _TO_ITS_END and not self.world.live():
                continue
            self.story.append(step)
            self._guarded(lambda step=step: self.world.apply(*step))

    def teardown(self):
        try:
            if not self.is_wrong:
                self._guarded(self.world.quiet_end)
        finally:
            self.tally.add(self.world, self.story)
            self.world.close()

    def _guarded(self, work):
        try:
            work()
        except Exception as error:
            self.is_wrong = True
            type(self).failed = (list(self.story), str(error))
            note("\n".join(["", f"WRONG: {error}", *lines(self.story)]))
            raise


def _as_rule(name, strategies, is_possible):
    def happen(self, **arguments):
        self.happen(name, arguments)

    return precondition(lambda self: is_possible(self.world))(rule(**strategies)(happen))


for _number, (_name, _strategies, _is_possible) in enumerate(RULES):
    setattr(Histories, f"{_name}_{_number}", _as_rule(_name, _strategies, _is_possible))
