"""Measures as monoids: a zero, a way to lift one event, an associative and commutative merge.

Every layer uses the same ones: Python here, and the same meaning as SQL in `Stored`. Nulls are
skipped as in SQL: the sum, minimum, maximum and mean of no values is null.

A measure is kept as one or more stored columns (a mean as a sum and a count), each with the SQL
that lifts a group of events into it and the SQL that merges partials. Sums are cast to their type,
since engines widen them differently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lakehouse.field_types import BIGINT, FieldType

Value = Any


@dataclass(frozen=True)
class Stored:
    """One stored column: its name, type, and how SQL lifts and merges it."""

    name: str
    type: FieldType
    lift_sql: str
    merge_sql: str
    lift: Callable[[Value], Value]
    merge: Callable[[Value, Value], Value]
    zero: Value = None


def quote(name: str) -> str:
    """`name` as an identifier in Athena's SQL; names that are keywords need the quotes."""
    return f'"{name}"'


def _skip_null(operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    def merged(left: Value, right: Value) -> Value:
        if left is None:
            return right
        return left if right is None else operation(left, right)

    return merged


_add = _skip_null(lambda left, right: left + right)
_least = _skip_null(min)
_greatest = _skip_null(max)


def _identity(value: Value) -> Value:
    return value


class Measure(Protocol):
    """What every measure answers, given the type of its field."""

    @property
    def field(self) -> str | None:
        """The field it measures; None for the count of events."""

    @property
    def name(self) -> str:
        """Its column in the views."""

    def refusal(self, type_: FieldType) -> str | None:
        """Why a field of this type cannot be measured so, or None if it can."""

    def stored(self, type_: FieldType) -> tuple[Stored, ...]:
        """The columns that partials keep."""

    def result_sql(self, type_: FieldType) -> str:
        """The view's value, as SQL over the merged stored columns."""

    def result_type(self, type_: FieldType) -> str:
        """The SQL type of the view's value."""

    def result(self, merged: tuple[Value, ...]) -> Value:
        """The view's value, in Python, from the merged stored values."""


def _sum_column(name: str, field: str, type_: FieldType) -> Stored:
    total = _sum_type(type_)
    kind = total.sql
    return Stored(
        name=name,
        type=total,
        lift_sql=f"CAST(sum(CAST({quote(field)} AS {kind})) AS {kind})",
        merge_sql=f"CAST(sum({quote(name)}) AS {kind})",
        lift=_identity,
        merge=_add,
    )


def _sum_type(type_: FieldType) -> FieldType:
    if type_.sum_type is None:
        raise TypeError(f"{type_.name} has no exact sum; a Dataset refuses such a measure")
    return type_.sum_type


def _needs_exact_sum(measure: str, type_: FieldType) -> str | None:
    if type_.sum_type:
        return None
    if type_.is_numeric:
        return f"{measure} of binary floats depends on their order: make the field a decimal"
    return f"{measure} needs a number, not {type_.noun}"


@dataclass(frozen=True)
class Count:
    """How many events."""

    field: str | None = None
    name: str = "events"

    def refusal(self, type_: FieldType) -> str | None:  # noqa: ARG002
        return None

    def stored(self, type_: FieldType) -> tuple[Stored, ...]:  # noqa: ARG002
        merge = f"CAST(sum({quote(self.name)}) AS bigint)"
        return (Stored(self.name, BIGINT, "count(*)", merge, lambda _: 1, lambda a, b: a + b, 0),)

    def result_sql(self, type_: FieldType) -> str:  # noqa: ARG002
        return quote(self.name)

    def result_type(self, type_: FieldType) -> str:  # noqa: ARG002
        return BIGINT.sql

    def result(self, merged: tuple[Value, ...]) -> Value:
        return merged[0]


@dataclass(frozen=True)
class Sum:
    """The exact sum of a field."""

    field: str

    @property
    def name(self) -> str:
        return f"sum_{self.field}"

    def refusal(self, type_: FieldType) -> str | None:
        return _needs_exact_sum("the sum", type_)

    def stored(self, type_: FieldType) -> tuple[Stored, ...]:
        return (_sum_column(self.name, self.field, type_),)

    def result_sql(self, type_: FieldType) -> str:  # noqa: ARG002
        return quote(self.name)

    def result_type(self, type_: FieldType) -> str:
        return _sum_type(type_).sql

    def result(self, merged: tuple[Value, ...]) -> Value:
        return merged[0]


@dataclass(frozen=True)
class _Extreme:
    """The least or greatest value of a field."""

    field: str
    word: str
    choose: Callable[[Value, Value], Value]

    @property
    def name(self) -> str:
        return f"{self.word}_{self.field}"

    def refusal(self, type_: FieldType) -> str | None:
        return None if type_.is_numeric else f"{self.word} needs a number, not {type_.noun}"

    def stored(self, type_: FieldType) -> tuple[Stored, ...]:
        lift = f"{self.word}({quote(self.field)})"
        merge = f"{self.word}({quote(self.name)})"
        return (Stored(self.name, type_, lift, merge, _identity, self.choose),)

    def result_sql(self, type_: FieldType) -> str:  # noqa: ARG002
        return quote(self.name)

    def result_type(self, type_: FieldType) -> str:
        return type_.sql

    def result(self, merged: tuple[Value, ...]) -> Value:
        return merged[0]


def Min(field: str) -> Measure:
    """The least value of a field."""
    return _Extreme(field, "min", _least)


def Max(field: str) -> Measure:
    """The greatest value of a field."""
    return _Extreme(field, "max", _greatest)


@dataclass(frozen=True)
class Mean:
    """The mean of a field, as a double: one division of the exact sum by the exact count."""

    field: str

    @property
    def name(self) -> str:
        return f"mean_{self.field}"

    def refusal(self, type_: FieldType) -> str | None:
        return _needs_exact_sum("the mean", type_)

    def stored(self, type_: FieldType) -> tuple[Stored, ...]:
        count = f"{self.name}_count"
        return (
            _sum_column(f"{self.name}_sum", self.field, type_),
            Stored(
                name=count,
                type=BIGINT,
                lift_sql=f"count({quote(self.field)})",
                merge_sql=f"CAST(sum({quote(count)}) AS bigint)",
                lift=lambda value: int(value is not None),
                merge=lambda left, right: left + right,
                zero=0,
            ),
        )

    def result_sql(self, type_: FieldType) -> str:  # noqa: ARG002
        total, count = quote(f"{self.name}_sum"), quote(f"{self.name}_count")
        return f"CAST({total} AS double) / CAST(nullif({count}, 0) AS double)"

    def result_type(self, type_: FieldType) -> str:  # noqa: ARG002
        return "double"

    def result(self, merged: tuple[Value, ...]) -> Value:
        total, count = merged
        return float(total) / count if count else None
