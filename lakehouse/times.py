"""Event times: text or epoch milliseconds to an aware UTC datetime, and whole microseconds.

Parsed by our own pattern and not by `datetime.fromisoformat`, which accepts more with every Python
version: the λs and the batch job must accept the same set.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Nanosecond timestamps (pandas, INT96 readers) end in April 2262; before 1970 panes would need
# floor division, which SQL engines do not share.
END = datetime(2262, 1, 1, tzinfo=UTC)

_MICROSECOND = timedelta(microseconds=1)
_END_MS = (END - EPOCH) // timedelta(milliseconds=1)
# Less is a time before March 1973, or, far more likely, one in seconds.
FIRST_MS = 10**11
# What nearly all producers send, and what every Python's `fromisoformat` reads alike.
_USUAL = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_ISO_8601 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(?:Z|([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)
_DURATION = re.compile(r"(\d{1,5})([mhd])", re.ASCII)
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def parse_time(value: str | int) -> datetime:
    """ISO 8601 with `T` or a space (no zone means UTC), or epoch milliseconds from 1973 on.

    Digits beyond the microsecond are cut off. Raises ValueError with what was expected, also for
    times before 1970 or from 2262 on.
    """
    if isinstance(value, int):
        if 0 <= value < FIRST_MS:
            raise ValueError("expected epoch milliseconds, not seconds")
        if not 0 <= value < _END_MS:
            raise ValueError("expected a time from 1970 to 2261")
        return EPOCH + timedelta(milliseconds=value)
    try:
        at = datetime.fromisoformat(value) if _USUAL.fullmatch(value) else _from_parts(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        if not _ISO_8601.fullmatch(value):
            raise ValueError("expected a time (ISO 8601 or epoch milliseconds)") from None
        raise ValueError("expected a time that exists") from None
    if not EPOCH <= at < END:
        raise ValueError("expected a time from 1970 to 2261")
    return at


def _from_parts(value: str) -> datetime:
    """The rarer forms of ISO 8601. Raises ValueError or OverflowError."""
    found = _ISO_8601.fullmatch(value)
    if found is None:
        raise ValueError(value)
    year, month, day, hour, minute, second, fraction, sign, off_hours, off_minutes = found.groups()
    microsecond = int(fraction.ljust(6, "0")[:6]) if fraction else 0
    at = datetime(
        int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond, UTC
    )
    if not sign:
        return at
    if int(off_hours) > 23 or int(off_minutes) > 59:
        raise ValueError(value)
    offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
    return at - offset if sign == "+" else at + offset


def parse_date(value: str) -> date:
    """A date as YYYY-MM-DD, from 1583 on. Raises ValueError with what was expected.

    Before it, Java's calendar is Julian and everybody else's Gregorian: the paths would disagree.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) and value >= "1583":
            return date(int(value[:4]), int(value[5:7]), int(value[8:]))
    except ValueError:
        pass  # a day that does not exist is refused below, like any other text
    raise ValueError("expected a date (YYYY-MM-DD)")


def parse_hour(text: str) -> datetime:
    """The start of an hour in UTC, from `2026-11-20T10`. Raises ValueError with what was wrong."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d", text, re.ASCII):
            return datetime(
                int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[11:]), tzinfo=UTC
            )
    except ValueError:
        raise ValueError(f"{text!r} is an hour that does not exist") from None
    raise ValueError(f"{text!r} is no hour: write 2026-11-20T10, in UTC")


def parse_duration(text: str) -> timedelta:
    """A duration, from `90m`, `12h` or `3d`. Raises ValueError with what was wrong."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no duration: write 90m, 12h or 3d")
    return int(found[1]) * _UNITS[found[2]]


def duration_text(duration: timedelta) -> str:
    """What `parse_duration` reads, of whole minutes; in the largest unit that it is whole in."""
    for name, unit in _UNITS.items():
        if not duration % unit:
            return f"{duration // unit}{name}"
    raise ValueError(f"{duration} is not of whole minutes")


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 of an aware datetime."""
    return (at - EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The aware UTC datetime of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def from_milliseconds(value: float) -> datetime:
    """The aware UTC datetime of epoch milliseconds, rounded to whole ones."""
    return EPOCH + timedelta(milliseconds=round(value))
