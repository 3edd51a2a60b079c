"""Random histories, each told three times: to DuckDB, to Spark, and to both of them in turn.

Events come by both paths; runs are published, die, recompute and are rolled back; the lake is kept
up, below a floor that follows within minutes, and two small files are enough to be put together.
After every step the three answers are the same and the right one; at the end, so are the tables.
LAKEHOUSE_TEST_HISTORIES says how many are told.
"""

from __future__ import annotations

import dataclasses
import os
import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from glue_jobs.expiry import carry_out, lapsed_floor, plan_expiry, raise_floor
from glue_jobs.rollback import choices, plan_rollback, roll_back
from glue_jobs.upkeep import compact
from lakehouse.history import Horizon
from tests.glue_jobs.lake import TWEETS, Clock, Lake, processing_failed, rows, tweet, wanted
from tests.glue_jobs.on_spark.lakes import DuckDBLake, contents, shape
from tests.glue_jobs.on_spark.session import session

HISTORIES = int(os.environ.get("LAKEHOUSE_TEST_HISTORIES", "2"))
STEPS = 10  # of five minutes at most: no run looks back at objects for more than an hour
# Where a run may die: before, between and after its appends, and once it is published.
DEATHS = ("copies read", "events read", "events appended", "partials appended", "published")
# Where upkeep may: it is no answer's business.
UPKEEP_DEATHS = (
    *("floor raised", "partials merged", "tweets_events compacted", "tweets_events purged"),
    "snapshots of tweets_events forgotten",
)
TABLES = ("events", "partials", "runs")
# How a history begins, each in its turn, with new tweets where no arguments are; and what has
# happened by its end at least.
BEGINNINGS = (
    ([], set()),
    (
        [
            *[("raw", []), ("run", [False]), ("speed", []), ("run", [False])],
            *[("roll_back", [0]), ("run", [True])],
        ],
        {"rolled back", "recomputed"},
    ),
    (
        [
            *[("speed", []), ("die", ["partials appended"]), ("run", [False])],
            *[("raw", []), ("run", [False])],
            ("upkeep", [3, False, timedelta(), "never"]),  # purges, expires and forgets
            ("upkeep", [1, True, timedelta(), "never"]),  # merges what is left
        ],
        {"purged", "expired", "merged"},
    ),
)


class TurnsLake(Lake):
    """Whose runs are Spark's and DuckDB's in turn: each continues what the other has made."""

    turn = 0

    def _engine(self, checkpoint=None):
        self.turn += 1
        kind = DuckDBLake if self.turn % 2 else Lake
        return kind._engine(self, *([checkpoint] if checkpoint else []))


class Told:
    """One history as a lake lives it, and which events its answer must count."""

    def __init__(self, lake):
        self.lake = lake
        self.acknowledged, self.filed, self.published = {}, {}, {}
        self.by_boundary = {self._boundary(): {}}
        self.happened = Counter()

    def speed(self, tweets):
        self.lake.speed(rows(*tweets))
        self.acknowledged |= {each["id"]: each for each in tweets}

    def raw(self, tweets):
        self.lake.raw(rows(*tweets))
        self.filed |= {each["id"]: each for each in tweets}

    def error_objects(self, number):
        self.lake.error_object(processing_failed(b'{"id": %d}' % number), processing_failed(b"no"))

    def run(self, full):
        self.lake.clock.pass_epoch()
        self.lake.run(full=full)
        self.happened["recomputed"] += full and bool(self.published)
        self._has_published()

    def die(self, point):
        self.lake.clock.pass_epoch()
        with pytest.raises(InterruptedError):
            self.lake.run(checkpoint=dies_at(point))
        if point == "published":
            self._has_published()

    def roll_back(self, chosen):
        """To one of the boundaries that one can go to, if there are any."""
        if possible := choices(self.lake.boundary()):
            with self.lake.at_hand() as rooms:
                run = possible[chosen % len(possible)].run
                roll_back(rooms.views, plan_rollback(rooms.views, rooms.state, to_run=run))
            self.published = self.by_boundary[self._boundary()]
            self.happened["rolled back"] += 1

    def upkeep(self, rounds, compacts, back, point):
        """As often, a minute apart: the third deletes below the floor that the first has raised."""
        horizon = Horizon(back=back, query=timedelta(seconds=50), job=timedelta(seconds=50))
        for _ in range(rounds):
            self.lake.clock.ahead += timedelta(minutes=1)
            with self.lake.at_hand() as found:
                rooms = dataclasses.replace(found, checkpoint=dies_at(point))
                try:
                    self._keep_up(rooms, compacts, horizon)
                except InterruptedError:
                    self.happened[point] += 1

    def _keep_up(self, rooms, compacts, horizon):
        before, now = raise_floor(rooms, horizon=horizon)
        if compacts:
            floor = lapsed_floor(before, now=now, horizon=horizon)
            done = compact(TWEETS, rooms, floor=floor)
            assert not done.left  # nobody else is there
            self.happened["merged"] += bool(done.merged)
        plan = plan_expiry(TWEETS, rooms, before, now=now, horizon=horizon)
        gone = carry_out(rooms, plan)
        assert not gone.left
        self.happened["purged"] += gone.rows.get("tweets_batch_partials", 0)
        self.happened["expired"] += gone.speed_objects

    def is_right(self):
        return self.lake.answer() == wanted(*(self.published | self.acknowledged).values())

    def _has_published(self):
        self.published = self.published | self.acknowledged | self.filed
        self.by_boundary[self._boundary()] = self.published

    def _boundary(self):
        found = self.lake.boundary()
        return found.base, found.run, found.cut


