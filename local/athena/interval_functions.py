"""Intervals: milliseconds (day to second) and months (year to month), and arithmetic with them.

Source: https://trino.io/docs/current/functions/datetime.html#interval-functions
"""

from __future__ import annotations

from local.athena import durations, zones
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.coercion import common_type
from local.athena.errors import not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising
from local.athena.python_functions import PythonFunction
from local.athena.types import (
    BIGINT,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    MONTH_INTERVAL,
    VARCHAR,
    Type,
    duckdb_type,
    timestamp,
)

_PARSE = PythonFunction("trino_parse_duration", ("VARCHAR",), "BIGINT", durations.parse)
_READABLE = PythonFunction(
    "trino_human_readable_seconds", ("DOUBLE",), "VARCHAR", durations.human_readable
)
PYTHON = (_PARSE, _READABLE)

_INTERVALS = (DAY_INTERVAL, MONTH_INTERVAL)
_DAY = 86_400_000


def duckdb_interval(e: Expr) -> str:
    """An interval as DuckDB's INTERVAL."""
    if e.type == MONTH_INTERVAL:
        return f"to_months({e.sql})"
    return f"to_microseconds({e.sql} * 1000)"


def arithmetic(symbol: str, a: Expr, b: Expr) -> Expr | None:
    """`a symbol b` where a side is a time or an interval; None where Trino has no such operator."""
    if a.type in _INTERVALS and b.type == a.type and symbol in "+-":
        return Expr(f"({a.sql} {symbol} {b.sql})", a.type)
    if symbol == "*" and b.type in _INTERVALS:
        a, b = b, a
    if symbol in "*/" and a.type in _INTERVALS and b.type.is_number:
        return _scaled(symbol, a, b)
    if symbol == "+" and a.type in _INTERVALS:
        a, b = b, a
    if symbol in "+-" and b.type in _INTERVALS:
        return _moved(symbol, a, b)
    return _between(a, b) if symbol == "-" else None


def _scaled(symbol: str, interval: Expr, by: Expr) -> Expr:
    """Times a whole number, or times or by a double, without what is after the point."""
    words = duckdb_type(interval.type)
    if symbol == "*" and by.type.is_integer:
        product = f"({interval.sql} * {coerce(by, BIGINT).sql})"
        return Expr(f"CAST({product} AS {words})", interval.type)
    factor = f"CAST({by.sql} AS DOUBLE)" if by.type.name == "real" else coerce(by, DOUBLE).sql
    if symbol == "/":
        failing = raising("INVALID_FUNCTION_ARGUMENT", "Cannot divide by zero", DOUBLE)
        factor = f"(CASE WHEN {factor} = 0 THEN {failing} ELSE {factor} END)"
    product = f"trunc(CAST({interval.sql} AS DOUBLE) {symbol} {factor})"
    return Expr(f"CAST({product} AS {words})", interval.type)


def _moved(symbol: str, a: Expr, interval: Expr) -> Expr | None:
    signed = interval.sql if symbol == "+" else f"(-{interval.sql})"
    if a.type == DATE:
        return _moved_date(a, interval.type, signed)
    if a.type.name == "time" and interval.type == DAY_INTERVAL:
        # Around the clock: DuckDB's time goes past midnight by itself.
        result = Type("time", (max(a.type.sizes[0], 3),))
        return Expr(f"({a.sql} + to_microseconds({signed} * 1000))", result)
    if not a.type.is_timestamp:
        return None
    if interval.type == MONTH_INTERVAL:
        return zones.back(f"({zones.local_time(a)} + to_months({signed}))", a)
    # Intervals are in milliseconds: what they are added to gets at least as fine.
    precision = max(a.type.sizes[0], 3)
    zoned = a.type.name == "timestamp with time zone"
    result = timestamp(precision, zoned=zoned, zone=a.type.zone)
    return Expr(f"({a.sql} + to_microseconds({signed} * 1000))", result)


