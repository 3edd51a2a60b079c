"""What the answer has to be: plain sets of events, known to whoever sees all of the world."""

from __future__ import annotations

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
    PublicationRefusedError,
    PublicationUnknownError,
    ClientError,
    BotoCoreError,
    OSError,
)
_TABLES = ("tweets", layout.events_table("tweets"), layout.partials_table("tweets"))


class Oracle:
    """Acknowledged, sent, held and served events; and the comparisons with the lake's answers."""

    def __init__(self, world):
        self._world = world
        self._sent = {}
        self._acked = set()
        self._held = set()
        self._quarantined = set()
        self._served = {}
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

    def quarantined(self):
        """Records that are in the quarantine for certain."""
        return frozenset(self._quarantined)

    def ended(self, actor):
        """An actor's outcome, which was told only if it lived."""
        self.outcomes[actor.kind, type(actor.error).__name__] += 1
        if actor.error is not None and not actor.dead and not isinstance(actor.error, EXPECTED):
            raise WrongError(f"{actor} crashed: {actor.error!r}") from actor.error
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
        elif actor.kind == "rollback":
            self._served = {}

    # --- Comparisons

    def check(self, *, is_end=False):
        """The serving view as of now. Asked again only when something that it reads has changed."""
        self.steps += 1
        seen = self._visible()
        if seen != self._seen:
            self._answer = decoded(self._world.athena.ask("SELECT * FROM tweets"))
            self._seen = seen
            self.comparisons += 1
            self._others()
        self._compare(self._answer, self._acked, "the serving view")
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

    def _others(self):
        """The copy that is served from the batch layer stands."""
        boundary = self._world.boundary()
        if not boundary.has_batch or self._served.get("serial") == boundary.serial:
            return
        served = {"serial": boundary.serial}
        view = self._world.boundary(layout.batch_view("tweets"))
        if view.serial != boundary.serial:
            return
        rows = self._world.athena.ask(f"SELECT * FROM {layout.batch_view('tweets')}")
        self.comparisons += 1
        now = decoded(rows)
        for event, variant in now.items():
            if self._answer.get(event) != variant:
                raise WrongError(f"event {event}: batch view and serving view disagree")
            before = self._served.get(event, variant)
            if before != variant:
                raise WrongError(
                    f"the served copy of event {event} changed from {before} to {variant}"
                )
        self._served |= now | served

    def _end(self):
        missing = sorted((self._held | self._acked) - self._answer.keys())
        if missing:
            raise WrongError(f"at the end events {missing}, which a path holds, are missing")
