"""Literals and their types: numbers by how they are written, typed literals, and intervals.

Source: https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from local.athena import time_literals, types
from local.athena.casts import cast
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, text
from local.athena.time_literals import invalid, match
from local.athena.types import BIGINT, DOUBLE, INTEGER, VARCHAR, Type


def number(written: str) -> Expr:
    """A number's type is by how it is written: 1 integer, 1.5 decimal(2,1), 1e0 double."""
    if re.fullmatch("-?[0-9]+", written):
        value = int(written)
        if not -(2**63) <= value < 2**63:
            raise QueryFailure("SYNTAX_ERROR", f"Invalid numeric literal: {written}")
        t = INTEGER if -(2**31) <= value < 2**31 else BIGINT
        return Expr(f"CAST({value} AS {types.duckdb_type(t)})", t, value)
    if re.fullmatch(r"-?[0-9]*\.?[0-9]*[eE][+-]?[0-9]+", written):
        return Expr(_double(float(written)), DOUBLE, float(written))
    return _decimal(written)


def _double(value: float) -> str:
    return f"CAST({text(repr(value))} AS DOUBLE)"


def _decimal(written: str) -> Expr:
    plain = written.replace("_", "").strip()
    sign, whole, fraction = match(r"([+-]?)0*([0-9]*)\.?([0-9]*)", plain, "DECIMAL")
    precision = max(1, len(whole) + len(fraction))
    if precision > 38:
        raise invalid(written, "DECIMAL")
    t = types.decimal(precision, len(fraction))
    value = f"{sign}{whole or '0'}.{fraction}".rstrip(".")
    return Expr(f"CAST({text(value)} AS {types.duckdb_type(t)})", t, value)


# ---------------------------------------------------------------- TYPE 'text'


_TIMES = {
    "date": time_literals.date,
    "timestamp": time_literals.timestamp,
    "timestamp with time zone": time_literals.timestamp,
    "time": time_literals.time,
}


def typed(written: str, t: Type) -> Expr:
    """`DATE '2026-11-20'` and its like. Raises INVALID_LITERAL."""
    if t.name == "decimal":
        return _decimal(written)
    if t.name in _TIMES:
        return _TIMES[t.name](written)
    if t.name == "char":
        t = Type("char", (len(written),))
    _check(written, t)
    return cast(Expr(text(written), VARCHAR, written), t)


_LEAST = {"tinyint": -(2**7), "smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


def _check(written: str, t: Type) -> None:
    shape = _SHAPES.get("integer" if t.is_integer else t.name)
    is_good = shape is None or re.fullmatch(shape, written) is not None
    if t.is_integer and is_good:
        is_good = _LEAST[t.name] <= int(written) < -_LEAST[t.name]
    if not is_good:
        raise invalid(written, t.name.upper())


_FLOAT = r" *([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[dDfF]?|[+-]?(Infinity|NaN)) *"
_SHAPES = {
    "integer": " *[+-]?[0-9]+ *",
    "double": _FLOAT,
    "real": _FLOAT,
    "boolean": "(?i)t|true|1|f|false|0",
}


# ---------------------------------------------------------------- intervals

# Where a unit stands in a text like `1 02:03:04.5`, and what is written before it.
_UNITS = ("DAY", "HOUR", "MINUTE", "SECOND")
_MILLIS = {"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000, "SECOND": 1000}
_BEFORE = {"HOUR": " ", "MINUTE": ":", "SECOND": ":"}


def interval(node: exp.Interval) -> Expr:
    """INTERVAL '1 02:03' DAY TO MINUTE; the literal is in milliseconds, or in months."""
    value, sign = node.this, 1
    if isinstance(value, exp.Neg):
        value, sign = value.this, -1
    if not isinstance(value, exp.Literal) or not value.is_string:
        raise not_supported("an interval that is not a literal text")
    first, last = _span(node)
    written = value.this
    if written[:1] in ("-", "+"):
        written, sign = written[1:], -sign if written[0] == "-" else sign
    if first in ("YEAR", "MONTH"):
        months = sign * _months(written, first, last)
        return Expr(f"CAST({months} AS INTEGER)", types.MONTH_INTERVAL, months)
    millis = sign * _day_to_second(written, first, last)
    return Expr(f"CAST({millis} AS BIGINT)", types.DAY_INTERVAL, millis)


def _span(node: exp.Interval) -> tuple[str, str]:
    unit = node.args.get("unit")
    if isinstance(unit, exp.IntervalSpan):
        first, last = unit.this.name.upper(), unit.expression.name.upper()
    else:
        first = last = unit.name.upper() if isinstance(unit, exp.Var) else ""
    months = ("YEAR", "MONTH")
    for units in (_UNITS, months):
        if first in units and last in units:
            if units.index(first) > units.index(last):
                raise QueryFailure("INVALID_LITERAL", f"Invalid INTERVAL {first} TO {last} value")
            return first, last
    raise QueryFailure("TYPE_NOT_FOUND", "Unknown resolvedType: INTERVAL")


def _months(written: str, first: str, last: str) -> int:
    shape = {("YEAR", "MONTH"): r"([0-9]+)(?:-([0-9]+))?"}.get((first, last), "([0-9]+)()")
    whole, rest = match(shape, written, "INTERVAL YEAR TO MONTH")
    months = int(whole) * (12 if first == "YEAR" else 1) + int(rest or 0)
    if months >= 2**31:
        raise invalid(written, "INTERVAL YEAR TO MONTH")
    return months


def _day_to_second(written: str, first: str, last: str) -> int:
    """All units from `first` to `last`; the smaller ones may be left out."""
    units = _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    shape, closing = "", ""
    for unit in units:
        digits = r"([0-9]+(?:\.[0-9]{1,9})?)" if unit == "SECOND" else "([0-9]+)"
        shape += digits if unit == first else f"(?:{_BEFORE[unit]}{digits}"
        closing += "" if unit == first else ")?"
    parts = match(shape + closing, written, "INTERVAL DAY TO SECOND")
    millis = sum(
        int(Decimal(part or 0).scaleb(3)) if unit == "SECOND" else int(part or 0) * _MILLIS[unit]
        for unit, part in zip(units, parts, strict=True)
    )
    if millis >= 2**63:
        raise invalid(written, "INTERVAL DAY TO SECOND")
    return millis
