"""Durations are read in one way, wherever one is given."""

from datetime import timedelta

import pytest

from lakehouse.times import parse_duration


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


@pytest.mark.parametrize("text", ["", "3", "d", "3w", "-3d", "3d ", "1.5h", "100000m", "\u0663d"])
def test_what_is_no_duration_is_one_line_that_says_what_to_write(text):
    with pytest.raises(ValueError, match=r"is no duration: write 90m, 12h or 3d$") as refused:
        parse_duration(text)
    assert str(refused.value).startswith(repr(text))
