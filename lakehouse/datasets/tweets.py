"""Tweets, counted by day and location, with all-time totals by location."""

from datetime import timedelta

from lakehouse.dataset import Dataset, Field, LineFormat
from lakehouse.fakes import Fake
from lakehouse.field_types import BIGINT, INT, STRING, TIMESTAMP
from lakehouse.measures import Count, Sum
from lakehouse.windows import Window


def _number(high: int) -> Fake:
    return Fake("random_int", (("min", 0), ("max", high)))


TWEETS = Dataset(
    name="tweets",
    doc="Tweets with the reach of their authors.",
    fields=(
        Field("id", BIGINT, "id of the tweet"),
        Field("created_at", TIMESTAMP, "when it was written"),
        Field("followers_count", INT, "followers of its author", _number(100_000)),
        Field("location", STRING, "where its author is", Fake("city", pool=100)),
        Field("favorite_count", INT, "likes", _number(5_000)),
        Field("retweet_count", INT, "retweets", _number(1_000)),
    ),
    event_id="id",
    event_time="created_at",
    group_by=("location",),
    window=Window(timedelta(days=1)),
    measures=(Count(), Sum("followers_count"), Sum("favorite_count"), Sum("retweet_count")),
    line_format=LineFormat(";"),
    totals_by=("location",),
)
