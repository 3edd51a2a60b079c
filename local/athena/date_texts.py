"""Texts of dates and times read by a pattern, as Joda-Time reads them.

What a text leaves out is 1970-01-01 00:00, but 2000 if it has a month or a day and no year.
Source: DateTimeParserBucket and DateTimeFormatterBuilder in https://github.com/JodaOrg/joda-time
"""

from __future__ import annotations

import re
from calendar import day_abbr, day_name, month_abbr, month_name
from datetime import date, datetime, timedelta

from local.athena.format_patterns import Element, joda, mysql

# Stands for what Trino can read and this cannot: years without four digits, time zones.
REFUSED = -(2**63)

_EPOCH = datetime(1970, 1, 1)
_TWO_DIGITS_SINCE = 1970
_HALVES = ("AM", "PM")
_LIMITS = {
    "month": (1, 12), "day": (1, 31), "day_of_year": (1, 366), "week": (1, 53), "weekday": (1, 7),
    "hour": (0, 23), "clockhour": (1, 24), "hour_of_half": (0, 11), "clockhour_of_half": (1, 12),
    "minute": (0, 59), "second": (0, 59), "half": (0, 1),
}  # fmt: skip


def _spellings(short: list[str], long: list[str], first: int) -> dict[str, int]:
    """Names as they are, in capitals and in small letters, and nothing between."""
    return {
        spelling: i + first
        for names in (short, long)
        for i, name in enumerate(names)
        for spelling in (name, name.upper(), name.lower())
    }


_NAMES = {
    "month": _spellings(list(month_abbr)[1:], list(month_name)[1:], 1),
    "weekday": _spellings(list(day_abbr), list(day_name), 1),
    "half": _spellings(list(_HALVES), list(_HALVES), 0),
}


class _NotReadable(Exception):
    """Trino reads it, in a way that is not followed here."""


def from_mysql(written: str, pattern: str) -> int:
    """Microseconds since 1970, in whole milliseconds. Raises ValueError."""
    return _micros(written, mysql(pattern))


def from_joda(written: str, pattern: str) -> int:
    """Microseconds since 1970; a text that says another offset than 0 is REFUSED."""
    try:
        fields = _read(written, joda(pattern))
    except _NotReadable:
        return REFUSED
    if fields.get("zone"):
        return REFUSED
    return _micros(written, joda(pattern))


def in_offset(written: str, pattern: str) -> tuple[int, int]:
    """Microseconds since 1970, and minutes ahead of UTC. Raises ValueError."""
    try:
        minutes = _read(written, joda(pattern)).get("zone", 0)
    except _NotReadable:
        return REFUSED, 0
    micros = _micros(written, joda(pattern))
    return (micros if micros == REFUSED else micros - minutes * 60_000_000), minutes


def _micros(written: str, elements: tuple[Element, ...]) -> int:
    try:
        at = _instant(_read(written, elements))
    except _NotReadable:
        return REFUSED
    return (at - _EPOCH) // timedelta(milliseconds=1) * 1000


def _read(written: str, elements: tuple[Element, ...]) -> dict[str, int]:
    fields: dict[str, int] = {}
    at = 0
    for i, element in enumerate(elements):
        end = at + len(element.text)
        if not element.field:
            if written[at:end].lower() != element.text.lower():
                raise _wrong(written)
        elif element.field == "zone":
            fields["zone"], end = _zone(written, at)
        elif element.kind in ("short", "long"):
            fields[element.field], end = _name(written, at, _NAMES[element.field])
        else:
            following = elements[i + 1] if i + 1 < len(elements) else None
            fields[element.field], end = _number(written, at, element, following)
        at = end
    if at != len(written):
        raise _wrong(written)
    return fields


def _wrong(written: str) -> ValueError:
    return ValueError(f'Invalid format "{written}"')


def _name(written: str, at: int, names: dict[str, int]) -> tuple[int, int]:
    for end in range(min(len(written), at + 9), at, -1):
        if written[at:end] in names:
            return names[written[at:end]], end
    raise _wrong(written)


def _zone(written: str, at: int) -> tuple[int, int]:
    found = re.compile("Z|([+-])([0-9]{2}):?([0-9]{2})(?![:0-9.])").match(written, at)
    if found is None:
        raise _NotReadable
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    return (-minutes if found[1] == "-" else minutes), found.end()


def _number(written: str, at: int, element: Element, following: Element | None) -> tuple[int, int]:
    is_year = element.field in ("year", "weekyear") and element.kind == "number"
    found = re.compile("[+-]?[0-9]+" if is_year else "[0-9]+").match(written, at)
    if found is None:
        raise _wrong(written)
    if is_year and not found[0][0].isdigit():
        raise _NotReadable
    digits = found[0][: element.most]
    if element.kind == "two":
        if len(digits) < 2:
            raise _wrong(written)
        year = int(digits)
        since = _TWO_DIGITS_SINCE % 100
        return year + _TWO_DIGITS_SINCE - since + (100 if year < since else 0), at + 2
    if element.field == "fraction":
        return int(digits.ljust(9, "0")[:3]), at + len(digits)
    if is_year and len(found[0]) > 4 and (following is None or not following.most):
        raise _NotReadable
    return int(digits), at + len(digits)


def _instant(fields: dict[str, int]) -> datetime:
    for name, value in fields.items():
        low, high = _LIMITS.get(name, (value, value))
        if not low <= value <= high:
            raise ValueError(f"Value {value} for {name} must be in the range [{low},{high}]")
    passed = timedelta(
        hours=_hour(fields),
        minutes=fields.get("minute", 0),
        seconds=fields.get("second", 0),
        milliseconds=fields.get("fraction", 0),
    )
    return datetime.combine(_day(fields), datetime.min.time()) + passed


def _hour(fields: dict[str, int]) -> int:
    hour = fields.get("half", 0) * 12
    hour = fields.get("hour", fields.get("clockhour", hour) % 24)
    if "hour_of_half" in fields or "clockhour_of_half" in fields:
        of_half = fields.get("hour_of_half", fields.get("clockhour_of_half", 0) % 12)
        hour = hour // 12 * 12 + of_half
    return hour


def _day(fields: dict[str, int]) -> date:
    if not 1 <= fields.get("year", 1) <= 9999 or not 1 <= fields.get("weekyear", 1) <= 9998:
        raise _NotReadable
    if "weekyear" in fields:
        return date.fromisocalendar(
            fields["weekyear"], fields.get("week", 1), fields.get("weekday", 1)
        )
    has_day = any(name in fields for name in ("month", "day", "day_of_year"))
    year = fields.get("year", 2000 if has_day else 1970)
    if "day_of_year" in fields:
        day = date(year, 1, 1) + timedelta(fields["day_of_year"] - 1)
        if day.year != year:
            raise ValueError(f"{year} has no day {fields['day_of_year']}")
        return day
    day = date(year, fields.get("month", 1), fields.get("day", 1))
    # A weekday that is not the date's moves it inside its week.
    return day + timedelta(fields.get("weekday", day.isoweekday()) - day.isoweekday())
