"""What the answer has to be: plain sets of events, known to whoever sees all of the world."""

from __future__ import annotations

import re
from collections import Counter

from botocore.exceptions import BotoCoreError, ClientError

from glue_jobs.engine import EngineError
from glue_jobs.publication import PublicationRefusedError, PublicationUnknownError
from glue_jobs.rollback import RollbackError
from glue_jobs.run import SupersededError
from glue_jobs.state import LeaseError, StateError
from lakehouse import layout
from lakehouse.boundary import Boundary
from lambdas.publish_views import PublicationError
from lambdas.speed_view import MissingStateError
from tests.model.events import WrongError, decoded
from tests.model.questions import DATABASE

# How an operation may end that is overtaken, or loses an answer. All else is a crash.
EXPECTED = (
    SupersededError,
    LeaseError,
    StateError,
    EngineError,
    RollbackError,
    PublicationError,
    MissingStateError,
    PublicationRefusedError,
    PublicationUnknownError,
    ClientError,
    BotoCoreError,
    OSError,
)
_TABLES = ("tweets", layout.events_table("tweets"), layout.partials_table("tweets"))


RUNS = ("run", "recompute", "backfill")
_LAYERS = (layout.batch_view("tweets"), layout.speed_view("tweets"))


class Oracle:
    """Acknowledged, sent, held and served events; and the comparisons with the lake's answers."""

    def __init__(self, world):
        self._world = world
        self._sent = {}
        self._acked = set()
        self._held = set()
        self._quarantined = set()
        self._served, self._served_at = {}, None
        self._answer = None
        self._seen = None
        self.comparisons = 0
        self.steps = 0
        self.boundaries = []
        self.outcomes = Counter()

    # --- What happens

    def sent(self, record):
        if record.is_event:
            self._sent.setdefault(record.event, set()).add(record.variant)

    def acked(self):
        return frozenset(self._acked)

    def held(self, events):
        self._held |= events

    def updated(self, name, entry):
        """The serving view was published."""
        if name == "tweets":
            self.boundaries.append(Boundary.from_parameters(entry["Parameters"]))
            if self._world.store.acting() == "rollback":
                self._served, self._served_at = {}, None

    def quarantined(self):
        """Records that are in the quarantine for certain."""
        return frozenset(self._quarantined)

    def ended(self, actor):
        """An actor's outcome, which was told only if it lived."""
        self.outcomes[actor.kind, type(actor.error).__name__] += 1
        is_expected = isinstance(actor.error, EXPECTED)
        if actor.kind == "reader":
            # A query whose own calls lose their answers may fail; no other may.
            is_expected = actor.has_lost
        if actor.error is not None and not actor.dead and not is_expected:
            raise WrongError(f"{actor} crashed: {actor.error!r}") from actor.error
        self._said(actor)
        if actor.error is not None:
            return
        if actor.kind == "speed λ":
            self._acked |= {one.event for one in actor.records if one in actor.taken}
            self._quarantined |= {one for one in actor.records if one not in actor.taken}
        elif actor.kind == "replay":
            self._acked |= {one.event for one in actor.quarantined if one.is_event}
        elif actor.kind == "reader":
            self.comparisons += 1
            self._compare(decoded(actor.result), actor.must, f"{actor}")

    def _said(self, actor):
        """A run says truly whether it was published."""
        published = {boundary.run for boundary in self.boundaries}
        if (
            actor.kind in RUNS
            and actor.error is None
            and actor.result.boundary.run not in published
        ):
            raise WrongError(f"{actor} says that it is published, and is not")
        if actor.kind in RUNS and isinstance(actor.error, SupersededError):
            number = int(re.search(r"run (\d+) is dead", str(actor.error))[1])
            if number in published:
                raise WrongError(f"{actor} says that run {number} is dead, and it was published")

    # --- Comparisons

    def check(self, *, is_end=False):
        """The serving view as of now. Asked again only when something that it reads has changed."""
        self.steps += 1
        seen = self._visible()
        if seen != self._seen:
            self._answer = decoded(self._world.ask("tweets"))
            self._seen = seen
            self.comparisons += 1
            self._batch_stands()
        self._compare(self._answer, self._acked, "the serving view")
        if gone := sorted(self._served.keys() - self._answer.keys()):
            raise WrongError(f"events {gone} were served from the batch layer, and are gone")
        if is_end:
            self._end()

    def _visible(self):
        world = self._world
        tables = world.glue.tables
        versions = tuple(tables.get((DATABASE, name), {}).get("VersionId") for name in _TABLES)
        return versions, world.s3.visible

    def _compare(self, answer, must, whose):
        if missing := sorted(set(must) - answer.keys()):
            raise WrongError(f"{whose}: acknowledged events {missing} are missing")
        for event, variant in answer.items():
            if variant not in self._sent.get(event, ()):
                raise WrongError(f"{whose}: copy {variant} of event {event} was never sent")

    def look(self):
        """Every view: complete in itself, and the copies served from the batch layer stand."""
        world = self._world
        self.check()
        totals = decoded(world.ask(layout.totals_view("tweets")), keyed_by_window=False)
        live = self._live_events()
        self._compare(totals, self._acked, "the totals")
        self._compare(live, self._acked, "the live events")
        self.comparisons += 2
        boundary = world.boundary()
        views = [world.boundary(name) for name in _LAYERS]
        if any(view.serial != boundary.serial for view in views):
            return
        batch, speed = (decoded(world.ask(name)) for name in _LAYERS)
        self.comparisons += 2
        if batch.keys() & speed.keys() or {**batch, **speed} != self._answer:
            raise WrongError(f"batch view {batch} and speed view {speed} are not {self._answer}")

    def _live_events(self):
        """The live events, which have columns of their own: event -> variant."""
        found = {}
        for row in self._world.ask(layout.live_events_view("tweets")):
            event = row["id"] - 1000
            if event in found:
                raise WrongError(f"event {event} is twice among the live events")
            found[event] = row["favorite_count"] // 4**event - 1
        return found

    def _batch_stands(self):
        """The copy that is served from the batch layer stands."""
        boundary = self._world.boundary()
        layer = (boundary.base, boundary.run, boundary.dead)
        if self._served_at == layer or not boundary.has_batch:
            return
        if self._world.boundary(layout.batch_view("tweets")).serial != boundary.serial:
            return
        self._served_at = layer
        self.comparisons += 1
        for event, variant in decoded(self._world.ask(layout.batch_view("tweets"))).items():
            if self._answer.get(event) != variant:
                raise WrongError(f"event {event}: batch view and serving view disagree")
            if self._served.setdefault(event, variant) != variant:
                raise WrongError(
                    f"the served copy of event {event} changed from {self._served[event]} "
                    f"to {variant}"
                )

    def _end(self):
        missing = sorted((self._held | self._acked) - self._answer.keys())
        if missing:
            raise WrongError(f"at the end events {missing}, which a path holds, are missing")
        for record in sorted(self._quarantined, key=lambda one: one.sequence):
            unique = f"{record.shard}-{record.sequence}"
            is_kept = any(unique in key for _, key in self._world.s3.objects)
            if not is_kept and record.event not in self._answer:
                raise WrongError(f"at the end the quarantine lacks a record of {record.event}")
