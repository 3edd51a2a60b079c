"""Durations are read in one way, wherever one is given."""

from datetime import timedelta

import pytest

from lakehouse.times import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("90m", timedelta(hours=1, minutes=30)),
        ("12h", timedelta(hours=12)),
        ("3d", timedelta(days=3)),
        ("0m", timedelta()),
        ("99999d", timedelta(days=99999)),
    ],
)
def test_a_duration_is_a_number_of_minutes_hours_or_days(text, wanted):
    assert parse_duration(text) == wanted


@pytest.mark.parametrize(
    ("text", "shortest"),
    [("90m", "90m"), ("120m", "2h"), ("36h", "36h"), ("48h", "2d"), ("99999d", "99999d")],
)
def test_a_duration_is_written_so_that_it_can_be_read(text, shortest):
    assert duration_text(parse_duration(text)) == shortest
    assert parse_duration(shortest) == parse_duration(text)


def test_a_duration_between_two_minutes_cannot_be_written():
    with pytest.raises(ValueError, match="0:00:01 is not of whole minutes"):
        duration_text(timedelta(seconds=1))


@pytest.mark.parametrize("text", ["", "3", "d", "3w", "-3d", "3d ", "1.5h", "100000m", "\u0663d"])
def test_what_is_no_duration_is_one_line_that_says_what_to_write(text):
    with pytest.raises(ValueError, match=r"is no duration: write 90m, 12h or 3d$") as refused:
        parse_duration(text)
    assert str(refused.value).startswith(repr(text))
