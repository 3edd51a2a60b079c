import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import pytest

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS, TURNSTILES, TWEETS
from lakehouse.events import Event, decoder
from lakehouse.fakes import Fake
from lakehouse.times import from_microseconds
from producer.generate import generate, uuid4_text
from producer.plan import Plan
from producer.pools import UnknownProviderError, make_pools
from tests.producer.fakes import READINGS

PLAIN = Plan()
NOON = 1_795_176_000_123_456  # 2026-11-20 12:00:00.123456


def made(dataset: Dataset, count, plan=PLAIN, seed=1, clock=lambda: NOON):
    return list(islice(generate(dataset, plan, seed=seed, clock=clock), count))


def decoded(dataset, record):
    event = decoder(dataset)(record.data)
    assert isinstance(event, Event), event
    return dict(zip((field.name for field in dataset.fields), event.values, strict=True))


@pytest.mark.parametrize("dataset", [*DATASETS, READINGS], ids=lambda dataset: dataset.name)
def test_every_record_is_an_event_of_now_with_all_fields_and_an_id_of_its_own(dataset):
    events = [decoded(dataset, record) for record in made(dataset, 300)]
    assert {event[dataset.event_time] for event in events} == {from_microseconds(NOON)}
    assert len({event[dataset.event_id] for event in events}) == 300
    assert all(value is not None for event in events for value in event.values())


@pytest.mark.parametrize("dataset", [*DATASETS, READINGS], ids=lambda dataset: dataset.name)
def test_one_seed_makes_the_same_bytes_and_another_one_others(dataset):
    first, again, other = (
        [record.data for record in made(dataset, 50, seed=seed)] for seed in (5, 5, 6)
    )
    assert first == again
    assert set(first).isdisjoint(other)


def test_a_record_goes_by_its_event_id():
    for record in made(TURNSTILES, 5):
        assert record.key == decoded(TURNSTILES, record)["id"]
    for record in made(TWEETS, 5):
        assert record.key == str(decoded(TWEETS, record)["id"])


def test_a_turnstile_keeps_its_station_and_is_seen_again():
    events = [decoded(TURNSTILES, record) for record in made(TURNSTILES, 2000)]
    entity = ("ca", "unit", "scp", "station", "linename", "division")
    turnstiles = {tuple(event[name] for name in entity) for event in events}
    assert len(turnstiles) == 200  # each of the pool, and no mixture of two


def test_date_and_time_say_the_event_time():
    event = decoded(TURNSTILES, made(TURNSTILES, 1)[0])
    assert (event["date"], event["time"]) == ("11/20/2026", "12:00:00")


def test_texts_of_the_event_time_keep_their_fraction():
    field = TURNSTILES.field("time")
    fields = tuple(
        replace(f, fake=replace(f.fake, format="%S.%f")) if f is field else f
        for f in TURNSTILES.fields
    )
    dataset = replace(TURNSTILES, fields=fields)
    times = iter((NOON, NOON + 1))
    texts = [decoded(dataset, r)["time"] for r in made(dataset, 2, clock=lambda: next(times))]
    assert texts == ["00.123456", "00.123457"]


def test_the_asked_share_of_events_is_late_by_up_to_max_age():
    plan = Plan(late=0.25, max_age=timedelta(hours=6))
    batch = made(TWEETS, 4000, plan)
    late = [record for record in batch if record.is_late]
    assert len(late) == pytest.approx(1000, abs=120)
    ages = [from_microseconds(NOON) - decoded(TWEETS, record)["created_at"] for record in late]
    assert timedelta() < min(ages) < timedelta(minutes=10)
    assert timedelta(hours=5, minutes=50) < max(ages) <= timedelta(hours=6)
    on_time = {decoded(TWEETS, r)["created_at"] for r in batch if not r.is_late}
    assert on_time == {from_microseconds(NOON)}


def test_the_asked_share_of_records_is_malformed():
    batch = made(TWEETS, 4000, Plan(malformed=0.25))
    decode = decoder(TWEETS)
    assert sum(not r.is_event for r in batch) == pytest.approx(1000, abs=120)
    assert [isinstance(decode(r.data), Event) for r in batch] == [r.is_event for r in batch]


def test_faults_leave_the_other_records_as_they_are():
    plain = made(TURNSTILES, 500)
    faulty = made(TURNSTILES, 500, Plan(malformed=0.3, late=0.3))
    unharmed = [(p, f) for p, f in zip(plain, faulty, strict=True) if f.is_event and not f.is_late]
    assert len(unharmed) > 150
    assert all(p.data == f.data for p, f in unharmed)


@pytest.mark.parametrize("bits", [0, 2**128 - 1, 0x0123456789ABCDEF0123456789ABCDEF])
def test_random_bits_become_a_version_4_uuid(bits):
    assert uuid4_text(bits) == str(uuid.UUID(int=bits, version=4))


def test_an_unknown_provider_is_named():
    broken = replace(TWEETS.field("location"), fake=Fake("no_such_thing"))
    fields = tuple(broken if f.name == "location" else f for f in TWEETS.fields)
    with pytest.raises(UnknownProviderError, match="'location': Faker has no provider 'no_such_"):
        make_pools(replace(TWEETS, fields=fields), 1)


def test_the_clock_is_asked_for_each_event():
    times = iter(range(NOON, NOON + 3))
    events = [decoded(TWEETS, record) for record in made(TWEETS, 3, clock=lambda: next(times))]
    assert [event["created_at"].microsecond for event in events] == [123456, 123457, 123458]
    assert isinstance(events[0]["created_at"], datetime)