def _moved_date(a: Expr, kind: Type, signed: str) -> Expr:
    if kind == MONTH_INTERVAL:
        return Expr(f"CAST(({a.sql} + to_months({signed})) AS DATE)", DATE)
    message = "Cannot add hour, minutes or seconds to a date"
    failing = raising("INVALID_FUNCTION_ARGUMENT", message, BIGINT)
    days = f"(CASE WHEN {signed} % {_DAY} <> 0 THEN {failing} ELSE {signed} // {_DAY} END)"
    return Expr(f"({a.sql} + CAST({days} AS INTEGER))", DATE)


def _between(a: Expr, b: Expr) -> Expr | None:
    """Of two instants, to the millisecond."""
    found = common_type(a.type, b.type)
    if found is None or not (found == DATE or found.is_timestamp or found.name == "time"):
        return None
    if found == DATE:
        return Expr(f"(CAST({a.sql} - {b.sql} AS BIGINT) * {_DAY})", DAY_INTERVAL)
    if found.name == "timestamp with time zone" and found.sizes[0] > 3:
        raise not_supported(f"{a.type} - {b.type}")
    micros = f"(epoch_us({coerce(a, found).sql}) - epoch_us({coerce(b, found).sql}))"
    if found.sizes[0] <= 3:
        return Expr(f"({micros} // 1000)", DAY_INTERVAL)
    # Half up, also before zero.
    return Expr(zones.floored(f"({micros} + 500)", 1000), DAY_INTERVAL)


def part(name: str, e: Expr) -> Expr | None:
    """A field of an interval, with its sign; None where it has no such field."""
    words = _PARTS.get((e.type.name, name))
    return Expr(f"CAST({words.format(e.sql)} AS BIGINT)", BIGINT) if words else None


_PARTS = {
    (DAY_INTERVAL.name, "day"): f"({{0}} // {_DAY})",
    (DAY_INTERVAL.name, "hour"): f"({{0}} % {_DAY} // 3600000)",
    (DAY_INTERVAL.name, "minute"): "({0} % 3600000 // 60000)",
    (DAY_INTERVAL.name, "second"): "({0} % 60000 // 1000)",
    (DAY_INTERVAL.name, "millisecond"): "({0} % 1000)",
    (MONTH_INTERVAL.name, "year"): "({0} // 12)",
    (MONTH_INTERVAL.name, "month"): "({0} % 12)",
}  # fmt: skip


def negate(e: Expr) -> Expr:
    return Expr(f"(-{e.sql})", e.type, None if e.literal is None else -e.literal)


def written(e: Expr) -> str:
    """As text: `2 03:04:05.000`, `1-2`."""
    value = f"abs({e.sql})"
    sign = f"(CASE WHEN {e.sql} < 0 THEN '-' ELSE '' END)"
    if e.type == MONTH_INTERVAL:
        return f"({sign} || ({value} // 12) || '-' || ({value} % 12))"
    clock = f"strftime(make_timestamp(({value} % {_DAY}) * 1000), '%H:%M:%S.%g')"
    return f"({sign} || ({value} // {_DAY}) || ' ' || {clock})"


def _to_milliseconds(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if arguments[0].type != DAY_INTERVAL:
        raise unexpected(name, arguments)
    return Expr(arguments[0].sql, BIGINT)


def _parse_duration(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    source = argument_as(name, arguments[0], VARCHAR).sql
    return Expr(_PARSE(source), DAY_INTERVAL)


def _human_readable_seconds(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, DOUBLE):
        raise unexpected(name, arguments)
    return Expr(_READABLE(coerce(arguments[0], DOUBLE).sql), VARCHAR)


RULES: dict[str, Rule] = {
    "to_milliseconds": _to_milliseconds,
    "parse_duration": _parse_duration,
    "human_readable_seconds": _human_readable_seconds,
}
