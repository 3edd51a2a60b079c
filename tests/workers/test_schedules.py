import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest

from local.workers.schedules import ScheduleError, is_due, parse

DAY = datetime(2026, 11, 20, tzinfo=UTC)  # a Friday


def firings(text: str, *, start: datetime = DAY, hours: int = 24) -> list[str]:
    schedule = parse(text)
    minutes = (start + timedelta(minutes=n) for n in range(hours * 60))
    return [f"{at:%d %H:%M}" for at in minutes if schedule(at)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(15 12 * * ? *)", ["20 12:15"]),
        ("cron(0 0/6 * * ? *)", ["20 00:00", "20 06:00", "20 12:00", "20 18:00"]),
        ("cron(5/20 3 ? * FRI *)", ["20 03:05", "20 03:25", "20 03:45"]),
        ("cron(0 8-10 ? * 2-6 *)", ["20 08:00", "20 09:00", "20 10:00"]),
        ("cron(0,30 1 20,21 NOV ? 2026)", ["20 01:00", "20 01:30"]),
        ("cron(0 8 ? * SUN-THU *)", []),
        ("cron(0 8 L * ? *)", []),
        ("cron(0 8 * * ? 2027)", []),
        ("rate(6 hours)", ["20 00:00", "20 06:00", "20 12:00", "20 18:00"]),
        ("rate(1 day)", ["20 00:00"]),
    ],
)
def test_a_schedule_fires_at_its_minutes(text: str, expected: list[str]) -> None:
    assert firings(text) == expected


def test_a_rate_of_minutes_fires_evenly() -> None:
    assert firings("rate(15 minutes)", hours=1) == ["20 00:00", "20 00:15", "20 00:30", "20 00:45"]
    assert len(firings("rate(1 minute)", hours=1)) == 60


def test_the_last_day_of_a_month_is_known() -> None:
    assert firings("cron(0 8 L * ? *)", start=datetime(2028, 2, 28, tzinfo=UTC), hours=72) == [
        "29 08:00"
    ]


def test_schedules_are_in_utc() -> None:
    noon_in_tokyo = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=9)))
    assert parse("cron(0 3 * * ? *)")(noon_in_tokyo)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hourly", "write cron"),
        ("cron(0 8 * *)", "write cron"),
        ("rate(0 minutes)", "write cron"),
        ("cron(0 8 * * * *)", "must be \\?"),
        ("cron(60 8 * * ? *)", "minutes cannot be '60'"),
        ("cron(0 8 ? * FRIDAY *)", "day of week cannot be 'FRIDAY'"),
        ("cron(0 8 3W * ? *)", "day of month cannot be '3W'"),
        ("cron(0/0 8 * * ? *)", "minutes has the step '0'"),
    ],
)
def test_a_schedule_that_cannot_be_kept_says_why(text: str, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        parse(text)


def test_a_schedule_is_due_once_per_firing_whenever_one_looks() -> None:
    schedule = parse("cron(0/15 * * * ? *)")
    looks = [DAY + timedelta(seconds=7 * n) for n in range(600)]
    due = [
        until
        for after, until in itertools.pairwise(looks)
        if is_due(schedule, after=after, until=until)
    ]
    assert [at.minute for at in due] == [15, 30, 45, 0]


def test_a_long_sleep_is_one_firing() -> None:
    schedule = parse("cron(0 * * * ? *)")
    assert is_due(schedule, after=DAY, until=DAY + timedelta(hours=5, minutes=30))
    assert not is_due(schedule, after=DAY, until=DAY + timedelta(minutes=59))
