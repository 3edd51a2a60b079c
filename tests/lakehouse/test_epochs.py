"""Epochs, and the rules of the seal."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lakehouse.epochs import (
    advanced_seal,
    epoch_after,
    epoch_of,
    is_closed,
    open_epoch,
    s3_time,
    start_of,
)

NOW = datetime(2026, 11, 20, 10, 7, 31, tzinfo=UTC)


def test_an_epoch_is_a_five_minute_slot_of_utc():
    assert epoch_of(NOW) == "202611201005"
    assert epoch_of(NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "202611201005"
    assert start_of("202611201005") == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)


def test_epochs_count_over_the_end_of_a_year():
    assert epoch_after("202612312355") == "202701010000"
    assert epoch_after("202701010000", -1) == "202612312355"


def test_s3s_time_is_the_date_header():
    assert s3_time({"date": "Fri, 20 Nov 2026 10:07:31 GMT"}) == NOW


@pytest.mark.parametrize(
    ("epoch", "closed"),
    [
        ("202611201000", True),  # the seal itself
        ("202611201005", False),  # S3's epoch
        ("202611201010", False),  # one ahead of it
        ("202611201015", True),  # further ahead: a writer's clock is wrong
    ],
)
def test_writers_may_use_the_epochs_between_the_seal_and_one_past_s3s(epoch, closed):
    assert is_closed(epoch, seal="202611201000", s3_epoch="202611201005") is closed


def test_the_epoch_after_a_seal_is_open_even_when_the_seal_is_ahead_of_s3():
    seal, s3_epoch = "202611201100", "202611201005"
    epoch = open_epoch(seal=seal, s3_epoch=s3_epoch)
    assert epoch == "202611201105"
    assert not is_closed(epoch, seal=seal, s3_epoch=s3_epoch)


def test_the_seal_never_passes_the_epoch_before_s3s_and_never_moves_back():
    assert advanced_seal("202611200900", s3_epoch="202611201005") == "202611201000"
    assert advanced_seal("202611201100", s3_epoch="202611201005") == "202611201100"
