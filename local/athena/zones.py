"""Time zones. A value of Trino's `timestamp with time zone` carries its zone; DuckDB's does not.

Here the zone is a part of the type: it is known when a statement is bound. Where values of
several zones come together (CASE, UNION, VALUES) the zone is MIXED: such values can be compared,
but whatever would show or need the zone is refused.
Source: https://trino.io/docs/current/functions/datetime.html#time-zone-conversion
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, raising
from local.athena.types import BIGINT, DATE, Type

MIXED = ""

_FIXED = re.compile(r"([+-])([0-9]{2})(?::?([0-5][0-9]))?")
_UTC = frozenset(
    ["UTC", "Z", "UT", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Universal", "Zulu",
     "Etc/UTC", "Etc/UCT", "Etc/GMT", "Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0", "Etc/Universal"]
)  # fmt: skip
# Python may know more zones than Trino 476 does.
_UNKNOWN = frozenset(
    ["America/Coyhaique", "EST", "MST", "HST", "ROC", "Factory", "localtime", "posixrules",
     "Etc/Greenwich", "Etc/Zulu"]
)  # fmt: skip
# What these mean differs from one release of the zones' histories to the next.
_UNSETTLED = frozenset(["CET", "CST6CDT", "EET", "EST5EDT", "MET", "MST7MDT", "PST8PDT", "WET"])
# Before these years the histories of zones that DuckDB and Trino have differ.
_SINCE = dict.fromkeys(
    ["America/Tijuana", "America/Ensenada", "America/Santa_Isabel", "Mexico/BajaNorte"], 1990
)
_FIRST_YEAR, _END_YEAR = 1970, 2100


@lru_cache(maxsize=1024)
def zone_named(name: str) -> str:
    """`name` as Trino writes it in a value: UTC, `+05:30` or `America/New_York`."""
    fixed = _FIXED.fullmatch(name)
    if fixed is not None:
        return offset_zone(int(f"{fixed[1]}{int(fixed[2]) * 60 + int(fixed[3] or 0)}"))
    if name in _UTC:
        return "UTC"
    hours = re.fullmatch(r"Etc/GMT([+-])([0-9]{1,2})", name)
    if hours is not None and name in available_timezones():
        # In these names the sign is turned around.
        return offset_zone(int(hours[2]) * (-60 if hours[1] == "+" else 60))
    if name in _UNSETTLED or re.match(r"(?i)(etc/)?(utc|gmt|ut|uct)\b", name):
        raise not_supported(f"time zone {name}")
    if name in available_timezones() and name not in _UNKNOWN:
        return name
    raise _unknown(name)


def _unknown(name: str) -> QueryFailure:
    return QueryFailure("INVALID_FUNCTION_ARGUMENT", f"'{name}' is not a valid time zone")


def offset_zone(minutes: int) -> str:
    """The name of a fixed offset from UTC. Raises QueryFailure for more than 14 hours."""
    if minutes == 0:
        return "UTC"
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    if abs(minutes) > 14 * 60 or rest > 59:
        raise _unknown(f"{sign}{hours:02}:{rest:02}")
    return f"{sign}{hours:02}:{rest:02}"


def fixed_minutes(zone: str) -> int | None:
    """How far a zone is from UTC, if it always is."""
    if zone == "UTC":
        return 0
    fixed = _FIXED.fullmatch(zone)
    return fixed and int(f"{fixed[1]}{int(fixed[2]) * 60 + int(fixed[3] or 0)}")


def need_known(t: Type) -> None:
    """Refuse a type of which a part is zoned, in zones that are not known."""
    if t.name == "timestamp with time zone" and t.zone == MIXED:
        raise not_supported("a value of several time zones")
    for _, part in t.parts:
        need_known(part)


def python_zone(zone: str) -> tzinfo:
    minutes = fixed_minutes(zone)
    if minutes is None:
        return ZoneInfo(zone)
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def local_datetime(value: datetime, zone: str) -> datetime:
    """The clock in `zone` at an instant. Raises NOT_SUPPORTED where its history may differ."""
    if fixed_minutes(zone) is None and not first_year(zone) <= value.year < _END_YEAR:
        raise not_supported(f"time zone {zone} in the year {value.year}")
    return value.astimezone(python_zone(zone))


def exists(clock: datetime, zone: str) -> bool:
    """Whether the clock in `zone` ever shows this."""
    at = clock.replace(tzinfo=python_zone(zone)).astimezone(UTC)
    return local_datetime(at, zone).replace(tzinfo=None) == clock


def instant_of(clock: datetime, zone: str) -> datetime:
    """When the clock in `zone` first shows `clock`; one that is left out is moved forward."""
    at = clock.replace(tzinfo=python_zone(zone), fold=0).astimezone(UTC)
    local_datetime(at, zone)
    return at


def first_year(zone: str) -> int:
    return _SINCE.get(zone, _FIRST_YEAR)


# ---------------------------------------------------------------- in DuckDB's words


def floored(number: str, unit: int) -> str:
    """A whole number divided and rounded down; DuckDB's // truncates."""
    return f"(({number} - (({number} % {unit}) + {unit}) % {unit}) // {unit})"


