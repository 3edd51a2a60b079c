"""Renders athena_queries/batch/ for a dataset."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from glue_jobs.tables import RUNS_COLUMNS
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.history import Floor
from lakehouse.layout import speed_columns
from lakehouse.measures import quote
from lakehouse.sql import fill, listed
from lakehouse.view_parts import copy_order


def copies(dataset: Dataset) -> str:
    """The distinct copies among speed_input, raw_input and recovered_input."""
    names = _names(dataset)
    # Both λs round arrivals to the millisecond; so does this, since copies are ordered by it.
    cut_off = "date_trunc('millisecond', _arrived_at) AS _arrived_at"
    whole_ms = [cut_off if name == quote("_arrived_at") else name for name in names]
    return fill(
        "batch/copies.sql",
        columns=listed(names),
        whole_ms=listed(whole_ms),
        event_id=quote(dataset.event_id),
    )


def repeated(dataset: Dataset) -> str:
    """The identities of events with several copies."""
    return fill("batch/repeated.sql", event_id=quote(dataset.event_id))


def first_copies(dataset: Dataset) -> str:
    """Each event once: the copy that stands if the event is new."""
    return fill(
        "batch/first_copies.sql",
        columns=listed(_names(dataset)),
        event_id=quote(dataset.event_id),
        copy_order=copy_order(dataset),
    )


def published(dataset: Dataset, boundary: Boundary, *, whole: bool) -> str:
    """The published events of events_input: their identities, or all that is kept of them."""
    names = _names(dataset) if whole else [quote(dataset.event_id), "_event_us"]
    condition = boundary.published_sql("_run") if boundary.has_batch else "false"
    return fill("batch/published.sql", columns=listed(names), published=condition)


def new_events(dataset: Dataset) -> str:
    """The first copies of events that are not published."""
    names = [f"firsts.{name}" for name in _names(dataset)]
    return fill("batch/new_events.sql", columns=listed(names), event_id=quote(dataset.event_id))


def all_events(dataset: Dataset) -> str:
    """What a recompute publishes: the published events, and the new ones."""
    return fill(
        "batch/all_events.sql", columns=listed(_names(dataset)), new_events=new_events(dataset)
    )


def events(dataset: Dataset, run: int) -> str:
    """The rows for the events table."""
    return fill("batch/events.sql", run=str(run), columns=listed(_names(dataset)))


def partials(dataset: Dataset, run: int) -> str:
    """The rows for the batch partials."""
    pane = f"_event_us - _event_us % {dataset.window.pane_us}"
    keys = [quote(name) for name in dataset.group_by]
    lifts = [f"{stored.lift_sql} AS {quote(stored.name)}" for stored in dataset.stored_columns]
    return fill(
        "batch/partials.sql",
        run=str(run),
        columns=listed([f"{pane} AS _pane_us", *keys, *lifts]),
        keys=", ".join([pane, *keys]),
    )


def merged_partials(dataset: Dataset, floor: Floor) -> str:
    """The rows of `stored`, those of runs that the floor publishes merged under one number."""
    keys = ["_pane_us", *(quote(name) for name in dataset.group_by)]
    merges = [f"{one.merge_sql} AS {quote(one.name)}" for one in dataset.stored_columns]
    return fill(
        "batch/merged_partials.sql",
        columns=listed([*keys, *merges]),
        keys=", ".join(keys),
        published=floor.published_sql("_run"),
    )


def days() -> str:
    """The event days of `firsts`."""
    return fill("batch/days.sql")


def count_in() -> str:
    """Speed, raw and recovered rows that came in, the events among them, and the conflicts."""
    return fill("batch/count_in.sql")


def count_new(dataset: Dataset, *, speed_due: datetime, raw_due: datetime) -> str:
    """Counts of the new events: see `glue_jobs.records.count`.

    Of what arrived before `speed_due` there should be speed rows, of what arrived before `raw_due`
    raw or recovered ones.
    """
    return fill(
        "batch/count_new.sql",
        event_time=quote(dataset.event_time),
        speed_due=_literal(speed_due),
        raw_due=_literal(raw_due),
    )


def count_partials() -> str:
    """The events that the stored partials count."""
    return fill("batch/count_partials.sql")


def stored_partials() -> str:
    """The stored partials, to append."""
    return fill("batch/stored_partials.sql")


def conflicts(dataset: Dataset) -> str:
    """The identities of events whose copies differ in their fields."""
    return fill(
        "batch/conflicts.sql",
        event_id=quote(dataset.event_id),
        content=listed([quote(field.name) for field in dataset.analytic_fields]),
    )


def run_records(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of the runs table; a column that a row does not have is null in it."""
    return "\nUNION ALL\n".join(_run_record(row) for row in rows)


def found_runs(column: str) -> str:
    """The numbers in the column `column` of some_runs."""
    return fill("batch/found_runs.sql", column=column)


def all_found_runs() -> str:
    """All of found_runs."""
    return fill("batch/all_found_runs.sql")


def _run_record(row: Mapping[str, Any]) -> str:
    columns = [
        f"CAST({_literal(row.get(name))} AS {type_.glue}) AS {quote(name)}"
        for name, type_ in RUNS_COLUMNS
    ]
    return fill("batch/run_record.sql", columns=listed(columns))


def _names(dataset: Dataset) -> list[str]:
    return [quote(name) for name, _ in speed_columns(dataset)]


def _literal(value: str | float | datetime | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.000}'"
    if isinstance(value, str):
        # Engines differ in how a literal holds these.
        return "'" + re.sub(r"['\\]", lambda one: f"' || chr({ord(one[0])}) || '", value) + "'"
    return str(value)
