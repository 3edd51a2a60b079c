"""Functions of dates and times. An instant is a DuckDB TIMESTAMP in whole microseconds, UTC.

`date_diff` counts whole units that have passed (DuckDB's counts borders), `day_of_week` is
ISO's 1 to 7, and a unit finer than a date's day is refused as Athena refuses it.
Source: https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

from local.athena import interval_functions, zone_functions, zones
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.casts import cast
from local.athena.coercion import common_type
from local.athena.date_difference import months_between, years_between
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising, text
from local.athena.types import BIGINT, DATE, DOUBLE, UNKNOWN, Type, timestamp
from local.athena.zones import local_time

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
_TIME_UNITS = ("millisecond", "second", "minute", "hour")


def instant(name: str, e: Expr) -> Expr:
    """A timestamp, a zoned one, or a date; text is not one without a cast."""
    if e.type == UNKNOWN:
        return coerce(e, DATE)
    if e.type == DATE or e.type.is_timestamp:
        return e
    raise unexpected(name, [e])


def _unit(name: str, argument: Expr, t: Type) -> str:
    unit = argument.literal
    if not argument.type.is_text:
        raise unexpected(name, [argument])
    if not isinstance(unit, str):
        raise not_supported(f"function {name} with a unit that is not a literal")
    unit = unit.lower()
    allowed = {"date": _DATE_UNITS, "time": _TIME_UNITS}.get(t.name, (*_MICROS, *_MONTHS))
    if unit not in allowed:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"'{unit}' is not a valid {t} field")
    return unit


def _clock(name: str, e: Expr) -> Expr:
    return e if e.type.name == "time" else instant(name, e)


def _date_add(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    at = _clock(name, arguments[2])
    unit = _unit(name, arguments[0], at.type)
    many = _as_int(argument_as(name, arguments[1], BIGINT), at.type)
    if unit == "millisecond" and at.type.sizes[0] < 3:
        raise not_supported(f"date_add of milliseconds to {at.type}")
    if unit in _MONTHS:
        months = f"CAST({many} * {_MONTHS[unit]} AS INTEGER)"
        return zones.back(f"({local_time(at)} + to_months({months}))", at)
    passed = f"to_microseconds({many} * {_MICROS[unit]})"
    if unit in _TIME_UNITS:
        return Expr(f"({at.sql} + {passed})", at.type)
    return zones.back(f"({local_time(at)} + {passed})", at)


def _as_int(e: Expr, of: Type) -> str:
    """Trino counts units in 32 bits: milliseconds since 1970 do not fit."""
    if isinstance(e.literal, int) and abs(e.literal) < 2**31:
        return e.sql
    code = "GENERIC_INTERNAL_ERROR" if of == DATE else "INVALID_FUNCTION_ARGUMENT"
    failing = raising(code, "integer overflow", BIGINT)
    fits = f"{e.sql} BETWEEN -2147483648 AND 2147483647"
    return f"(CASE WHEN {e.sql} IS NULL OR {fits} THEN {e.sql} ELSE {failing} END)"


def _date_diff(name: str, arguments: list[Expr]) -> Expr:
    """In milliseconds, whatever the precision; days and more by the first value's clock."""
    count_of(name, arguments, 3)
    first, second = (_clock(name, e) for e in arguments[1:])
    found = common_type(first.type, second.type)
    if found is None:
        raise unexpected(name, arguments)
    unit = _unit(name, arguments[0], found)
    if found.name == "timestamp with time zone":
        zone = first.type.zone
        first, second = (zones.in_zone(coerce(e, found), zone) for e in (first, second))
    else:
        first, second = coerce(first, found), coerce(second, found)
    if unit in _TIME_UNITS:
        return Expr(f"(({_millis(second)} - {_millis(first)}) // {_MICROS[unit] // 1000})", BIGINT)
    clocks = [_in_millis(local_time(e), e) for e in (first, second)]
    if unit in _MONTHS:
        words = years_between if unit == "year" else months_between
        return Expr(words(*clocks) + (" // 3" if unit == "quarter" else ""), BIGINT)
    passed = f"(epoch_us({clocks[1]}) - epoch_us({clocks[0]}))"
    return Expr(f"({passed} // {_MICROS[unit]})", BIGINT)


def _millis(e: Expr) -> str:
    micros = f"epoch_us({e.sql})"
    return f"({micros} // 1000)" if (e.type.sizes or (0,))[0] <= 3 else zones.floored(micros, 1000)


def _in_millis(clock: str, e: Expr) -> str:
    if (e.type.sizes or (0,))[0] <= 3:
        return clock
    return f"make_timestamp({zones.floored(f'epoch_us({clock})', 1000)} * 1000)"


