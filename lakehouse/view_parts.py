"""What several views are put together from, as SQL of athena_queries/parts/; the audit takes some.

The tail and the live events of it, partials of either layer, and windows of partials.
"""

from __future__ import annotations

from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.measures import quote
from lakehouse.sql import fill, listed

# Kinesis sequence numbers have up to 129 digits; padded, text sorts as numbers do. See
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
SEQUENCE_DIGITS = 129


def copy_order(dataset: Dataset) -> str:
    """How copies of one event are ordered, as SQL: the first is the one that stands.

    By arrival, shard and sequence number; then by the content itself, so that the order is total.
    Engines differ in where nulls go, so that is said.
    """
    sequence = f"lpad(_sequence_number, {SEQUENCE_DIGITS}, '0')"
    content = [quote(field.name) for field in dataset.analytic_fields]
    by = ["_arrived_at", "_shard_id", sequence, *content]
    return ", ".join(f"{value} NULLS LAST" for value in by)


def header(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    """The holes of the comment that heads a view."""
    return {
        "dataset": dataset.name,
        "run": str(boundary.run),
        "cut": boundary.cut,
        "serial": str(boundary.serial),
    }


def batch_source(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    """The holes for the table of partials, and for which of its rows count."""
    return {
        "batch_partials": quote(layout.partials_table(dataset.name)),
        "published": boundary.published_sql("_run"),
    }


def tail_and_live(dataset: Dataset, boundary: Boundary) -> dict[str, str]:
    """The CTEs of the tail, each event once, and of what the batch layer has not of it."""
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


def batch_partials(dataset: Dataset, boundary: Boundary) -> str:
    """The published partials; none, with the same columns, before the first run."""
    keys = [quote(name) for name in dataset.group_by]
    stored = [quote(column.name) for column in dataset.stored_columns]
    if boundary.has_batch:
        return fill(
            "parts/batch_partials.sql",
            columns=listed(["_pane_us", *keys, *stored]),
            **batch_source(dataset, boundary),
        )
    typed = dict(layout.partials_columns(dataset))
    read = ["_pane_us", *dataset.group_by, *(column.name for column in dataset.stored_columns)]
    nulls = [f"CAST(NULL AS {typed[name].sql}) AS {quote(name)}" for name in read]
    return fill("parts/no_partials.sql", columns=listed(nulls))


def speed_partials(dataset: Dataset) -> str:
    """The live events, summed as the batch job sums: one partial per pane and keys."""
    pane = f"_event_us - _event_us % {dataset.window.pane_us}"
    keys = [quote(name) for name in dataset.group_by]
    lifts = [f"{column.lift_sql} AS {quote(column.name)}" for column in dataset.stored_columns]
    return fill(
        "parts/speed_partials.sql",
        columns=listed([f"{pane} AS _pane_us", *keys, *lifts]),
        keys=", ".join([pane, *keys]),
    )


def windows(dataset: Dataset) -> str:
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
        merges=listed(keys + merges(dataset)),
        shifts=shifts,
        keys=", ".join([start, *keys]),
    )


def merges(dataset: Dataset) -> list[str]:
    """Stored columns of partials, merged: one SQL expression each."""
    return [f"{column.merge_sql} AS {quote(column.name)}" for column in dataset.stored_columns]


def result_columns(dataset: Dataset) -> list[str]:
    """A view's measures, as SQL over the merged stored columns."""
    results = []
    for measure in dataset.measures:
        sql, name = measure.result_sql(dataset.measured_type(measure)), quote(measure.name)
        results.append(sql if sql == name else f"{sql} AS {name}")
    return results
