"""One run of the batch job, step by step as DESIGN.md numbers them.

A run works on the boundary that it read first, and publishes under the guard of the version that
came with it. It may die at any line, or sleep for hours: until its one guarded update it has only
appended rows that no view selects, and its number is never used again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from glue_jobs import queries
from glue_jobs.aws import CALL_FAILED
from glue_jobs.deaths import Deaths, owed_by, unrecorded
from glue_jobs.engine import Checkpoint, Engine, ParquetObject, no_checkpoint
from glue_jobs.inputs import Hours, Listing, since
from glue_jobs.metrics import Metrics
from glue_jobs.publication import Published, Views
from glue_jobs.quarantine import Quarantine
from glue_jobs.records import Record, Row, append_rows, check, count
from glue_jobs.recovery import ErrorsBucket, Recovery, recover
from glue_jobs.state import RunStart, StateError, StateObject
from glue_jobs.tables import Tables
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.history import HORIZON, Horizon
from lakehouse.layout import speed_columns

logger = logging.getLogger(__name__)


class SupersededError(RuntimeError):
    """Somebody published since this run read the boundary: it is dead, and changed no answer."""


@dataclass(frozen=True)
class Plan:
    """What kind of run it is.

    `is_full` takes nothing as published and makes the run the base. `lookback` widens the window
    on raw and error objects, `hours` are arrival hours that are read beside it. `retention` is the
    stream's, `horizon` says how far its publication raises the floor. With `ignores_lease` it does
    not stand aside for a recompute, which may have been killed; if it was not, one of them is dead.
    """

    dataset: Dataset
    retention: timedelta
    is_full: bool = False
    lookback: timedelta = timedelta()
    hours: Hours | None = None
    horizon: Horizon = HORIZON
    ignores_lease: bool = False

    @property
    def kind(self) -> str:
        """What the runs table calls it."""
        if self.is_full:
            return "recompute"
        return "backfill" if self.lookback or self.hours else "run"


@dataclass(frozen=True)
class Rooms:
    """Everything outside that a run touches."""

    state: StateObject
    views: Views
    lake: Listing
    errors: Listing
    errors_bucket: ErrorsBucket
    quarantine: Quarantine
    engine: Engine
    tables: Tables
    folder: Path
    deaths: Deaths
    metrics: Metrics
    checkpoint: Checkpoint = no_checkpoint


@dataclass(frozen=True)
class Inputs:
    """The objects that a run reads, all listed after the seal was written."""

    speed: list[ParquetObject]
    raw: list[ParquetObject]
    error_keys: list[str]


@dataclass(frozen=True)
class Outcome:
    """A published run: the boundary that it read, its own, and the row of the runs table."""

    before: Boundary
    boundary: Boundary
    record: Row


def run(plan: Plan, rooms: Rooms) -> Outcome:
    """Do one run. Returns only if it is published.

    Raises SupersededError if it is dead, LeaseError if it stood aside before taking a number, and
    whatever killed it.
    """
    record = Record()
    with record.step("boundary"):
        published = rooms.views.read()
        rooms.checkpoint("boundary read")
    with record.step("number"):
        start = rooms.state.take_run(
            after=published.boundary.run,
            with_lease=plan.is_full,
            ignores_lease=plan.ignores_lease,
        )
    record.begin(published.boundary, start, kind=plan.kind)
    try:
        boundary = move_events(plan, rooms, published, start, record)
    except Exception as error:
        rooms.deaths.tell(record.died(error))
        raise
    finally:
        if plan.is_full:
            _release(rooms.state, start.run)
    row = record.published()
    with record.step("record"):
        owed = owed_by(start.run, published.boundary)
        others = unrecorded(owed, rooms.deaths, rooms.engine, rooms.tables)
        append_rows(rooms.engine, rooms.tables.runs, [*others, row])
        rooms.checkpoint("run recorded")
    rooms.metrics.put(row)
    return Outcome(published.boundary, boundary, row)


def move_events(
    plan: Plan, rooms: Rooms, published: Published, start: RunStart, record: Record
) -> Boundary:
    """Steps 2 to 6: what is new goes from the speed layer to the batch layer."""
    dataset, run = plan.dataset, start.run
    with record.step("list"):
        inputs = list_inputs(plan, rooms, published.boundary, start)
        record.add(
            speed_objects=len(inputs.speed),
            raw_objects=len(inputs.raw),
            error_objects=len(inputs.error_keys),
        )
    with record.step("read"):
        rows_read, recovery = find_first_copies(plan, rooms, inputs)
        record.add(quarantined=recovery.quarantined)
    with record.step("new"):
        find_new_events(plan, rooms, published.boundary)
        counts = count(rooms.engine, dataset, start, rows_read=rows_read)
        record.add(**counts)
    with record.step("events"):
        append_events(dataset, rooms, run, new_events=counts["new_events"])
    with record.step("partials"):
        partials = append_partials(dataset, rooms, run, new_events=counts["new_events"])
        record.add(partials=partials)
    with record.step("publish"):
        boundary = publish(plan, rooms, published, start)
        record.add(serial=boundary.serial, base=boundary.base)
    return boundary


def list_inputs(plan: Plan, rooms: Rooms, boundary: Boundary, start: RunStart) -> Inputs:
    """Step 2: what appeared since the boundary's cut and `began`; for a recompute, everything."""
    name = plan.dataset.name
    window = None
    if not plan.is_full:
        window = since(boundary.began, retention=plan.retention, lookback=plan.lookback)
    after = "" if plan.is_full else boundary.cut
    return Inputs(
        speed=rooms.lake.speed_objects(name, after=after, through=start.cut),
        raw=rooms.lake.raw_objects(name, window, plan.hours),
        error_keys=rooms.errors.error_keys(name, window, plan.hours),
    )


