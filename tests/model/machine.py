"""Histories by Hypothesis: every rule of the world, in any order, each followed by the check."""

from __future__ import annotations

from collections import Counter

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.model.events import EVENTS, VARIANTS
from tests.model.story import lines
from tests.model.world import World

_small = st.integers(0, 5)
_skew = st.integers(0, 4)
_calls = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 8, -1, -1])
_seconds = st.sampled_from([1, 61, 299, 301, 301, 301, 620, 620, 1700, 3700, 3700, 12000, 30000])
_events = st.integers(0, EVENTS - 1)

# Each rule with its arguments; those that are there several times are drawn more often.
RULES = [
    ("put", {"event": _events}),
    ("put", {"event": _events, "variant": st.integers(0, VARIANTS - 1), "shard": _small}),
    ("put", {"event": _events, "form": st.sampled_from(["fixable", "broken"])}),
    ("split", {"shard": _small}),
    ("merge", {}),
    ("speed", {"shard": _small, "start": _small, "count": st.integers(1, 4)}),
    ("speed", {"count": st.just(6), "skew": _skew}),
    ("firehose", {"shard": _small, "start": _small, "count": st.integers(1, 4)}),
    (
        "firehose",
        {
            "start": _small,
            "how": st.sampled_from(["begun", "processing failed", "conversion failed"]),
        },
    ),
    ("land", {"upload": _small}),
    ("run", {"skew": _skew}),
    ("run", {"upkeep": st.just(True)}),
    ("run", {"kind": st.sampled_from(["recompute", "backfill"])}),
    ("rollback", {"to": st.integers(0, 2)}),
    ("compact", {"skew": _skew}),
    ("expire", {"skew": _skew}),
    ("redeploy", {}),
    ("fix", {}),
    ("replay", {}),
    ("query", {"order": st.integers(0, 6)}),
    ("tick", {"seconds": _seconds}),
    ("tick", {"seconds": _seconds}),
    ("step", {"actor": _small, "calls": _calls}),
    ("step", {"actor": _small, "calls": _calls}),
    ("step", {"actor": _small, "calls": _calls}),
    ("step", {"actor": _small, "calls": st.just(0)}),
    ("step", {"actor": _small, "calls": st.just(-1)}),
    ("kill", {"actor": _small}),
    ("lose", {"actor": _small, "how": st.sampled_from(["applied", "not applied", "later"])}),
    ("arrive", {"call": _small}),
]


class Tally:
    """What all histories together have been through."""

    def __init__(self):
        self.histories = self.steps = self.comparisons = 0
        self.rules, self.outcomes = Counter(), Counter()
        self.points, self.killed, self.lost, self.interleaved = (Counter() for _ in range(4))

    def add(self, world, story):
        self.histories += 1
        self.steps += len(story)
        self.comparisons += world.oracle.comparisons
        self.rules.update(rule for rule, _ in story)
        self.outcomes.update(world.oracle.outcomes)
        for name in ("points", "killed", "lost", "interleaved"):
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
        self.story.append((name, arguments))
        self._guarded(lambda: self.world.apply(name, arguments))

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


def _as_rule(name, strategies):
    def happen(self, **arguments):
        self.happen(name, arguments)

    return rule(**strategies)(happen)


for _number, (_name, _strategies) in enumerate(RULES):
    setattr(Histories, f"{_name}_{_number}", _as_rule(_name, _strategies))
