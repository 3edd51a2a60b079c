"""Functions of dates and times. An instant is a DuckDB TIMESTAMP in whole microseconds, UTC.

`date_diff` counts whole units that have passed (DuckDB's counts borders), `day_of_week` is
ISO's 1 to 7, and a unit finer than a date's day is refused as Athena refuses it.
Source: https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.casts import cast, to_precision
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising, text
from local.athena.types import BIGINT, DATE, DOUBLE, VARCHAR, timestamp

_MICROS = {
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DATE_UNITS = ("day", "week", "month", "quarter", "year")


def _unit(name: str, argument: Expr, t: Expr) -> str:
    unit = argument.literal
    if not isinstance(unit, str):
        raise not_supported(f"function {name} with a unit that is not a literal")
    unit = unit.lower()
    allowed = _DATE_UNITS if t.type == DATE else (*_MICROS, *_MONTHS)
    if unit not in allowed:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"'{unit}' is not a valid {t.type} field")
    return unit


def _instant(name: str, e: Expr) -> Expr:
    """A timestamp, a zoned one, or a date; text is not one without a cast."""
    if e.type == DATE or e.type.is_timestamp:
        return e
    raise QueryFailure(
        "FUNCTION_NOT_FOUND", f"Unexpected parameters ({e.type}) for function {name}"
    )


def local_time(e: Expr) -> str:
    """The clock in UTC as a plain TIMESTAMP."""
    if e.type.name == "timestamp with time zone":
        return f"({e.sql} AT TIME ZONE 'UTC')"
    return f"CAST({e.sql} AS TIMESTAMP)" if e.type == DATE else e.sql


def _back(sql: str, like: Expr) -> Expr:
    if like.type == DATE:
        return Expr(f"CAST({sql} AS DATE)", DATE)
    if like.type.name == "timestamp with time zone":
        return Expr(f"({sql} AT TIME ZONE 'UTC')", like.type)
    return Expr(sql, like.type)


def _count(name: str, arguments: list[Expr], wanted: int) -> None:
    if len(arguments) != wanted:
        types = ", ".join(str(a.type) for a in arguments)
        raise QueryFailure(
            "FUNCTION_NOT_FOUND", f"Unexpected parameters ({types}) for function {name}"
        )


def _date_add(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 3)
    at = _instant(name, arguments[2])
    unit = _unit(name, arguments[0], at)
    if not can_coerce(arguments[1].type, BIGINT):
        raise QueryFailure("FUNCTION_NOT_FOUND", f"Unexpected parameters for function {name}")
    many = _as_int(coerce(arguments[1], BIGINT))
    if unit in _MONTHS:
        months = f"CAST({many} * {_MONTHS[unit]} AS INTEGER)"
        return _back(f"({local_time(at)} + to_months({months}))", at)
    if unit == "millisecond" and at.type.sizes[0] < 3:
        raise not_supported(f"date_add of milliseconds to {at.type}")
    moved = f"make_timestamp(epoch_us({local_time(at)}) + {many} * {_MICROS[unit]})"
    return _back(moved, at)


def _as_int(e: Expr) -> str:
    """Trino counts units in 32 bits: milliseconds since 1970 do not fit."""
    if isinstance(e.literal, int) and abs(e.literal) < 2**31:
        return e.sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "integer overflow", BIGINT)
    fits = f"{e.sql} BETWEEN -2147483648 AND 2147483647"
    return f"(CASE WHEN {e.sql} IS NULL OR {fits} THEN {e.sql} ELSE {failing} END)"


def _date_diff(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 3)
    first, second = (_instant(name, e) for e in arguments[1:])
    if first.type.name != second.type.name:
        wider = timestamp(max((*first.type.sizes, *second.type.sizes)))
        first, second = cast(first, wider), cast(second, wider)
    unit = _unit(name, arguments[0], first)
    if unit in _MONTHS:
        raise not_supported(f"date_diff in units of a {unit}")
    passed = f"(epoch_us({local_time(second)}) - epoch_us({local_time(first)}))"
    return Expr(f"({passed} // {_MICROS[unit]})", BIGINT)


def _date_trunc(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 2)
    at = _instant(name, arguments[1])
    unit = _unit(name, arguments[0], at)
    return _back(f"date_trunc({text(unit)}, {local_time(at)})", at)


def _part(words: str) -> Callable[[str, list[Expr]], Expr]:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        _count(name, arguments, 1)
        at = _instant(name, arguments[0])
        if at.type == DATE and name in ("hour", "minute", "second", "millisecond"):
            raise QueryFailure(
                "FUNCTION_NOT_FOUND", f"Unexpected parameters (date) for function {name}"
            )
        return Expr(words.format(local_time(at)), BIGINT)

    return rule


_PARTS = {
    "year": "year({0})",
    "quarter": "quarter({0})",
    "month": "month({0})",
    "week": "week({0})",
    "week_of_year": "week({0})",
    "day": "day({0})",
    "day_of_month": "day({0})",
    "day_of_week": "isodow({0})",
    "dow": "isodow({0})",
    "day_of_year": "dayofyear({0})",
    "doy": "dayofyear({0})",
    "year_of_week": "isoyear({0})",
    "yow": "isoyear({0})",
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    # DuckDB's has the seconds in it.
    "millisecond": "(millisecond({0}) % 1000)",
}


def _date(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 1)
    return cast(arguments[0], DATE)


def _last_day(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 1)
    return Expr(f"last_day({local_time(_instant(name, arguments[0]))})", DATE)


def _from_unixtime(name: str, arguments: list[Expr]) -> Expr:
    """Seconds to a `timestamp(3) with time zone`, rounded to milliseconds."""
    _count(name, arguments, 1)
    if not can_coerce(arguments[0].type, DOUBLE):
        raise QueryFailure("FUNCTION_NOT_FOUND", f"Unexpected parameters for function {name}")
    seconds = coerce(arguments[0], DOUBLE).sql
    millis = f"CAST(round({seconds} * 1000) AS BIGINT)"
    return Expr(f"(make_timestamp({millis} * 1000) AT TIME ZONE 'UTC')", timestamp(3, zoned=True))


def _to_unixtime(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 1)
    at = _instant(name, arguments[0])
    millis = to_precision(local_time(at), (at.type.sizes or (0,))[0], 3)
    if at.type.sizes and at.type.sizes[0] > 3:
        return Expr(f"(CAST(epoch_us({local_time(at)}) AS DOUBLE) / 1000000.0::DOUBLE)", DOUBLE)
    return Expr(f"(CAST(epoch_ms({millis}) AS DOUBLE) / 1000.0::DOUBLE)", DOUBLE)


# https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
_FORMATS = {
    "Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "h": "%I", "I": "%I", "i": "%M",
    "s": "%S", "S": "%S", "f": "%f", "p": "%p", "j": "%j", "M": "%B", "b": "%b", "W": "%A",
    "a": "%a", "T": "%H:%M:%S", "e": "%-d", "c": "%-m", "k": "%-H", "l": "%-I", "%": "%%",
}  # fmt: skip
_PARSED = "YmdHis"


def _format(name: str, argument: Expr, known: str | None = None) -> str:
    pattern = argument.literal
    if not isinstance(pattern, str):
        raise not_supported(f"function {name} with a format that is not a literal")
    pieces, i = [], 0
    while i < len(pattern):
        if pattern[i] != "%":
            pieces.append(pattern[i])
            i += 1
            continue
        letter = pattern[i + 1 : i + 2]
        if letter not in _FORMATS or not letter or (known and letter not in known):
            raise not_supported(f"format %{letter} of function {name}")
        pieces.append(_FORMATS[letter])
        i += 2
    return text("".join(pieces))


def _date_format(name: str, arguments: list[Expr]) -> Expr:
    _count(name, arguments, 2)
    at = _instant(name, arguments[0])
    return Expr(f"strftime({local_time(at)}, {_format(name, arguments[1])})", VARCHAR)


def _date_parse(name: str, arguments: list[Expr]) -> Expr:
    """Only formats whose every part has a fixed number of digits are read alike."""
    _count(name, arguments, 2)
    pattern = _format(name, arguments[1], _PARSED)
    written = str(arguments[1].literal)
    digits = {"Y": "[0-9]{4}"}
    shape = "".join(
        digits.get(written[i], "[0-9]{2}") if i and written[i - 1] == "%" else _literal(written[i])
        for i in range(len(written))
        if written[i] != "%"
    )
    source = coerce(arguments[0], VARCHAR).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Invalid format", timestamp(3))
    return Expr(
        f"(CASE WHEN {source} IS NULL OR regexp_full_match({source}, {text(shape)})"
        f" THEN strptime({source}, {pattern}) ELSE {failing} END)",
        timestamp(3),
    )


def _literal(character: str) -> str:
    return character if character.isalnum() or character == " " else f"[{character}]"


RULES: dict[str, Callable[[str, list[Expr]], Expr]] = {
    "date_add": _date_add,
    "date_diff": _date_diff,
    "date_trunc": _date_trunc,
    "date": _date,
    "last_day_of_month": _last_day,
    "from_unixtime": _from_unixtime,
    "to_unixtime": _to_unixtime,
    "date_format": _date_format,
    "date_parse": _date_parse,
    **{name: _part(words) for name, words in _PARTS.items()},
}