def _date_trunc(name: str, arguments: list[Expr]) -> Expr:
    """Hours and less are cut off by the clock at the instant; days and more of the clock."""
    count_of(name, arguments, 2)
    at = _clock(name, arguments[1])
    unit = _unit(name, arguments[0], at.type)
    if at.type.name == "time":
        unit_micros = _MICROS[unit]
        return Expr(f"({at.sql} - to_microseconds(epoch_us({at.sql}) % {unit_micros}))", at.type)
    local = local_time(at)
    cut = f"date_trunc({text(unit)}, {local})"
    if at.type.name == "timestamp with time zone" and unit in _TIME_UNITS:
        return Expr(f"({at.sql} - to_microseconds(epoch_us({local}) - epoch_us({cut})))", at.type)
    return zones.back(cut, at)


# ---------------------------------------------------------------- parts


def _part(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1)
        of_interval = interval_functions.part(_NAMES.get(name, name), arguments[0])
        if of_interval is not None:
            return of_interval
        if arguments[0].type.name == "time" and name in _CLOCK_PARTS:
            return Expr(words.format(arguments[0].sql), BIGINT)
        at = instant(name, arguments[0])
        return Expr(words.format(local_time(at)), BIGINT)

    return rule


_NAMES = {"day_of_month": "day"}
_CLOCK_PARTS = ("hour", "minute", "second", "millisecond")
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
_EXTRACTED = {"timezone_hour", "timezone_minute", *_PARTS} - {"millisecond", "week_of_year"}


def extract(field: str, e: Expr) -> Expr:
    """EXTRACT(field FROM e). Raises SYNTAX_ERROR for what is no field."""
    name = field.lower()
    if name not in _EXTRACTED:
        raise QueryFailure("SYNTAX_ERROR", f"Invalid EXTRACT field {field}")
    has_no_clock = e.type == DATE and name in _CLOCK_PARTS
    has_no_zone = e.type.name != "timestamp with time zone" and name.startswith("timezone")
    try:
        if not has_no_clock and not has_no_zone:
            rule = RULES.get(name) or zone_functions.RULES[name]
            return rule(name, [e])
    except QueryFailure as failure:
        if failure.code != "FUNCTION_NOT_FOUND":
            raise
    raise QueryFailure("TYPE_MISMATCH", f"Cannot extract {field.upper()} from {e.type}")


def _date(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if not (
        arguments[0].type.is_text or arguments[0].type == DATE or arguments[0].type.is_timestamp
    ):
        raise unexpected(name, arguments)
    return cast(arguments[0], DATE)


def _last_day(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(f"last_day({local_time(instant(name, arguments[0]))})", DATE)


# ---------------------------------------------------------------- seconds since 1970


def _from_unixtime(name: str, arguments: list[Expr]) -> Expr:
    """Seconds to a `timestamp(3) with time zone`, rounded to milliseconds."""
    count_of(name, arguments, 1, 3)
    if not can_coerce(arguments[0].type, DOUBLE):
        raise unexpected(name, arguments)
    zone = _zone_of(name, arguments[1:]) if len(arguments) > 1 else "UTC"
    seconds = coerce(arguments[0], DOUBLE).sql
    failing = raising("NOT_SUPPORTED", "an instant that is so far away", BIGINT)
    # Beyond, DuckDB and Python have no years.
    is_near = f"{seconds} >= -62135596800 AND {seconds} < 253402300799"
    millis = f"CAST(floor({seconds} * 1000 + 0.5::DOUBLE) AS BIGINT)"
    micros = f"(CASE WHEN {seconds} IS NULL OR {is_near} THEN {millis} ELSE {failing} END) * 1000"
    result = timestamp(3, zoned=True, zone=zone)
    return Expr(f"(make_timestamp({micros}) AT TIME ZONE 'UTC')", result)


def _zone_of(name: str, arguments: list[Expr]) -> str:
    if len(arguments) == 1:
        return zone_functions.literal_zone(name, arguments[0])
    if any(not a.type.is_integer for a in arguments):
        raise unexpected(name, arguments)
    hours, minutes = (a.literal for a in arguments)
    if not isinstance(hours, int) or not isinstance(minutes, int):
        raise not_supported(f"function {name} with a time zone that is not a literal")
    return zones.offset_zone(hours * 60 + minutes)


def _to_unixtime(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    at = instant(name, arguments[0])
    micros = f"epoch_us({zones.utc_time(at)})"
    if not at.type.sizes or at.type.sizes[0] <= 3:
        return Expr(f"(CAST({micros} // 1000 AS DOUBLE) / 1000.0::DOUBLE)", DOUBLE)
    millis = zones.floored(micros, 1000)
    whole = f"(CAST({millis} AS DOUBLE) / 1000.0::DOUBLE)"
    return Expr(
        f"({whole} + CAST({micros} - {millis} * 1000 AS DOUBLE) / 1000000.0::DOUBLE)", DOUBLE
    )


RULES: dict[str, Rule] = {
    "date_add": _date_add,
    "date_diff": _date_diff,
    "date_trunc": _date_trunc,
    "date": _date,
    "last_day_of_month": _last_day,
    "from_unixtime": _from_unixtime,
    "to_unixtime": _to_unixtime,
    **{name: _part(words) for name, words in _PARTS.items()},
}
