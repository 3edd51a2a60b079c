"""Renders athena_queries/audit/: what each path holds, and what the views should answer.

A recount is naive on purpose. It knows no partials, no panes that are put together, no join that
makes the layers disjoint: it reads every event, keeps each once, and sums. So it shares with the
views what a measure means, and nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.epochs import epoch_after, epoch_of
from lakehouse.measures import quote
from lakehouse.sql import fill, listed
from lakehouse.view_parts import copy_order, result_columns
from lakehouse.views import render_views

# Differences that one answer shows.
MOST_SHOWN = 1000
_ANSWER, _RECOUNT = "_answer_", "_recount_"

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Writers take their epoch from S3's clock and arrivals are by Kinesis's.
_CLOCKS = 12


def paths_sql(dataset: Dataset, *, start: datetime, end: datetime) -> str:
    """Per hour of first arrival in [start, end): distinct events by path, and invalid records.

    `start` and `end` are full hours.
    """
    # An object is under the hour of its oldest record, so one of the hour before may reach over.
    days = _days(start - _HOUR, end)
    return fill(
        "audit/paths.sql",
        dataset=dataset.name,
        start=f"{start:%Y-%m-%dT%H}",
        end=f"{end:%Y-%m-%dT%H}",
        after=epoch_after(epoch_of(start), -_CLOCKS),
        event_id=quote(dataset.event_id),
        raw=quote(layout.raw_table(dataset.name)),
        speed_rows=quote(layout.speed_table(dataset.name)),
        quarantine=quote(layout.quarantine_table(dataset.name)),
        hours_of_raw=" AND ".join(
            f"{name} IN ({_texts({f'{day:{pattern}}' for day in days})})"
            for name, pattern in (("year", "%Y"), ("month", "%m"), ("day", "%d"))
        ),
        days_of_quarantine=f"day >= '{days[0]:%Y-%m-%d}' AND day <= '{days[-1]:%Y-%m-%d}'",
        arrived=f"_arrived_at >= {_timestamp(start)} AND _arrived_at < {_timestamp(end)}",
    )


def batch_sql(dataset: Dataset, boundary: Boundary) -> str:
    """Where the batch view differs from a recount of the published events, in one statement."""
    name = layout.batch_view(dataset.name)
    [view] = [each for each in render_views(dataset, boundary) if each.name == name]
    events = fill(
        "audit/published_events.sql",
        columns=listed(_names(dataset)),
        events=quote(layout.events_table(dataset.name)),
        published=boundary.published_sql("_run"),
    )
    return _compare(
        dataset,
        boundary,
        what="the batch view",
        answer=f"(\n    {_indented(view.sql)}\n)",
        events=events,
    )


def serving_sql(dataset: Dataset, boundary: Boundary) -> str:
    """Where the serving view differs from a recount of published events and the tail."""
    names = _names(dataset)
    published = ""
    if boundary.has_batch:
        columns = listed(["0 AS _is_tail", *names])
        published = fill(
            "audit/published_events.sql",
            columns=columns,
            events=quote(layout.events_table(dataset.name)),
            published=boundary.published_sql("_run"),
        )
        published += "\nUNION ALL\n"
    events = fill(
        "audit/distinct_events.sql",
        columns=listed(names),
        event_id=quote(dataset.event_id),
        copy_order=copy_order(dataset),
        published=published,
        speed_rows=quote(layout.speed_table(dataset.name)),
        cut=boundary.cut,
    )
    view = quote(layout.serving_view(dataset.name))
    return _compare(dataset, boundary, what="the serving view", answer=view, events=events)


def _compare(dataset: Dataset, boundary: Boundary, *, what: str, answer: str, events: str) -> str:
    keys = [quote(name) for name in ("window_start", *dataset.group_by)]
    measures = [measure.name for measure in dataset.measures]
    pairs = [(quote(_ANSWER + name), quote(_RECOUNT + name)) for name in measures]
    both = [column for pair in pairs for column in pair]
    by_side = [
        f"max(CASE WHEN _is_answer = {side} THEN {quote(name)} END) AS {quote(prefix + name)}"
        for name in measures
        for side, prefix in ((1, _ANSWER), (0, _RECOUNT))
    ]
    shown = [f"CASE WHEN _is_different = 1 THEN {key} END" for key in keys]
    return fill(
        "audit/compare.sql",
        dataset=dataset.name,
        what=what,
        serial=str(boundary.serial),
        most=str(MOST_SHOWN),
        limit=str(MOST_SHOWN + 1),
        keys=listed(keys),
        values=listed(both),
        columns=listed([*keys, *map(quote, measures)]),
        values_by_side=listed(by_side),
        is_equal=" AND ".join(f"{left} IS NOT DISTINCT FROM {right}" for left, right in pairs),
        keys_if_different=listed(
            [f"{case} AS {key}" for case, key in zip(shown, keys, strict=True)]
        ),
        values_if_different=listed(
            [f"max(CASE WHEN _is_different = 1 THEN {value} END) AS {value}" for value in both]
        ),
        grouping=listed(shown),
        order=listed([str(number) for number in range(1, len(keys) + 1)]),
        answer=answer,
        recount=_recount(dataset, events),
    )


def _recount(dataset: Dataset, events: str) -> str:
    """Events that are each there once, summed by window and keys."""
    window, keys = dataset.window, [quote(name) for name in dataset.group_by]
    pane, shifts = f"_event_us - _event_us % {window.pane_us}", ""
    if window.panes > 1:
        pane = f"{pane} - _shift * {window.pane_us}"
        shifts = f"\nCROSS JOIN UNNEST(sequence(0, {window.panes - 1})) AS shifts (_shift)"
    lifts = [f"{column.lift_sql} AS {quote(column.name)}" for column in dataset.stored_columns]
    return fill(
        "audit/recount.sql",
        results=listed([*keys, *result_columns(dataset)]),
        window_us=pane,
        lifts=listed([*keys, *lifts]),
        events=events,
        shifts=shifts,
        keys=", ".join([pane, *keys]),
    )


def _names(dataset: Dataset) -> list[str]:
    return [quote(name) for name, _ in layout.speed_columns(dataset)]


def _days(start: datetime, end: datetime) -> list[datetime]:
    """The days that [start, end) touches."""
    count = ((end - timedelta(microseconds=1)).date() - start.date()).days + 1
    return [start + number * _DAY for number in range(count)]


def _texts(values: set[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _timestamp(at: datetime) -> str:
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}.000'"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
