"""Literals of dates and times, and texts that are cast to a zoned timestamp.

Source: https://trino.io/docs/current/language/types.html#date-and-time
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from local.athena import types, zones
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, raising, text
from local.athena.types import DATE, Type

_DATE = r"([-+]?[0-9]{4,9})-([0-9]{1,2})-([0-9]{1,2})"
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
_TIMESTAMP = rf"\s*{_DATE}(?: (?:{_CLOCK})?\s*(.+?)?)?\s*"


def match(pattern: str, written: str, name: str) -> tuple[str, ...]:
    """The groups of a pattern that all of a literal must fit. Raises INVALID_LITERAL."""
    found = re.fullmatch(pattern, written)
    if found is None:
        raise invalid(written, name)
    return tuple(group or "" for group in found.groups())


def invalid(written: str, name: str) -> QueryFailure:
    return QueryFailure("INVALID_LITERAL", f"'{written}' is not a valid {name} literal")


def date(written: str) -> Expr:
    parts = match(rf"\s*{_DATE}\s*", written, "DATE")
    return Expr(f"CAST('{_day(written, parts, 'DATE').date()}' AS DATE)", DATE)


def timestamp(written: str) -> Expr:
    """Its precision is the number of its digits; a zone at its end makes it zoned."""
    parts = match(_TIMESTAMP, written, "TIMESTAMP")
    clock = _day(written, parts, "TIMESTAMP") + _passed(written, parts[3:7], "TIMESTAMP")
    precision = len(parts[6])
    if not parts[7]:
        return Expr(f"CAST('{clock}' AS TIMESTAMP)", types.timestamp(precision))
    try:
        zone = zones.zone_named(parts[7])
    except QueryFailure as failure:
        raise _as_invalid(failure, written) from None
    if not zones.exists(clock, zone):
        raise invalid(written, "TIMESTAMP")
    zoned = types.timestamp(precision, zoned=True, zone=zone)
    return Expr(_instant(clock, zone), zoned)


def _as_invalid(failure: QueryFailure, written: str) -> QueryFailure:
    return failure if failure.code == "NOT_SUPPORTED" else invalid(written, "TIMESTAMP")


def _instant(clock: datetime, zone: str) -> str:
    return f"CAST('{zones.instant_of(clock, zone)}' AS TIMESTAMPTZ)"


def time(written: str) -> Expr:
    parts = match(rf"\s*{_CLOCK}\s*(.*)", written, "TIME")
    if parts[4]:
        raise not_supported("type time with time zone")
    clock = (datetime.min + _passed(written, parts[:4], "TIME")).time()
    return Expr(f"CAST('{clock}' AS TIME)", types.time(len(parts[3])))


def _day(written: str, parts: tuple[str, ...], name: str) -> datetime:
    year, month, day = (int(part) for part in parts[:3])
    if not 1 <= year <= 9999:
        raise not_supported(f"the year {year}")
    try:
        return datetime(year, month, day)
    except ValueError:
        raise invalid(written, name) from None


def _passed(written: str, clock: tuple[str, ...], name: str) -> timedelta:
    """Since midnight. `clock` is hour, minute, second and the digits of its fraction."""
    hour, minute, second = (int(part or 0) for part in clock[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise invalid(written, name)
    if len(clock[3]) > 6:
        raise not_supported(f"type {name.lower()}({len(clock[3])})")
    micros = int(clock[3].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)


# ---------------------------------------------------------------- casts of texts

_IN_UTC = (
    "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    "( ([0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]{1,6})?)?)?)? *(UTC|Z)?"
)
_IN_ANY_ZONE = " *[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2} .*"


def zoned_of_text(e: Expr, to: Type) -> Expr:
    """CAST(text AS timestamp with time zone). A literal's zone is the type's; others are in UTC."""
    if isinstance(e.literal, str):
        return _zoned_of_literal(e.literal, to)
    refused = raising("NOT_SUPPORTED", "CAST of a text in a time zone", to)
    failing = raising("INVALID_CAST_ARGUMENT", f"Cannot cast varchar to {to}", to)
    plain = f"trim(regexp_replace(trim({e.sql}), '(UTC|Z)$', ''))"
    clock = zones.to_precision(f"CAST({plain} AS TIMESTAMP)", 6, to.sizes[0])
    return Expr(
        f"(CASE WHEN regexp_full_match(trim({e.sql}), {text(_IN_UTC)})"
        f" THEN ({clock} AT TIME ZONE 'UTC')"
        f" WHEN regexp_full_match({e.sql}, {text(_IN_ANY_ZONE)}) THEN {refused}"
        f" WHEN {e.sql} IS NOT NULL THEN {failing} END)",
        to,
    )


def _zoned_of_literal(written: str, to: Type) -> Expr:
    """A clock time that is left out in its zone is moved forward, other than in a literal."""
    try:
        parts = match(_TIMESTAMP, written, "TIMESTAMP")
        clock = _day(written, parts, "TIMESTAMP") + _passed(written, parts[3:7], "TIMESTAMP")
        zone = zones.zone_named(parts[7] or "UTC")
    except QueryFailure as failure:
        if failure.code == "NOT_SUPPORTED":
            raise
        return Expr(raising("INVALID_CAST_ARGUMENT", f"Cannot cast varchar to {to}", to), to)
    sql = zones.to_precision(f"({_instant(clock, zone)} AT TIME ZONE 'UTC')", 6, to.sizes[0])
    return Expr(f"({sql} AT TIME ZONE 'UTC')", types.timestamp(to.sizes[0], zoned=True, zone=zone))