def dies_at(point):
    def checkpoint(reached):
        if reached == point:
            raise InterruptedError(point)

    return checkpoint


def history(seed):
    """Steps as (name, arguments); tweets come new, again, late and without a location."""
    draw = random.Random(seed)
    made = []

    def tweets():
        chosen = draw.sample(made, min(len(made), draw.randrange(3)))
        for _ in range(draw.randrange(1, 4)):
            location = draw.choice(["Bonn", "Köln", None])
            new = tweet(len(made) + 1, location=location, day=draw.randrange(10, 21))
            made.append(new)
            chosen.append(new)
        return chosen

    begun = BEGINNINGS[seed % len(BEGINNINGS)][0]
    yield from ((name, arguments or [tweets()]) for name, arguments in begun)
    for _ in range(STEPS - len(begun)):
        name = draw.choice(
            [
                *("speed", "speed", "raw", "raw", "error_objects"),
                *("run", "run", "run", "run", "die", "die", "roll_back", "roll_back", "upkeep"),
            ]
        )
        arguments = {
            "speed": lambda: [tweets()],
            "raw": lambda: [tweets()],
            "error_objects": lambda: [draw.randrange(100)],
            "run": lambda: [draw.random() < 0.2],
            "die": lambda: [draw.choice(DEATHS)],
            "roll_back": lambda: [draw.randrange(6)],
            "upkeep": lambda: [
                draw.choice([1, 3]),
                draw.random() < 0.5,
                timedelta(minutes=draw.choice([0, 12, 60])),
                draw.choice(["never", draw.choice(UPKEEP_DEATHS)]),
            ],
        }[name]()
        yield name, arguments
    yield "run", [False]


@pytest.mark.parametrize("seed", range(1, HISTORIES + 1))
def test_a_history_has_the_same_end_on_either_engine_and_on_both(seed, aws, monkeypatch):
    session(os.environ["AWS_ENDPOINT_URL"])  # finds pyspark
    for rewriting in ("glue_jobs.rewriting", "glue_jobs.spark_rewriting"):
        monkeypatch.setattr(f"{rewriting}.MIN_FILES", 2)
        monkeypatch.setattr(f"{rewriting}.MIN_RUNS", 2)
    kinds = {"duckdb": DuckDBLake, "spark": Lake, "turns": TurnsLake}
    name = f"h{uuid.uuid4().hex[:10]}"
    now = datetime.now(UTC)
    told = {
        label: Told(kind(f"{name}{label}", clock=Clock(stopped=now)))
        for label, kind in kinds.items()
    }
    done = []
    for step, arguments in history(seed):
        done.append((step, arguments))
        for label, each in told.items():
            getattr(each, step)(*arguments)
            assert each.is_right(), (label, done)
    happened = [+each.happened for each in told.values()]
    assert happened[0] == happened[1] == happened[2]
    assert happened[0].keys() >= BEGINNINGS[seed % len(BEGINNINGS)][1]
    for table in TABLES:
        duckdb, on_spark, turns = (
            (contents(each.lake, found), shape(each.lake, found))
            for each in told.values()
            for found in [getattr(each.lake.tables, table)]
        )
        assert bool(duckdb[0]) is (table == "runs" or bool(told["duckdb"].published))
        assert on_spark == duckdb, table
        assert turns == duckdb, table
