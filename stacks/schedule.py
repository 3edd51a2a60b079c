"""When the batch job runs: what a user writes, as the `cron(...)` that Glue's triggers take.

Glue knows no `rate(...)`: https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
"""

from __future__ import annotations

import re

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(\S+( \S+){5}\)")
# A trigger fires at most every five minutes.
_MINUTES = (5, 6, 10, 12, 15, 20, 30)
_HOURS = (1, 2, 3, 4, 6, 8, 12)


class ScheduleError(ValueError):
    """A schedule that Glue cannot keep; the message says what to write instead."""


def trigger_schedule(text: str) -> str:
    """The `cron(...)` of a cron or rate expression, in UTC. Raises ScheduleError.

    A rate must divide the hour or the day, since a cron expression starts anew with each of them.
    """
    if _CRON.fullmatch(text):
        return text
    found = _RATE.fullmatch(text)
    if found is None:
        raise ScheduleError(
            f"{text!r} is no schedule: write rate(1 hour), rate(15 minutes) or cron(0 * * * ? *)"
        )
    count, unit = int(found[1]), found[2]
    if unit == "minute" and count in _MINUTES:
        return f"cron(0/{count} * * * ? *)"
    if unit == "hour" and count in _HOURS:
        return "cron(0 * * * ? *)" if count == 1 else f"cron(0 0/{count} * * ? *)"
    if unit == "day" and count == 1:
        return "cron(0 0 * * ? *)"
    raise ScheduleError(
        f"{text!r} does not divide the hour or the day: use one of "
        f"{', '.join(map(str, _MINUTES))} minutes, {', '.join(map(str, _HOURS))} hours, "
        "1 day, or a cron(...)"
    )
