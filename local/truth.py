"""Plain Python sums over the events that were acknowledged, to hold the merged answer against.

The oracle shares the definition of a dataset with the lake and nothing else: no SQL, no engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lakehouse.dataset import Dataset
from lakehouse.events import Event, decoder
from lakehouse.windows import pane_of, windows_of

Row = tuple[Any, ...]
_START = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Difference:
    """The first row in which an answer and the truth differ; None where a side lacks the row."""

    key: Row
    columns: tuple[str, ...]
    truth: Row | None
    answer: Row | None

    def __str__(self) -> str:
        key = ", ".join(str(part) for part in self.key)
        if self.answer is None:
            return f"({key}) is missing: the truth is {_named(self.columns, self.truth)}"
        if self.truth is None:
            return f"({key}) should not be: the answer is {_named(self.columns, self.answer)}"
        return (
            f"({key}): the truth is {_named(self.columns, self.truth)}, "
            f"the answer is {_named(self.columns, self.answer)}"
        )


def _named(columns: Sequence[str], row: Row | None) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(columns, row or (), strict=True))


def read_events(dataset: Dataset, *paths: Path) -> dict[tuple[Any, int], Event]:
    """The distinct events of ground-truth files, by identity."""
    decode = decoder(dataset)
    id_index = [field.name for field in dataset.fields].index(dataset.event_id)
    events: dict[tuple[Any, int], Event] = {}
    for path in paths:
        with path.open("rb") as lines:
            for line in lines:
                event = decode(line)
                if not isinstance(event, Event):
                    raise ValueError(f"{path}: not an event of {dataset.name}: {event.reason}")
                events.setdefault((event.values[id_index], event.event_us), event)
    return events


def expected(dataset: Dataset, events: Iterable[Event]) -> dict[Row, Row]:
    """The rows of the serving view: (window start, keys…) to the measures, in their order."""
    names = [field.name for field in dataset.fields]
    keys = [names.index(name) for name in dataset.group_by]
    measured = [names.index(m.field or dataset.event_id) for m in dataset.measures]
    stored = [m.stored(dataset.measured_type(m)) for m in dataset.measures]
    sums: dict[Row, list[list[Any]]] = {}
    for event in events:
        for start in windows_of(pane_of(event.event_us, dataset.window), dataset.window):
            key = (_START + timedelta(microseconds=start), *(event.values[i] for i in keys))
            group = sums.setdefault(key, [[column.zero for column in s] for s in stored])
            for values, columns, index in zip(group, stored, measured, strict=True):
                for i, column in enumerate(columns):
                    values[i] = column.merge(values[i], column.lift(event.values[index]))
    return {
        key: tuple(
            measure.result(tuple(values))
            for measure, values in zip(dataset.measures, group, strict=True)
        )
        for key, group in sums.items()
    }


def answered(dataset: Dataset, rows: Iterable[Mapping[str, Any]]) -> dict[Row, Row]:
    """Rows of the serving view, as `expected` gives them. ValueError if one is there twice."""
    names = [measure.name for measure in dataset.measures]
    answer: dict[Row, Row] = {}
    for row in rows:
        key = (row["window_start"], *(row[name] for name in dataset.group_by))
        if key in answer:
            raise ValueError(f"the answer has two rows for {key}")
        answer[key] = tuple(row[name] for name in names)
    return answer


def first_difference(
    dataset: Dataset, truth: Mapping[Row, Row], answer: Mapping[Row, Row]
) -> Difference | None:
    """The first row, in the order of windows and keys, in which the two differ; None if exact."""
    wrong = [key for key in truth.keys() | answer.keys() if truth.get(key) != answer.get(key)]
    if not wrong:
        return None
    key = min(wrong, key=repr)
    columns = tuple(measure.name for measure in dataset.measures)
    return Difference(key, columns, truth.get(key), answer.get(key))
