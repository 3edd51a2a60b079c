"""Literals and their types: numbers by how they are written, typed literals, and intervals.

Source: https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlglot import exp

from local.athena import types, zones
from local.athena.casts import cast
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, text
from local.athena.types import BIGINT, DATE, DOUBLE, INTEGER, VARCHAR, Type


def number(written: str) -> Expr:
    """A number's type is by how it is written: 1 integer, 1.5 decimal(2,1), 1e0 double."""
    if re.fullmatch("-?[0-9]+", written):
        value = int(written)
        if not -(2**63) <= value < 2**63:
            raise QueryFailure("SYNTAX_ERROR", f"Invalid numeric literal: {written}")
        t = INTEGER if -(2**31) <= value < 2**31 else BIGINT
        return Expr(f"CAST({value} AS {types.duckdb_type(t)})", t, value)
    if re.fullmatch(r"-?[0-9]*\.?[0-9]*[eE][+-]?[0-9]+", written):
        value = float(written)
        return Expr(_double(value), DOUBLE, value)
    return _decimal(written)


def _double(value: float) -> str:
    return f"CAST({text(repr(value))} AS DOUBLE)"


def _decimal(written: str) -> Expr:
    plain = written.replace("_", "").strip()
    sign, whole, fraction = _match(r"([+-]?)0*([0-9]*)\.?([0-9]*)", plain, "DECIMAL")
    precision = max(1, len(whole) + len(fraction))
    if precision > 38:
        raise _invalid(written, "DECIMAL")
    t = types.decimal(precision, len(fraction))
    value = f"{sign}{whole or '0'}.{fraction}".rstrip(".")
    return Expr(f"CAST({text(value)} AS {types.duckdb_type(t)})", t, value)


def _match(pattern: str, written: str, name: str) -> tuple[str, ...]:
    found = re.fullmatch(pattern, written)
    if found is None:
        raise _invalid(written, name)
    return tuple(group or "" for group in found.groups())


def _invalid(written: str, name: str) -> QueryFailure:
    return QueryFailure("INVALID_LITERAL", f"'{written}' is not a valid {name} literal")


# ---------------------------------------------------------------- TYPE 'text'


def typed(written: str, t: Type) -> Expr:
    """`DATE '2026-11-20'` and its like. Raises INVALID_LITERAL."""
    if t.name == "decimal":
        return _decimal(written)
    if t.name == "date":
        year, month, day = _match(
            r"\s*([-+]?[0-9]{4,})-([0-9]{1,2})-([0-9]{1,2})\s*", written, "DATE"
        )
        return _date(_day(written, year, month, day, "DATE"))
    if t.is_timestamp:
        return _timestamp(written)
    if t.name == "time":
        return _time(written)
    if t.name == "char":
        t = Type("char", (len(written),))
    e = cast(Expr(text(written), VARCHAR, written), t)
    return Expr(e.sql, t)


def _day(written: str, year: str, month: str, day: str, name: str) -> date:
    if not 1 <= int(year) <= 9999:
        raise not_supported(f"the year {int(year)}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _invalid(written, name) from None


def _date(value: date) -> Expr:
    return Expr(f"CAST('{value.isoformat()}' AS DATE)", DATE)


_DATE = r"([-+]?[0-9]{4,})-([0-9]{1,2})-([0-9]{1,2})"
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
_TIMESTAMP = rf"\s*{_DATE}(?: (?:{_CLOCK})?\s*(.+?)?)?\s*"


def _timestamp(written: str) -> Expr:
    """Its precision is the number of its digits; a zone at its end makes it zoned."""
    parts = _match(_TIMESTAMP, written, "TIMESTAMP")
    precision = len(parts[6])
    clock = datetime.combine(_day(written, *parts[:3], "TIMESTAMP"), datetime.min.time()) + _passed(
        written, parts[3:7], "TIMESTAMP"
    )
    plain = types.timestamp(precision)
    value = f"CAST('{clock.isoformat(' ')}' AS TIMESTAMP)"
    if not parts[7]:
        return Expr(value, plain)
    try:
        zone = zones.zone_named(parts[7])
        at = zoned_literal(clock, zone, is_strict=True)
    except (ValueError, QueryFailure) as failure:
        if isinstance(failure, QueryFailure) and failure.code == "NOT_SUPPORTED":
            raise
        raise _invalid(written, "TIMESTAMP") from None
    return Expr(at, types.timestamp(precision, zoned=True, zone=zone))


def zoned_literal(clock: datetime, zone: str, *, is_strict: bool = False) -> str:
    """The instant at which the clock in `zone` shows `clock`; the first, if it does so twice.

    One that is left out is moved forward, or a ValueError.
    """
    local = clock.replace(tzinfo=zones.python_zone(zone), fold=0)
    at = local.astimezone(zones.UTC)
    back = zones.local_datetime(at, zone)
    if is_strict and back.replace(tzinfo=None) != clock:
        raise ValueError(f"{clock} does not exist in {zone}")
    return f"CAST('{at.isoformat(' ')}' AS TIMESTAMPTZ)"


def _passed(written: str, clock: tuple[str, ...], name: str) -> timedelta:
    """Since midnight. `clock` is hour, minute, second and the digits of its fraction."""
    hour, minute, second = (int(part or 0) for part in clock[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise _invalid(written, name)
    if len(clock[3]) > 6:
        raise not_supported(f"type {name.lower()}({len(clock[3])})")
    micros = int(clock[3].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)


def _time(written: str) -> Expr:
    parts = _match(rf"\s*{_CLOCK}\s*(.*)", written, "TIME")
    if parts[4]:
        raise not_supported("type time with time zone")
    passed = (datetime.min + _passed(written, parts[:4], "TIME")).time()
    return Expr(f"CAST('{passed.isoformat()}' AS TIME)", types.time(len(parts[3])))


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
    if written.startswith("-"):
        written, sign = written[1:], -sign
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
        if first in units and last in units and units.index(first) <= units.index(last):
            return first, last
    raise QueryFailure("TYPE_NOT_FOUND", "Unknown resolvedType: INTERVAL")


def _months(written: str, first: str, last: str) -> int:
    shape = {("YEAR", "MONTH"): r"([0-9]+)(?:-([0-9]+))?"}.get((first, last), "([0-9]+)()")
    whole, rest = _match(shape, written, "INTERVAL YEAR TO MONTH")
    months = int(whole) * (12 if first == "YEAR" else 1) + int(rest or 0)
    if months >= 2**31:
        raise _invalid(written, "INTERVAL YEAR TO MONTH")
    return months


def _day_to_second(written: str, first: str, last: str) -> int:
    """All units from `first` to `last`; the smaller ones may be left out."""
    units = _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    shape, closing = "", ""
    for unit in units:
        digits = r"([0-9]+(?:\.[0-9]{1,3})?)" if unit == "SECOND" else "([0-9]+)"
        shape += digits if unit == first else f"(?:{_BEFORE[unit]}{digits}"
        closing += "" if unit == first else ")?"
    parts = _match(shape + closing, written, "INTERVAL DAY TO SECOND")
    millis = sum(
        int(Decimal(part or 0).scaleb(3)) if unit == "SECOND" else int(part or 0) * _MILLIS[unit]
        for unit, part in zip(units, parts, strict=True)
    )
    if millis >= 2**63:
        raise _invalid(written, "INTERVAL DAY TO SECOND")
    return millis
