"""Partition projection: which partition values a table's properties say there are.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html. A value
outside a range gives no rows and no error. Nothing here touches S3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from local.athena.errors import QueryFailure, not_supported
from local.athena.types import Type


class Projected(Protocol):
    """The values of one partition column, as they are written in paths."""

    def contains(self, written: str) -> bool:
        """Whether `written` is one of the values."""
        ...

    def pattern(self) -> str:
        """A regular expression that every value matches."""
        ...


@dataclass(frozen=True)
class Enum:
    values: tuple[str, ...]

    def contains(self, written: str) -> bool:
        return written in self.values

    def pattern(self) -> str:
        return "|".join(re.escape(value) for value in self.values)


@dataclass(frozen=True)
class Integers:
    low: int
    high: int
    interval: int = 1
    digits: int = 1

    def contains(self, written: str) -> bool:
        if not re.fullmatch(self.pattern(), written):
            return False
        value = int(written)
        is_in_range = self.low <= value <= self.high
        return (
            is_in_range and (value - self.low) % self.interval == 0 and self.write(value) == written
        )

    def pattern(self) -> str:
        return "-?[0-9]+"

    def write(self, value: int) -> str:
        return ("-" if value < 0 else "") + str(abs(value)).zfill(self.digits)


@dataclass(frozen=True)
class Injected:
    """Any value, as long as the statement names it."""

    def contains(self, written: str) -> bool:  # noqa: ARG002
        return True

    def pattern(self) -> str:
        return "[^/]+"


_UNITS = {
    "WEEK": timedelta(weeks=1),
    "DAY": timedelta(days=1),
    "HOUR": timedelta(hours=1),
    "MINUTE": timedelta(minutes=1),
    "SECOND": timedelta(seconds=1),
}
_MONTHS = {"MONTH": 1, "YEAR": 12}


@dataclass(frozen=True)
class Step:
    count: int
    unit: str

    def times(self, k: int, start: datetime) -> datetime:
        """`start` and k steps."""
        if self.unit in _UNITS:
            return start + _UNITS[self.unit] * (self.count * k)
        month = start.month - 1 + _MONTHS[self.unit] * self.count * k
        return start.replace(year=start.year + month // 12, month=month % 12 + 1)

    def fitting(self, start: datetime, at: datetime) -> int:
        """About how many steps lie between the two, rounded down."""
        if self.unit in _UNITS:
            return (at - start) // (_UNITS[self.unit] * self.count)
        months = (at.year - start.year) * 12 + at.month - start.month
        return months // (_MONTHS[self.unit] * self.count)


@dataclass(frozen=True)
class Dates:
    """Every `step` from `start` on, not after `end`, written by `format`."""

    format: DateFormat
    start: datetime
    end: datetime
    step: Step

    def contains(self, written: str) -> bool:
        at = self.format.read(written)
        if at is None:
            return False
        # The range's start may be finer than the format: a step or two around is looked at.
        near = self.step.fitting(self.start, at)
        return any(self._is_step(k, written) for k in (near, near + 1, near + 2) if k >= 0)

    def _is_step(self, k: int, written: str) -> bool:
        value = self.step.times(k, self.start)
        return value <= self.end and self.format.write(value) == written

    def pattern(self) -> str:
        return self.format.pattern


_DATE_LETTERS = {
    "yyyy": ("%Y", "[0-9]{4}"), "uuuu": ("%Y", "[0-9]{4}"), "MM": ("%m", "[0-9]{2}"),
    "dd": ("%d", "[0-9]{2}"), "HH": ("%H", "[0-9]{2}"), "mm": ("%M", "[0-9]{2}"),
    "ss": ("%S", "[0-9]{2}"),
}  # fmt: skip
_DATE_WORD = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


@dataclass(frozen=True)
class DateFormat:
    """A Java date format of whole, zero-padded parts: `yyyyMMddHHmm`, `yyyy/MM/dd`."""

    java: str
    strftime: str = field(init=False)
    pattern: str = field(init=False)

    def __post_init__(self) -> None:
        words, patterns = [], []
        for match in _DATE_WORD.finditer(self.java):
            word = match[0]
            if word[0] == "'":
                word = (match[1] or "'").replace("''", "'")
            elif word[0].isalpha():
                if word not in _DATE_LETTERS:
                    raise not_supported(f"date format {word} of partition projection")
                words.append(_DATE_LETTERS[word][0])
                patterns.append(_DATE_LETTERS[word][1])
                continue
            words.append(word.replace("%", "%%"))
            patterns.append(re.escape(word))
        object.__setattr__(self, "strftime", "".join(words))
        object.__setattr__(self, "pattern", "".join(patterns))

    def read(self, written: str) -> datetime | None:
        if not re.fullmatch(self.pattern, written):
            return None
        try:
            return datetime.strptime(written, self.strftime).replace(tzinfo=UTC)
        except ValueError:
            return None

    def write(self, at: datetime) -> str:
        return at.strftime(self.strftime)

    @property
    def finest(self) -> str:
        for letter, unit in (("s", "SECOND"), ("m", "MINUTE"), ("H", "HOUR"), ("d", "DAY")):
            if letter in self.java:
                return unit
        return "MONTH" if "M" in self.java else "YEAR"


_NOW = re.compile(r"NOW\s*(?:([+-])\s*([0-9]+)\s*([A-Z]+?)S?)?", re.IGNORECASE)


def _boundary(written: str, format_: DateFormat, now: datetime, table: str) -> datetime:
    match = _NOW.fullmatch(written.strip())
    if match is None:
        at = format_.read(written.strip())
        if at is None:
            raise _invalid(table, f"'{written.strip()}' is not a date of format '{format_.java}'")
        return at
    if match[1] is None:
        return now
    unit = match[3].upper()
    if unit not in _UNITS and unit not in _MONTHS:
        raise _invalid(table, f"unknown unit {match[3]}")
    return Step(1, unit).times(int(match[1] + match[2]), now)


def _invalid(table: str, why: str) -> QueryFailure:
    return QueryFailure(
        "INVALID_TABLE_PROPERTY", f"Table {table} has invalid partition projection: {why}"
    )


def is_projected(parameters: Mapping[str, str]) -> bool:
    return parameters.get("projection.enabled", "").strip().lower() == "true"


def projected(
    parameters: Mapping[str, str], columns: Mapping[str, Type], *, now: datetime, table: str
) -> dict[str, Projected]:
    """The projection of each partition column. Raises INVALID_TABLE_PROPERTY."""
    return {name: _column(parameters, name, now, table) for name in columns}


def _column(parameters: Mapping[str, str], name: str, now: datetime, table: str) -> Projected:
    def get(key: str, default: str | None = None) -> str:
        value = parameters.get(f"projection.{name}.{key}", default)
        if value is None:
            raise _invalid(table, f"projection.{name}.{key} is not set")
        return value

    kind = get("type").strip().lower()
    if kind == "enum":
        return Enum(tuple(get("values").split(",")))
    if kind == "injected":
        return Injected()
    ends = get("range").split(",")
    if len(ends) != 2:
        raise _invalid(table, f"projection.{name}.range must have two ends")
    if kind == "integer":
        return Integers(
            int(ends[0]), int(ends[1]), int(get("interval", "1")), int(get("digits", "1"))
        )
    if kind == "date":
        format_ = DateFormat(get("format"))
        unit = get("interval.unit", format_.finest).strip().upper().removesuffix("S")
        if unit not in _UNITS and unit not in _MONTHS:
            raise _invalid(table, f"unknown unit {unit}")
        start, end = (_boundary(written, format_, now, table) for written in ends)
        return Dates(format_, start, end, Step(int(get("interval", "1")), unit))
    raise _invalid(table, f"projection.{name}.type is {kind}")


def write(column: Projected, value: Any) -> str:
    """A column's value as paths have it; a text is one already."""
    if isinstance(value, str):
        return value
    if isinstance(column, Integers):
        return column.write(value)
    if isinstance(column, Dates):
        return column.format.write(datetime(value.year, value.month, value.day, tzinfo=UTC))
    return str(value)


def template(parameters: Mapping[str, str], location: str, columns: list[str]) -> str:
    """Where partitions are: as told, or `column=value/` for each column under the location."""
    told = parameters.get("storage.location.template")
    if told:
        return told if told.endswith("/") else told + "/"
    return location.rstrip("/") + "/" + "".join(f"{name}=${{{name}}}/" for name in columns)
