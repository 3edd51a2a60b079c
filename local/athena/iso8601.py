"""Texts of ISO 8601 as Joda-Time's dateTimeParser reads them.

A date is 2026-11-20, 2026-W47-5 or 2026-324, whose end may be left out; a clock time behind a T
may have a decimal fraction at its end, and an offset from UTC.
Source: https://www.joda.org/joda-time/apidocs/org/joda/time/format/ISODateTimeFormat.html
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from local.athena.date_texts import REFUSED

_DATE = (
    r"(?P<year>[+-]?[0-9]{1,9})"
    r"(?:-W(?P<week>[0-9]{1,2})(?:-(?P<weekday>[0-9]))?"
    r"|-(?P<ordinal>[0-9]{3})"
    r"|-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?"
)
_CLOCK = r"(?:(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2}))?)?"
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
_OFFSET = r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_TIMESTAMP = re.compile(f"(?:{_DATE})?(?:T{_CLOCK}{_FRACTION}{_OFFSET})?", re.IGNORECASE)
_ONLY_DATE = re.compile(_DATE)


def timestamp(written: str) -> int:
    """Microseconds since 1970, cut to milliseconds. Raises ValueError."""
    found = _TIMESTAMP.fullmatch(written)
    if found is None or not written or written in "Tt":
        raise ValueError(f'Invalid format: "{written}"')
    if _is_far(found):
        return REFUSED
    day = _day(found) if found["year"] else date(1970, 1, 1)
    hour, minute, second = (int(found[k] or 0) for k in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f'Cannot parse "{written}"')
    unit = 1 if found["second"] else 60 if found["minute"] else 3600
    digits = found["fraction"] or "0"
    millis = unit * 1000 * int(digits) // 10 ** len(digits)
    passed = datetime.combine(day, datetime.min.time()) - datetime(1970, 1, 1)
    passed += timedelta(hours=hour, minutes=minute - offset_of(written), seconds=second)
    return int(passed // timedelta(milliseconds=1) + millis) * 1000


def offset_of(written: str) -> int:
    """Minutes ahead of UTC."""
    found = _TIMESTAMP.fullmatch(written)
    zone = found and found["zone"]
    if not zone or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return int(f"{zone[0]}{int(digits[:2]) * 60 + int(digits[2:])}")


def days(written: str) -> int:
    """Days since 1970 of a text that is a date alone. Raises ValueError."""
    found = _ONLY_DATE.fullmatch(written)
    if found is None:
        raise ValueError(f'Invalid format: "{written}"')
    return REFUSED if _is_far(found) else (_day(found) - date(1970, 1, 1)).days


def _is_far(found: re.Match[str]) -> bool:
    return not 1 <= int(found["year"] or 1) <= 9998


def _day(found: re.Match[str]) -> date:
    year = int(found["year"])
    if found["week"]:
        return date.fromisocalendar(year, int(found["week"]), int(found["weekday"] or 1))
    if found["ordinal"]:
        day = date(year, 1, 1) + timedelta(int(found["ordinal"]) - 1)
        if day.year != year:
            raise ValueError(f"{year} has no day {found['ordinal']}")
        return day
    return date(year, int(found["month"] or 1), int(found["day"] or 1))
