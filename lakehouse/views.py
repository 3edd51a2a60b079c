"""Renders athena_queries/views/ for a dataset and a boundary.

Every view carries the boundary's values as literals, so a query that has read a view's text sees
one boundary to its end. Only the serving view's is the one of record.
"""

from __future__ import annotations

from dataclasses import replace

from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset, Field
from lakehouse.measures import quote
from lakehouse.sql import fill, listed
from lakehouse.view_parts import (
    batch_partials,
    batch_source,
    header,
    merges,
    result_columns,
    speed_partials,
    tail_and_live,
    windows,
)
from lakehouse.view_tables import Columns, View, definition_of

# The Athena type of each provenance column that a view shows.
_MILLISECOND = "timestamp(3)"
# Not by `date_add`, which takes 32 bits of anything.
_EVENT_TIME_SQL = (
    "TIMESTAMP '1970-01-01 00:00:00.000' + (_event_us / 1000) * INTERVAL '0.001' SECOND"
)


def render_views(dataset: Dataset, boundary: Boundary) -> tuple[View, ...]:
    """All views of a dataset for one boundary, the serving view first."""
    makers = [_serving, _batch_view, _speed_view, _live_events, _provenance, _quarantine_reasons]
    if dataset.totals_by:
        makers.append(_totals)
    definition = definition_of(dataset)
    views = (maker(dataset, boundary) for maker in makers)
    return tuple(replace(view, definition=definition) for view in views)


# --- The views


def _serving(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/serving.sql",
        **header(dataset, boundary),
        **tail_and_live(dataset, boundary),
        batch_partials=batch_partials(dataset, boundary),
        speed_partials=speed_partials(dataset),
        windows=windows(dataset),
    )
    return View(layout.serving_view(dataset.name), sql, _window_columns(dataset))


def _batch_view(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/batch_view.sql",
        **header(dataset, boundary),
        batch_partials=batch_partials(dataset, boundary),
        windows=windows(dataset),
    )
    return View(layout.batch_view(dataset.name), sql, _window_columns(dataset))


def _speed_view(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/speed_view.sql",
        **header(dataset, boundary),
        **tail_and_live(dataset, boundary),
        speed_partials=speed_partials(dataset),
        windows=windows(dataset),
    )
    return View(layout.speed_view(dataset.name), sql, _window_columns(dataset))


def _totals(dataset: Dataset, boundary: Boundary) -> View:
    keys = [quote(name) for name in dataset.totals_by]
    sql = fill(
        "views/totals.sql",
        **header(dataset, boundary),
        **tail_and_live(dataset, boundary),
        batch_partials=batch_partials(dataset, boundary),
        speed_partials=speed_partials(dataset),
        results=listed(keys + result_columns(dataset)),
        merges=listed(keys + merges(dataset)),
        keys=", ".join(keys),
    )
    columns = (*_key_columns(dataset, dataset.totals_by), *_measure_columns(dataset))
    return View(layout.totals_view(dataset.name), sql, columns)


def _live_events(dataset: Dataset, boundary: Boundary) -> View:
    columns = [_shown(field, dataset) for field in dataset.analytic_fields]
    columns += ["_event_us", "_event_day", f"CAST(_arrived_at AS {_MILLISECOND}) AS _arrived_at"]
    batch_events = ""
    if boundary.has_batch:
        batch_events = fill(
            "parts/batch_events.sql",
            columns=listed(columns),
            events=quote(layout.events_table(dataset.name)),
            published=boundary.published_sql("_run"),
        )
    sql = fill(
        "views/live_events.sql",
        **header(dataset, boundary),
        **tail_and_live(dataset, boundary),
        columns=listed(columns),
        batch_events=batch_events + "\n" if batch_events else "",
    )
    shown = tuple((field.name, field.type.sql) for field in dataset.analytic_fields)
    provenance = (("_event_us", "bigint"), ("_event_day", "date"), ("_arrived_at", _MILLISECOND))
    return View(
        layout.live_events_view(dataset.name), sql, (*shown, *provenance, ("_layer", "varchar"))
    )


def _provenance(dataset: Dataset, boundary: Boundary) -> View:
    batch_layer = (
        fill("parts/batch_layer.sql", **batch_source(dataset, boundary))
        if boundary.has_batch
        else fill("parts/no_batch_layer.sql")
    )
    sql = fill(
        "views/provenance.sql",
        **tail_and_live(dataset, boundary),
        batch_layer=batch_layer,
        dataset=dataset.name,
        serial=str(boundary.serial),
        base=str(boundary.base),
        run=str(boundary.run),
        cut=boundary.cut,
        dead=", ".join(str(run) for run in boundary.dead),
        began=f"{boundary.began:%Y-%m-%d %H:%M:%S}",
        floor_run=str(boundary.floor.run),
        floor_cut=boundary.floor.cut,
    )
    columns = (
        ("dataset", "varchar"),
        ("serial", "bigint"),
        ("base", "bigint"),
        ("run", "bigint"),
        ("cut", "varchar"),
        ("dead_runs", "varchar"),
        ("began", _MILLISECOND),
        ("floor_run", "bigint"),
        ("floor_cut", "varchar"),
        ("batch_events", "bigint"),
        ("speed_events", "bigint"),
        ("newest_arrival", _MILLISECOND),
    )
    return View(layout.provenance_view(dataset.name), sql, columns)


def _quarantine_reasons(dataset: Dataset, boundary: Boundary) -> View:  # noqa: ARG001
    sql = fill(
        "views/quarantine_reasons.sql",
        dataset=dataset.name,
        quarantine=quote(layout.quarantine_table(dataset.name)),
    )
    columns = (
        ("reason", "varchar"),
        ("source", "varchar"),
        ("records", "bigint"),
        ("first_arrival", _MILLISECOND),
        ("newest_arrival", _MILLISECOND),
    )
    return View(layout.quarantine_view(dataset.name), sql, columns)


# --- Their columns


def _key_columns(dataset: Dataset, keys: tuple[str, ...]) -> Columns:
    return tuple((key, dataset.field(key).type.sql) for key in keys)


def _measure_columns(dataset: Dataset) -> Columns:
    return tuple(
        (measure.name, measure.result_type(dataset.measured_type(measure)))
        for measure in dataset.measures
    )


def _window_columns(dataset: Dataset) -> Columns:
    bounds = (("window_start", _MILLISECOND), ("window_end", _MILLISECOND))
    return (*bounds, *_key_columns(dataset, dataset.group_by), *_measure_columns(dataset))


def _shown(field: Field, dataset: Dataset) -> str:
    """A field as `live_events` shows it: alike from either layer, so to the millisecond."""
    name = quote(field.name)
    if field.name == dataset.event_time:
        return f"{_EVENT_TIME_SQL} AS {name}"
    return f"CAST({name} AS {_MILLISECOND}) AS {name}" if field.type.name == "timestamp" else name
