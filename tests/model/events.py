"""The model's events: tweets whose sums say which of them are counted, and which copy of each.

Event i adds 2**i followers and (1 + variant) * 4**i favourites, so a group's sums decode to the set
of its events and to the copy of each. Whatever is counted twice shows in the number of events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from lakehouse.datasets import get_dataset
from lakehouse.events import decoder
from lakehouse.times import from_microseconds, microseconds
from tests.model.store import BEGINNING

TWEETS = get_dataset("tweets")
# Three favourites times 4**14 is the most that 32 bits hold.
EVENTS = 12
VARIANTS = 3
LOCATIONS = ("Bonn", "Köln")
FORMS = ("valid", "fixable", "broken")

_decode = decoder(TWEETS)


def location_of(event):
    return LOCATIONS[event % 2]


def time_of(event):
    """When an event happened; every fourth is days late."""
    days = 9 if event % 4 == 3 else 0
    return BEGINNING - timedelta(days=days, minutes=30) + timedelta(seconds=event)


def pane_of(event):
    us = microseconds(time_of(event))
    return from_microseconds(us - us % TWEETS.window.pane_us).replace(tzinfo=None)


def data_of(event, variant, form):
    """The bytes of one copy: valid, or refused until the decoder is fixed, or for ever."""
    if form == "broken":
        return f"tweet {event} {variant}".encode()
    fields = {
        "id": 1000 + event if form == "valid" else f"#{1000 + event}",
        "created_at": f"{time_of(event):%Y-%m-%dT%H:%M:%SZ}",
        "followers_count": 2**event,
        "location": location_of(event),
        "favorite_count": (1 + variant) * 4**event,
        "retweet_count": 1,
    }
    return json.dumps(fields).encode()


class Decoder:
    """The shipped decoder, and after a fix one that also takes ids that begin with `#`."""

    is_fixed = False

    def __call__(self, data):
        if self.is_fixed and b'"#' in data:
            data = data.replace(b'"#', b"").replace(b'", "created_at"', b', "created_at"')
        return _decode(data)

    def takes(self, record):
        return record.form == "valid" or (record.form == "fixable" and self.is_fixed)


@dataclass(frozen=True)
class Record:
    """One delivery of an event on the stream."""

    event: int
    variant: int
    form: str
    data: bytes
    shard: str
    sequence: str
    arrived: int  # epoch milliseconds

    @property
    def is_event(self):
        return self.form != "broken"


class WrongError(AssertionError):
    """The answer is wrong; the message says how."""


def decoded(rows, *, keyed_by_window=True):
    """The counted events of rows by window, or of totals: event -> variant. Raises WrongError."""
    found = {}
    for row in rows:
        followers, favorites = row["sum_followers_count"], row["sum_favorite_count"]
        counted = [i for i in range(64) if followers >> i & 1]
        if len(counted) != row["events"] or row["sum_retweet_count"] != row["events"]:
            raise WrongError(
                f"{row['location']}: {row['events']} events, but their followers say {counted}: "
                "something is counted twice or by half"
            )
        for event in counted:
            digit = favorites // 4**event % 4
            favorites -= digit * 4**event
            if event >= EVENTS or digit == 0 or row["location"] != location_of(event):
                raise WrongError(f"event {event} in {row['location']}: no such copy was sent")
            if keyed_by_window and row["window_start"] != pane_of(event):
                raise WrongError(f"event {event} is in the window of {row['window_start']}")
            if event in found:
                raise WrongError(f"event {event} is counted twice")
            found[event] = digit - 1
        if favorites:
            raise WrongError(f"{row['location']}: {favorites} favourites are of no counted event")
    return found
