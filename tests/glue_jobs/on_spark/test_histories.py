"""Random histories, each told three times: to DuckDB, to Spark, and to both of them in turn.

After every step the three answers are the same and the right one; at the end, so are the tables.
LAKEHOUSE_TEST_HISTORIES says how many are told.
"""

from __future__ import annotations

import os
import random
import uuid
from datetime import UTC, datetime

import pytest

from tests.glue_jobs.lake import Clock, Lake, processing_failed, rows, tweet, wanted
from tests.glue_jobs.on_spark.lakes import DuckDBLake, contents, shape

HISTORIES = int(os.environ.get("LAKEHOUSE_TEST_HISTORIES", "3"))
STEPS = 8
# Where a run may die: before, between and after its appends, and once it is published.
DEATHS = ("copies read", "events read", "events appended", "partials appended", "published")
TABLES = ("events", "partials", "runs")


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
        self.published |= self.acknowledged | self.filed

    def die(self, point):
        self.lake.clock.pass_epoch()

        def checkpoint(reached):
            if reached == point:
                raise InterruptedError(point)

        with pytest.raises(InterruptedError):
            self.lake.run(checkpoint=checkpoint)
        if point == "published":
            self.published |= self.acknowledged | self.filed

    def compact(self):
        with self.lake.at_hand() as rooms:
            for table in (self.lake.tables.events, self.lake.tables.partials):
                if rooms.engine.has_table(table):
                    rooms.engine.compact(table)

    def is_right(self):
        return self.lake.answer() == wanted(*(self.published | self.acknowledged).values())


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

    for _ in range(STEPS):
        name = draw.choice(["speed", "raw", "error_objects", "run", "run", "die", "compact"])
        arguments = {
            "speed": lambda: [tweets()],
            "raw": lambda: [tweets()],
            "error_objects": lambda: [draw.randrange(100)],
            "run": lambda: [draw.random() < 0.2],
            "die": lambda: [draw.choice(DEATHS)],
            "compact": list,
        }[name]()
        yield name, arguments
    yield "run", [False]


@pytest.mark.parametrize("seed", range(1, HISTORIES + 1))
def test_a_history_has_the_same_end_on_either_engine_and_on_both(seed, aws):
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
    for table in TABLES:
        duckdb, on_spark, turns = (
            (contents(each.lake, found), shape(each.lake, found))
            for each in told.values()
            for found in [getattr(each.lake.tables, table)]
        )
        assert bool(duckdb[0]) is (table == "runs" or bool(told["duckdb"].published))
        assert on_spark == duckdb, table
        assert turns == duckdb, table
