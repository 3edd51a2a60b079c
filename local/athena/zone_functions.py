"""Functions that move values between time zones, and those of ISO 8601 texts.

Source: https://trino.io/docs/current/functions/datetime.html
"""

from __future__ import annotations

from local.athena import date_texts, iso8601, zones
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, raising, text
from local.athena.python_functions import PythonFunction
from local.athena.types import BIGINT, DATE, DAY_INTERVAL, VARCHAR, timestamp

_TIMESTAMP = PythonFunction(
    "trino_from_iso8601_timestamp", ("VARCHAR",), "BIGINT", iso8601.timestamp
)
_DATE = PythonFunction("trino_from_iso8601_date", ("VARCHAR",), "BIGINT", iso8601.days)
PYTHON = (_TIMESTAMP, _DATE)


def at_time_zone(e: Expr, zone: Expr) -> Expr:
    """`e AT TIME ZONE zone`: the same instant; what has no zone is in UTC."""
    if not e.type.is_timestamp and e.type.name != "time":
        raise QueryFailure(
            "TYPE_MISMATCH",
            "Type of value must be a time or timestamp with or without time zone"
            f" (actual {e.type})",
        )
    if e.type.name == "time":
        raise not_supported("a time AT TIME ZONE")
    return _at(e, literal_zone("AT TIME ZONE", zone))


def literal_zone(name: str, argument: Expr) -> str:
    if argument.type == DAY_INTERVAL and isinstance(argument.literal, int):
        if argument.literal % 60_000:
            raise not_supported("a time zone that is not of whole minutes")
        return zones.offset_zone(argument.literal // 60_000)
    if not argument.type.is_text:
        raise unexpected(name, [argument])
    if not isinstance(argument.literal, str):
        raise not_supported(f"{name} with a time zone that is not a literal")
    return zones.zone_named(argument.literal)


def _at(e: Expr, zone: str) -> Expr:
    zoned = coerce(e, timestamp(e.type.sizes[0], zoned=True)) if e.type.name == "timestamp" else e
    return zones.in_zone(zoned, zone)


def _at_timezone(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    if not arguments[0].type.is_timestamp:
        raise unexpected(name, arguments)
    return _at(arguments[0], literal_zone(name, arguments[1]))


def _with_timezone(name: str, arguments: list[Expr]) -> Expr:
    """The instant at which the clock in a zone shows a timestamp."""
    count_of(name, arguments, 2)
    at = arguments[0]
    if at.type != DATE and at.type.name != "timestamp":
        raise unexpected(name, arguments)
    zone = literal_zone(name, arguments[1])
    precision = (at.type.sizes or (0,))[0]
    return Expr(
        zones.instant(zones.local_time(at), zone), timestamp(precision, zoned=True, zone=zone)
    )


def _timezone_part(unit: int, rest: int) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1)
        at = arguments[0]
        if at.type == DATE or at.type.name == "timestamp":
            at = coerce(at, timestamp((at.type.sizes or (0,))[0], zoned=True))
        if at.type.name != "timestamp with time zone":
            raise unexpected(name, arguments)
        offset = f"(epoch_us({zones.local_time(at)}) - epoch_us({zones.utc_time(at)}))"
        return Expr(f"({offset} % {rest} // {unit})", BIGINT)

    return rule


def _current_timezone(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 0)
    return Expr(text("UTC"), VARCHAR, "UTC")


# ---------------------------------------------------------------- ISO 8601


def _to_iso8601(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    at = arguments[0]
    if at.type == DATE:
        return Expr(f"strftime({at.sql}, '%Y-%m-%d')", VARCHAR)
    if not at.type.is_timestamp:
        raise unexpected(name, arguments)
    local, precision = zones.local_time(at), at.type.sizes[0]
    length = 20 + precision if precision else 19
    written = f"left(strftime({local}, '%Y-%m-%dT%H:%M:%S.%f'), {length})"
    if at.type.name == "timestamp":
        return Expr(written, VARCHAR)
    return Expr(f"({written} || {offset_text(at)})", VARCHAR)


def offset_text(at: Expr, separator: str = ":", zero: str = "Z") -> str:
    """How far a zoned value's clock is from UTC: `+05:30`."""
    minutes = f"((epoch_us({zones.local_time(at)}) - epoch_us({zones.utc_time(at)})) // 60000000)"
    signed = f"CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END"
    hours = f"lpad(CAST(abs({minutes}) // 60 AS VARCHAR), 2, '0')"
    rest = f"lpad(CAST(abs({minutes}) % 60 AS VARCHAR), 2, '0')"
    far = f"({signed} || {hours} || {text(separator)} || {rest})"
    return f"(CASE WHEN {minutes} = 0 THEN {text(zero)} ELSE {far} END)" if zero else far


def checked(name: str, number: str) -> str:
    """What a function of `date_texts` gave, unless it is REFUSED."""
    failing = raising("NOT_SUPPORTED", f"{name} of such a text", BIGINT)
    condition = f"CASE WHEN v = {date_texts.REFUSED} THEN {failing} ELSE v END"
    return f"list_transform([{number}], lambda v: {condition})[1]"


def _from_iso8601_timestamp(name: str, arguments: list[Expr]) -> Expr:
    """A literal's zone is the type's; other texts are read if they are in UTC."""
    count_of(name, arguments, 1)
    source = argument_as(name, arguments[0], VARCHAR)
    zone = "UTC"
    if isinstance(source.literal, str):
        zone = zones.offset_zone(iso8601.offset_of(source.literal))
        micros = _TIMESTAMP(source.sql)
    else:
        failing = raising("NOT_SUPPORTED", f"{name} of a text in a time zone", BIGINT)
        has_zone = (
            f"regexp_matches({source.sql}, '(?i)T.*[+-]')"
            f" AND NOT regexp_matches({source.sql}, '(?i)T.*[+-]00(:?00)?$')"
        )
        micros = f"(CASE WHEN {has_zone} THEN {failing} ELSE {_TIMESTAMP(source.sql)} END)"
    micros = checked(name, micros)
    return Expr(f"make_timestamptz({micros})", timestamp(3, zoned=True, zone=zone))


def _from_iso8601_date(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    source = argument_as(name, arguments[0], VARCHAR).sql
    days = f"CAST({checked(name, _DATE(source))} AS INTEGER)"
    return Expr(f"(DATE '1970-01-01' + {days})", DATE)


RULES: dict[str, Rule] = {
    "at_timezone": _at_timezone,
    "with_timezone": _with_timezone,
    "timezone_hour": _timezone_part(3_600_000_000, 10**15),
    "timezone_minute": _timezone_part(60_000_000, 3_600_000_000),
    "current_timezone": _current_timezone,
    "to_iso8601": _to_iso8601,
    "from_iso8601_timestamp": _from_iso8601_timestamp,
    "from_iso8601_date": _from_iso8601_date,
}
