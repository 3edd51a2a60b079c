"""Dates and times written and read by a pattern: date_format, date_parse and Joda-Time's two.

Source: https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

from local.athena import date_texts, zones
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.format_patterns import Element, joda, mysql, need_readable
from local.athena.python_functions import PythonFunction
from local.athena.time_functions import instant
from local.athena.types import UNKNOWN, VARCHAR, timestamp
from local.athena.zone_functions import checked, offset_text
from local.athena.zones import to_precision

_DATE_PARSE = PythonFunction(
    "trino_date_parse", ("VARCHAR", "VARCHAR"), "BIGINT", date_texts.from_mysql
)
_PARSE_DATETIME = PythonFunction(
    "trino_parse_datetime", ("VARCHAR", "VARCHAR"), "BIGINT", date_texts.from_joda
)
PYTHON = (_DATE_PARSE, _PARSE_DATETIME)

# In DuckDB's words, of a clock time in whole milliseconds.
_NUMBERS = {
    "year": "year({0})",
    "weekyear": "isoyear({0})",
    "century": "year({0}) // 100",
    "month": "month({0})",
    "day": "day({0})",
    "day_of_year": "dayofyear({0})",
    "week": "week({0})",
    "weekday": "isodow({0})",
    "hour": "hour({0})",
    "clockhour": "(hour({0}) + 23) % 24 + 1",
    "hour_of_half": "hour({0}) % 12",
    "clockhour_of_half": "(hour({0}) + 11) % 12 + 1",
    "minute": "minute({0})",
    "second": "second({0})",
}
_TEXTS = {
    ("month", "short"): "strftime({0}, '%b')",
    ("month", "long"): "strftime({0}, '%B')",
    ("weekday", "short"): "strftime({0}, '%a')",
    ("weekday", "long"): "strftime({0}, '%A')",
    ("half", "short"): "strftime({0}, '%p')",
    ("half", "long"): "strftime({0}, '%p')",
    ("era", "short"): "'AD'",
    ("era", "long"): "'AD'",
}


def _pattern(name: str, argument: Expr) -> str | None:
    """None for a null."""
    if argument.type == UNKNOWN:
        return None
    if not argument.type.is_text:
        raise unexpected(name, [argument])
    if not isinstance(argument.literal, str):
        raise not_supported(f"function {name} with a format that is not a literal")
    return argument.literal


def _written(at: Expr, elements: tuple[Element, ...]) -> Expr:
    precision = (at.type.sizes or (0,))[0]
    clock = to_precision(zones.local_time(at), precision, 3)
    pieces = [_piece(element, clock, at) for element in elements]
    is_null = f"WHEN {at.sql} IS NULL THEN NULL"
    before_christ = raising("NOT_SUPPORTED", "a year before 1", VARCHAR)
    return Expr(
        f"(CASE {is_null} WHEN year({clock}) < 1 THEN {before_christ}"
        f" ELSE {' || '.join(pieces)} END)",
        VARCHAR,
    )


def _piece(element: Element, clock: str, at: Expr) -> str:
    if not element.field:
        return text(element.text)
    if element.field == "zone":
        return _zone(element, at)
    if element.field == "zone_name":
        raise not_supported("the name of a time zone in a format")
    if element.kind in ("short", "long"):
        return _TEXTS[element.field, element.kind].format(clock)
    if element.field == "fraction":
        return f"rpad(left(strftime({clock}, '%g'), {element.width}), {element.width}, '0')"
    number = f"({_NUMBERS[element.field].format(clock)})"
    if element.kind in ("two", "two_lenient"):
        number = f"({number} % 100)"
    return f"format('{{:0{element.width}d}}', {number})"


def _zone(element: Element, at: Expr) -> str:
    if element.width > 2:
        return text(at.type.zone)
    return offset_text(at, separator=":" if element.width == 2 else "", zero="")


def _date_format(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    at = instant(name, arguments[0])
    pattern = _pattern(name, arguments[1])
    return Expr(null_of(VARCHAR), VARCHAR) if pattern is None else _written(at, mysql(pattern))


def _format_datetime(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    at = instant(name, arguments[0])
    pattern = _pattern(name, arguments[1])
    if pattern is None:
        return Expr(null_of(VARCHAR), VARCHAR)
    elements = joda(pattern)
    is_zoned = at.type.name == "timestamp with time zone"
    if not is_zoned and any(e.field in ("zone", "zone_name") for e in elements):
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format",
        )
    return _written(at, elements)


def _date_parse(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    source = argument_as(name, arguments[0], VARCHAR).sql
    pattern = _pattern(name, arguments[1])
    result = timestamp(3)
    if pattern is None:
        return Expr(null_of(result), result)
    need_readable(name, mysql(pattern))
    micros = checked(name, _DATE_PARSE(source, text(pattern)))
    return Expr(f"make_timestamp({micros})", result)


def _parse_datetime(name: str, arguments: list[Expr]) -> Expr:
    """A literal's offset is the type's zone; of other texts those in UTC are read."""
    count_of(name, arguments, 2)
    source = argument_as(name, arguments[0], VARCHAR)
    pattern = _pattern(name, arguments[1])
    result = timestamp(3, zoned=True)
    if pattern is None:
        return Expr(null_of(result), result)
    elements = joda(pattern)
    need_readable(name, elements)
    if isinstance(source.literal, str) and any(e.field == "zone" for e in elements):
        return _parsed(name, source.literal, pattern)
    micros = checked(name, _PARSE_DATETIME(source.sql, text(pattern)))
    return Expr(f"make_timestamptz({micros})", result)


def _parsed(name: str, written: str, pattern: str) -> Expr:
    try:
        micros, minutes = date_texts.in_offset(written, pattern)
    except ValueError as error:
        result = timestamp(3, zoned=True)
        return Expr(raising("INVALID_FUNCTION_ARGUMENT", str(error), result), result)
    if micros == date_texts.REFUSED:
        raise not_supported(f"{name} of such a text")
    zoned = timestamp(3, zoned=True, zone=zones.offset_zone(minutes))
    return Expr(f"make_timestamptz({micros})", zoned)


RULES: dict[str, Rule] = {
    "date_format": _date_format,
    "date_parse": _date_parse,
    "format_datetime": _format_datetime,
    "parse_datetime": _parse_datetime,
}
