"""Which objects a run looks at."""

from datetime import UTC, datetime, timedelta

import pytest

from glue_jobs.inputs import Hours, Listing, since

BEGAN = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


class Bucket:
    """An S3 client that lists these objects, two on a page."""

    def __init__(self, objects):
        self.objects, self.pages = objects, 0

    def get_paginator(self, operation):
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket, Prefix, StartAfter="", Delimiter=None):
        found = sorted(k for k in self.objects if k.startswith(Prefix) and k > StartAfter)
        if Delimiter:
            folders = {Prefix + k.removeprefix(Prefix).split("/")[0] + "/" for k in found}
            yield {"CommonPrefixes": [{"Prefix": folder} for folder in sorted(folders)]}
            return
        for first in range(0, len(found), 2):
            self.pages += 1
            yield {
                "Contents": [
                    {"Key": key, "Size": 1, "LastModified": self.objects[key]}
                    for key in found[first : first + 2]
                ]
            }


def names(objects):
    return [one.uri.rsplit("/", 1)[1] for one in objects]


def raw(hour, name):
    return f"raw/tweets/{hour:year=%Y/month=%m/day=%d/hour=%H/}{name}"


def test_speed_objects_are_those_after_the_cut_through_the_new_one():
    epochs = ("202611200955", "202611201000", "202611201005", "202611201010", "202611201015")
    bucket = Bucket({f"speed/tweets/epoch={e}/{e[-4:]}.parquet": BEGAN for e in epochs})
    found = Listing(bucket, "lake").speed_objects(
        "tweets", after="202611201000", through="202611201010"
    )
    assert names(found) == ["1005.parquet", "1010.parquet"]


def test_all_speed_objects_are_listed_for_a_recompute_across_pages():
    bucket = Bucket({f"speed/tweets/epoch=2026112010{m:02}/{m}": BEGAN for m in range(0, 60, 5)})
    found = Listing(bucket, "lake").speed_objects("tweets", after="", through="202611201030")
    assert names(found) == ["0", "5", "10", "15", "20", "25", "30"]
    assert bucket.pages == 4


@pytest.mark.parametrize(
    ("modified_before_began", "is_read"),
    [(timedelta(minutes=-5), True), (timedelta(hours=1), True), (timedelta(minutes=61), False)],
)
def test_raw_objects_are_those_modified_since_an_hour_before_the_published_run(
    modified_before_began, is_read
):
    bucket = Bucket({raw(BEGAN, "a"): BEGAN - modified_before_began})
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta())
    assert bool(Listing(bucket, "lake").raw_objects("tweets", window)) is is_read


@pytest.mark.parametrize(
    ("arrived_before_began", "is_listed"),
    [
        (timedelta(hours=-30), True),
        (timedelta(hours=48), True),
        (timedelta(hours=49), False),
    ],
)
def test_arrival_hours_go_back_by_the_retention_and_a_day(arrived_before_began, is_listed):
    bucket = Bucket({raw(BEGAN - arrived_before_began, "a"): BEGAN})
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta())
    assert bool(Listing(bucket, "lake").raw_objects("tweets", window)) is is_listed


def test_a_lookback_widens_both_windows():
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta(days=3))
    assert window.modified == BEGAN - timedelta(days=3, hours=1)
    assert window.arrived == BEGAN - timedelta(days=5)


def test_a_recompute_lists_all_raw():
    bucket = Bucket({raw(datetime(2020, 1, 1), "a"): datetime(2020, 1, 1, tzinfo=UTC)})
    assert names(Listing(bucket, "lake").raw_objects("tweets", None)) == ["a"]


def test_folder_markers_are_no_objects():
    bucket = Bucket({raw(BEGAN, ""): BEGAN})
    assert Listing(bucket, "lake").raw_objects("tweets", None) == []


def test_error_objects_of_every_type_are_listed_by_arrival_hour():
    old, new = "year=2026/month=11/day=17/hour=00/", "year=2026/month=11/day=20/hour=10/"
    types = ("format-conversion-failed", "processing-failed")
    bucket = Bucket({f"errors/tweets/{t}/{hour}x": BEGAN for t in types for hour in (old, new)})
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta())
    found = Listing(bucket, "errors").error_keys("tweets", window)
    assert found == [f"errors/tweets/{t}/{new}x" for t in types]


HOURS = Hours(datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hour", "is_read"),
    # An object is under the hour of its oldest record, so that of 02 may hold records of 03.
    [(1, False), (2, True), (3, True), (4, True), (5, False)],
)
def test_objects_of_extra_hours_are_read_whenever_they_were_modified(hour, is_read):
    at = datetime(2026, 11, 1, hour, tzinfo=UTC)
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta())
    bucket = Bucket({raw(at, "a"): at})
    assert bool(Listing(bucket, "lake").raw_objects("tweets", window, HOURS)) is is_read
    key = f"errors/tweets/processing-failed/{at:year=%Y/month=%m/day=%d/hour=%H/}x"
    listing = Listing(Bucket({key: at}), "errors")
    assert bool(listing.error_keys("tweets", window, HOURS)) is is_read
    assert bool(Listing(bucket, "lake").raw_of_hours("tweets", HOURS)) is is_read


def test_an_object_in_the_window_and_in_the_extra_hours_is_read_once():
    hours = Hours(BEGAN - timedelta(hours=1), BEGAN + timedelta(hours=1))
    window = since(BEGAN, retention=timedelta(hours=24), lookback=timedelta())
    bucket = Bucket({raw(BEGAN, name): BEGAN for name in "ab"})
    assert names(Listing(bucket, "lake").raw_objects("tweets", window, hours)) == ["a", "b"]


def test_extra_hours_end_after_they_start():
    with pytest.raises(ValueError, match="no hour from 2026-11-01T05 to before 2026-11-01T05"):
        Hours(HOURS.end, HOURS.end)
