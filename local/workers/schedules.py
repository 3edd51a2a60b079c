"""When a trigger's schedule fires: Glue's `cron(...)`, and `rate(...)` as EventBridge has it. UTC.

https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_CRON = re.compile(r"cron\((.+)\)")
_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1_440}
_MONTHS = {name.upper(): at for at, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: at for at, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}

# Does the schedule fire in the minute that begins then?
Schedule = Callable[[datetime], bool]


class ScheduleError(ValueError):
    """A schedule that cannot be kept here; the message says which part of it."""


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: dict[str, int]


_FIELDS = (
    _Field("minutes", 0, 59, {}),
    _Field("hours", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 1, 7, _DAYS),
    _Field("year", 1970, 2199, {}),
)


def parse(text: str) -> Schedule:
    """The schedule that an expression means. Raises ScheduleError.

    A rate counts from 1970, so that a restart does not shift it. Of cron's letters, `L` as day of
    month is known, `W` and `#` are not.
    """
    if rate := _RATE.fullmatch(text):
        every = int(rate[1]) * _UNIT_MINUTES[rate[2]]
        return lambda at: int(at.timestamp()) // 60 % every == 0
    cron = _CRON.fullmatch(text)
    parts = cron[1].split() if cron else []
    if len(parts) != len(_FIELDS):
        raise ScheduleError(f"{text!r}: write cron(minutes hours day month weekday year)")
    if "?" not in (parts[2], parts[4]):
        raise ScheduleError(f"{text!r}: the day of month or the day of week must be ?")
    last_day = parts[2] == "L"
    if last_day:
        parts[2] = "*"
    minutes, hours, days, months, weekdays, years = (
        _values(part, field, text) for part, field in zip(parts, _FIELDS, strict=True)
    )

    def fires(at: datetime) -> bool:
        at = at.astimezone(UTC)
        return (
            at.minute in minutes
            and at.hour in hours
            and at.day in days
            and at.month in months
            and at.isoweekday() % 7 + 1 in weekdays
            and at.year in years
            and (not last_day or at.day == calendar.monthrange(at.year, at.month)[1])
        )

    return fires


def is_due(schedule: Schedule, *, after: datetime, until: datetime) -> bool:
    """Whether it fires in a minute that begins after `after` and not after `until`."""
    minute = until.replace(second=0, microsecond=0)
    while minute > after:
        if schedule(minute):
            return True
        minute -= timedelta(minutes=1)
    return False


def _values(part: str, field: _Field, text: str) -> frozenset[int]:
    """The numbers that one field allows."""
    values: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        low, dash, high = span.partition("-")
        if span in ("*", "?"):
            first, last = field.low, field.high
        else:
            first = _number(low, field, text)
            last = _number(high, field, text) if dash else (field.high if step else first)
        if step and (not step.isdecimal() or int(step) == 0):
            raise ScheduleError(f"{text!r}: {field.name} has the step {step!r}")
        values.update(range(first, last + 1, int(step or "1")))
    return frozenset(values)


def _number(text: str, field: _Field, whole: str) -> int:
    number = field.names.get(text.upper(), int(text) if text.isdecimal() else -1)
    if not field.low <= number <= field.high:
        raise ScheduleError(f"{whole!r}: {field.name} cannot be {text!r} here")
    return number
