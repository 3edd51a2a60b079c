"""A dataset: one frozen value from which every layer is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lakehouse.fakes import EventTimeText, Fake
from lakehouse.field_types import BIGINT, STRING, TIMESTAMP, FieldType
from lakehouse.measures import Count, Measure, Stored
from lakehouse.windows import Window

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Partition columns and the views' own columns, which a field must not shadow.
RESERVED_NAMES = frozenset(
    ("epoch", "year", "month", "day", "hour", "window_start", "window_end", "events")
)


class DefinitionError(ValueError):
    """A dataset is not well defined; the message names the dataset, the field and the cure."""


@dataclass(frozen=True)
class Field:
    """One field of an event. Personal fields never reach what the views read."""

    name: str
    type: FieldType
    doc: str
    fake: Fake | EventTimeText | None = None
    personal: bool = False


@dataclass(frozen=True)
class LineFormat:
    """Beside JSON: one record per line, the fields in the dataset's order."""

    delimiter: str


@dataclass(frozen=True)
class Dataset:
    """What one kind of event is, and what is asked of it.

    `event_id` and `event_time` name fields; together they are an event's identity. `totals_by`
    names the keys of the all-time totals view, if the dataset has one. Raises DefinitionError.
    """

    name: str
    doc: str
    fields: tuple[Field, ...]
    event_id: str
    event_time: str
    group_by: tuple[str, ...]
    window: Window
    measures: tuple[Measure, ...]
    line_format: LineFormat | None = None
    totals_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise DefinitionError(f"dataset {self.name!r}: {problem}")

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError if there is none."""
        return {field.name: field for field in self.fields}[name]

    @property
    def analytic_fields(self) -> tuple[Field, ...]:
        """The fields that analysts may read: all but the personal ones."""
        return tuple(field for field in self.fields if not field.personal)

    def measured_type(self, measure: Measure) -> FieldType:
        """The type of the field that `measure` measures (the count measures the event id)."""
        return self.field(measure.field or self.event_id).type

    @property
    def stored_columns(self) -> tuple[Stored, ...]:
        """What partials keep, over all measures."""
        return tuple(
            column
            for measure in self.measures
            for column in measure.stored(self.measured_type(measure))
        )


def _problems(dataset: Dataset) -> Iterable[str]:
    """What is wrong with a definition, the first first."""
    if not _NAME.fullmatch(dataset.name) or len(dataset.name) > 32:
        yield "use a name of at most 32 lower-case letters, digits and _, starting with a letter"
    names = [field.name for field in dataset.fields]
    for name in names:
        if not _NAME.fullmatch(name):
            yield f"field {name!r}: use lower-case letters, digits and _, starting with a letter"
        if name in RESERVED_NAMES:
            yield f"field {name!r} is a name that the lake itself uses: call it something else"
        if names.count(name) > 1:
            yield f"field {name!r} is defined twice: keep one"
    roles = {
        "event_id": (dataset.event_id,),
        "event_time": (dataset.event_time,),
        "group_by": dataset.group_by,
        "totals_by": dataset.totals_by,
        "measures": tuple(m.field for m in dataset.measures if m.field is not None),
    }
    for role, used in roles.items():
        for name in used:
            if name not in names:
                yield f"{role} names {name!r}, which is not a field (fields: {', '.join(names)})"
            if dataset.field(name).personal:
                yield f"{role} names {name!r}, which is personal: views never hold personal fields"
    yield from _type_problems(dataset)
    yield from _measure_problems(dataset)


def _type_problems(dataset: Dataset) -> Iterable[str]:
    if dataset.field(dataset.event_id).type not in (STRING, BIGINT):
        yield f"event_id {dataset.event_id!r} must be a STRING or a BIGINT"
    if dataset.field(dataset.event_time).type != TIMESTAMP:
        yield f"event_time {dataset.event_time!r} must be a TIMESTAMP"
    for name in dataset.group_by:
        if not dataset.field(name).type.is_key:
            kind = dataset.field(name).type.name
            yield f"group_by names {name!r}, a {kind}: group by a string, int, decimal or date"
        if dataset.group_by.count(name) > 1:
            yield f"group_by names {name!r} twice: keep one"
    for name in dataset.totals_by:
        if name not in dataset.group_by:
            yield f"totals_by names {name!r}, which is not in group_by: add it there"
    if dataset.line_format is not None and len(dataset.line_format.delimiter) != 1:
        yield f"line_format's delimiter {dataset.line_format.delimiter!r} must be one character"


def _measure_problems(dataset: Dataset) -> Iterable[str]:
    if Count() not in dataset.measures:
        yield "measures lack Count(): every view counts its events"
    for measure in dataset.measures:
        refusal = measure.refusal(dataset.measured_type(measure))
        if refusal:
            yield f"field {measure.field!r}: {refusal}"
        if dataset.measures.count(measure) > 1:
            yield f"measure {measure.name!r} is given twice: keep one"
    taken = set(dataset.group_by)
    for column in dataset.stored_columns:
        if column.name in taken:
            yield f"column {column.name!r} of the views is made twice: rename the field"
        taken.add(column.name)