def to_precision(sql: str, have: int, want: int) -> str:
    """A timestamp rounded half up to `want` digits of a second."""
    if want >= have:
        return sql
    unit = 10 ** (6 - want)
    return f"make_timestamp({floored(f'(epoch_us({sql}) + {unit // 2})', unit)} * {unit})"


def local_time(e: Expr) -> str:
    """The clock in the value's zone as a plain TIMESTAMP."""
    if e.type.name != "timestamp with time zone":
        return f"CAST({e.sql} AS TIMESTAMP)" if e.type == DATE else e.sql
    need_known(e.type)
    minutes = fixed_minutes(e.type.zone)
    if minutes is not None:
        plain = f"({e.sql} AT TIME ZONE 'UTC')"
        return f"({plain} + to_minutes({minutes}))" if minutes else plain
    zone = e.type.zone
    failing = raising("NOT_SUPPORTED", f"time zone {zone} in such a year", Type("timestamp", (6,)))
    return (
        f"(CASE WHEN {e.sql} < TIMESTAMPTZ '{first_year(zone)}-01-01 00:00:00+00'"
        f" OR {e.sql} >= TIMESTAMPTZ '{_END_YEAR}-01-01 00:00:00+00' THEN {failing}"
        f" ELSE ({e.sql} AT TIME ZONE '{zone}') END)"
    )


def utc_time(e: Expr) -> str:
    """The clock in UTC as a plain TIMESTAMP; what has no zone is in UTC."""
    if e.type.name == "timestamp with time zone":
        return f"({e.sql} AT TIME ZONE 'UTC')"
    return local_time(e)


def _offset(zone: str, micros: str) -> str:
    """What the clock in `zone` is ahead of UTC at an instant, in microseconds."""
    return f"(epoch_us(make_timestamptz({micros}) AT TIME ZONE '{zone}') - ({micros}))"


def instant(local: str, zone: str, original: str | None = None) -> str:
    """The TIMESTAMPTZ at which the clock in `zone` shows `local`, as Joda-Time has it.

    A clock time that is left out is moved forward. One that comes twice is the one in the
    offset of `original`, an instant that `local` was computed from, or else the one that
    Joda-Time's convertLocalToUTC finds: the earlier west of Greenwich, the later east of it.
    https://www.joda.org/joda-time/apidocs/org/joda/time/DateTimeZone.html
    """
    minutes = fixed_minutes(zone)
    if minutes is not None:
        moved = f"({local} - to_minutes({minutes}))" if minutes else local
        return f"({moved} AT TIME ZONE 'UTC')"
    failing = raising("NOT_SUPPORTED", f"time zone {zone} in such a year", BIGINT)
    year = f"year({local})"
    micros = (
        f"(CASE WHEN {year} BETWEEN {first_year(zone)} AND {_END_YEAR - 1} OR {local} IS NULL"
        f" THEN epoch_us({local}) ELSE {failing} END)"
    )
    kept = _offset(zone, f"epoch_us({original})") if original else "NULL"
    # k: the offset of `original`; a and b: Joda's two guesses at the offset.
    found = f"[{{'l': {micros}, 'k': CAST({kept} AS BIGINT)}}]"
    guess = f"lambda s: {{'l': s.l, 'k': s.k, 'a': {_offset(zone, 's.l')}}}"
    again = f"lambda s: {{'l': s.l, 'k': s.k, 'a': s.a, 'b': {_offset(zone, 's.l - s.a')}}}"
    chosen = (
        f"lambda s: s.l - CASE WHEN {_offset(zone, 's.l - s.k')} = s.k THEN s.k"
        f" WHEN s.a <> s.b AND s.a < 0 AND {_offset(zone, 's.l - s.b')} <> s.b THEN s.a"
        " ELSE s.b END"
    )
    steps = f"list_transform(list_transform({found}, {guess}), {again})"
    return f"make_timestamptz(list_transform({steps}, {chosen})[1])"


def in_zone(e: Expr, zone: str) -> Expr:
    """A zoned value as one of another zone: the instant stays."""
    return Expr(e.sql, replace(e.type, zone=zone))


def back(local: str, like: Expr) -> Expr:
    """A clock time that was computed from `like` as a value of its type."""
    if like.type == DATE:
        return Expr(f"CAST({local} AS DATE)", DATE)
    if like.type.name == "timestamp with time zone":
        need_known(like.type)
        return Expr(instant(local, like.type.zone, like.sql), like.type)
    return Expr(local, like.type)
