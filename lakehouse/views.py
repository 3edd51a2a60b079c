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
from lakehouse.view_tables import Columns, View, definition_of

# Kinesis sequence numbers have up to 129 digits; padded, text sorts as numbers do. See
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
SEQUENCE_DIGITS = 129

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


def copy_order(dataset: Dataset) -> str:
    """How copies of one event are ordered, as SQL: the first is the one that stands.

    By arrival, shard and sequence number; then by the content itself, so that the order is total.
    Engines differ in where nulls go, so that is said.
    """
    sequence = f"lpad(_sequence_number, {SEQUENCE_DIGITS}, '0')"
    content = [quote(field.name) for field in dataset.analytic_fields]
    by = ["_arrived_at", "_shard_id", sequence, *content]
    return ", ".join(f"{value} NULLS LAST" for value in by)


# --- The views


def _serving(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/serving.sql",
        **_header(dataset, boundary),
        **_tail_and_live(dataset, boundary),
        batch_partials=_batch_partials(dataset, boundary),
        speed_partials=_speed_partials(dataset),
        windows=_windows(dataset),
    )
    return View(layout.serving_view(dataset.name), sql, _window_columns(dataset))


def _batch_view(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/batch_view.sql",
        **_header(dataset, boundary),
        batch_partials=_batch_partials(dataset, boundary),
        windows=_windows(dataset),
    )
    return View(layout.batch_view(dataset.name), sql, _window_columns(dataset))


def _speed_view(dataset: Dataset, boundary: Boundary) -> View:
    sql = fill(
        "views/speed_view.sql",
        **_header(dataset, boundary),
        **_tail_and_live(dataset, boundary),
        speed_partials=_speed_partials(dataset),
        windows=_windows(dataset),
    )
    return View(layout.speed_view(dataset.name), sql, _window_columns(dataset))


def _totals(dataset: Dataset, boundary: Boundary) -> View:
    keys = [quote(name) for name in dataset.totals_by]
    sql = fill(
        "views/totals.sql",
        **_header(dataset, boundary),
        **_tail_and_live(dataset, boundary),
        batch_partials=_batch_partials(dataset, boundary),
        speed_partials=_speed_partials(dataset),
        results=listed(keys + result_columns(dataset)),
        merges=listed(keys + _merges(dataset)),
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
        **_header(dataset, boundary),
        **_tail_and_live(dataset, boundary),
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
        fill("parts/batch_layer.sql", **_batch_source(dataset, boundary))
        if boundary.has_batch
        else fill("parts/no_batch_layer.sql")
    )
    sql = fill(
        "views/provenance.sql",
        **_tail_and_live(dataset, boundary),
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


# --- Their parts


def _header(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    return {
        "dataset": dataset.name,
        "run": str(boundary.run),
        "cut": boundary.cut,
        "serial": str(boundary.serial),
    }


def _batch_source(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    return {
        "batch_partials": quote(layout.partials_table(dataset.name)),
        "published": boundary.published_sql("_run"),
    }


def _tail_and_live(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    names = [quote(field.name) for field in dataset.analytic_fields]
    names += ["_event_us", "_event_day", "_arrived_at"]
    tail = fill(
        "parts/tail.sql",
        columns=listed(names),
        event_id=quote(dataset.event_id),
        copy_order=copy_order(dataset),
        speed_rows=quote(layout.speed_table(dataset.name)),
        cut=boundary.cut,
    )
    of_tail = listed([f"tail.{name}" for name in names])
    if not boundary.has_batch:
        return {"tail": tail, "live": fill("parts/live_without_batch.sql", columns=of_tail)}
    live = fill(
        "parts/live.sql",
        columns=of_tail,
        event_id=quote(dataset.event_id),
        events=quote(layout.events_table(dataset.name)),
        published=boundary.published_sql("_run"),
    )
    return {"tail": tail, "live": live}


def _batch_partials(dataset: Dataset, boundary: Boundary) -> str:
    keys = [quote(name) for name in dataset.group_by]
    stored = [quote(column.name) for column in dataset.stored_columns]
    if boundary.has_batch:
        return fill(
            "parts/batch_partials.sql",
            columns=listed(["_pane_us", *keys, *stored]),
            **_batch_source(dataset, boundary),
        )
    typed = dict(layout.partials_columns(dataset))
    read = ["_pane_us", *dataset.group_by, *(column.name for column in dataset.stored_columns)]
    nulls = [f"CAST(NULL AS {typed[name].sql}) AS {quote(name)}" for name in read]
    return fill("parts/no_partials.sql", columns=listed(nulls))


def _speed_partials(dataset: Dataset) -> str:
    pane = f"_event_us - _event_us % {dataset.window.pane_us}"
    keys = [quote(name) for name in dataset.group_by]
    lifts = [f"{column.lift_sql} AS {quote(column.name)}" for column in dataset.stored_columns]
    return fill(
        "parts/speed_partials.sql",
        columns=listed([f"{pane} AS _pane_us", *keys, *lifts]),
        keys=", ".join([pane, *keys]),
    )


def _windows(dataset: Dataset) -> str:
    """The last step of a view by windows: partials merged, panes put together where they slide."""
    window, keys = dataset.window, [quote(name) for name in dataset.group_by]
    start, shifts = "_pane_us", ""
    if window.panes > 1:
        start = f"_pane_us - _shift * {window.pane_us}"
        shifts = f"\nCROSS JOIN UNNEST(sequence(0, {window.panes - 1})) AS shifts (_shift)"
    return fill(
        "parts/windows.sql",
        length_ms=str(window.length_us // 1000),
        results=listed(keys + result_columns(dataset)),
        window_us=start,
        merges=listed(keys + _merges(dataset)),
        shifts=shifts,
        keys=", ".join([start, *keys]),
    )


def _merges(dataset: Dataset) -> list[str]:
    return [f"{column.merge_sql} AS {quote(column.name)}" for column in dataset.stored_columns]


def result_columns(dataset: Dataset) -> list[str]:
    """A view's measures, as SQL over the merged stored columns."""
    results = []
    for measure in dataset.measures:
        sql, name = measure.result_sql(dataset.measured_type(measure)), quote(measure.name)
        results.append(sql if sql == name else f"{sql} AS {name}")
    return results


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