def find_first_copies(plan: Plan, rooms: Rooms, inputs: Inputs) -> tuple[int, Recovery]:
    """Steps 2 and 3: read all of it, and keep one copy of each event, as the table `firsts`.

    Returns how many rows were read, and what came of the error objects. A missing file kills the
    run.
    """
    dataset, engine = plan.dataset, rooms.engine
    records = rooms.errors_bucket.records(inputs.error_keys, dataset)
    recovery = recover(dataset, records, rooms.quarantine, file=rooms.folder / "recovered.parquet")
    columns = speed_columns(dataset)
    engine.read_parquet("speed_input", columns, inputs.speed)
    engine.read_parquet("raw_input", columns, inputs.raw)
    engine.read_parquet("recovered_input", columns, recovery.objects)
    rows_read = engine.store_by_parts(
        "firsts",
        (
            ("copies", queries.copies(dataset)),
            ("repeated", queries.repeated(dataset)),
            ("conflicts", queries.conflicts(dataset)),
            ("firsts", queries.first_copies(dataset)),
        ),
        sources=("speed_input", "raw_input", "recovered_input"),
        by=dataset.event_id,
    )
    rooms.checkpoint("copies read")
    return rows_read, recovery


def find_new_events(plan: Plan, rooms: Rooms, boundary: Boundary) -> None:
    """Step 3: the engine's table `new_events`, against the snapshot that `events` has now.

    That snapshot is taken after the seal: whatever the boundary publishes was appended before it
    was published, so any snapshot from here on holds all of it.
    """
    dataset, engine = plan.dataset, rooms.engine
    for table in (rooms.tables.events, rooms.tables.partials, rooms.tables.runs):
        engine.ensure_table(table)
        rooms.checkpoint(f"{table.name} exists")
    names = [name for name, _ in speed_columns(dataset)] if plan.is_full else [dataset.event_id]
    days = None if plan.is_full else [day for (day,) in engine.rows(queries.days())]
    engine.read_table(
        "events_input",
        rooms.tables.events,
        list(dict.fromkeys([*names, "_event_us", "_run"])),
        runs=(max(boundary.base, 1), boundary.run),
        days=days,
    )
    engine.store("published", queries.published(dataset, boundary, whole=plan.is_full))
    rooms.checkpoint("events read")
    wanted = queries.all_events if plan.is_full else queries.new_events
    engine.store("new_events", wanted(dataset))


def append_events(dataset: Dataset, rooms: Rooms, run: int, *, new_events: int) -> None:
    """Step 4: one commit, tried once."""
    appended = rooms.engine.append(rooms.tables.events, queries.events(dataset, run))
    check("events appended", appended, new_events)
    rooms.checkpoint("events appended")


def append_partials(dataset: Dataset, rooms: Rooms, run: int, *, new_events: int) -> int:
    """Step 5: likewise. Returns how many partials there are."""
    rooms.engine.store("partials", queries.partials(dataset, run))
    [(events,)] = rooms.engine.rows(queries.count_partials())
    check("events in partials", events, new_events)
    appended = rooms.engine.append(rooms.tables.partials, queries.stored_partials())
    rooms.checkpoint("partials appended")
    return appended


def publish(plan: Plan, rooms: Rooms, published: Published, start: RunStart) -> Boundary:
    """Step 6: one guarded update moves the answer from the boundary that was read to this run's."""
    boundary = published.boundary.after_run(
        start.run,
        cut=start.cut,
        began=start.began,
        is_base=plan.is_full,
        lowest=published.lowest,
        horizon=plan.horizon,
    )
    if not rooms.views.publish(boundary, version=published.version):
        raise SupersededError(
            f"run {start.run} is dead: somebody published after boundary "
            f"{published.boundary.serial}, which it worked on; no answer changed, run again"
        )
    return boundary


def _release(state: StateObject, run: int) -> None:
    try:
        state.release(run)
    except (*CALL_FAILED, StateError) as error:
        logger.warning("lease of run %s not given back, it expires by itself: %s", run, error)
