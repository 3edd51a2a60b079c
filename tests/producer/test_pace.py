import threading
from datetime import timedelta
from itertools import repeat

import pytest

from producer.pace import BURST, Pace, bursts
from producer.plan import Plan
from tests.producer.fakes import records


class Time:
    """A clock that moves when somebody waits, in place of the clock and of the stop event."""

    def __init__(self):
        self.now = 1000.0
        self.waits = []
        self.stops_at = float("inf")

    def __call__(self):
        return self.now

    def is_set(self):
        return self.now >= self.stops_at

    def wait(self, seconds):
        assert seconds > 0
        self.waits.append(seconds)
        self.now += seconds


def run(time, source=None, **plan):
    """(seconds since the start, records) of every burst."""
    pace = Pace(Plan(**plan), time, clock=time)
    source = repeat(records("x")[0]) if source is None else source
    return [(round(time.now - 1000, 6), len(burst)) for burst in bursts(source, pace)]


@pytest.mark.parametrize("rate", [0.5, 3, 100, 12_345.6])
def test_a_rate_makes_as_many_records_as_fall_before_the_end(rate):
    made = run(Time(), rate=rate, duration=timedelta(seconds=6))
    assert sum(count for _, count in made) == pytest.approx(rate * 6, abs=0.999)


def test_at_no_moment_is_there_a_record_too_many():
    total = 0
    for at, count in run(Time(), rate=70, amount=1000):
        total += count
        assert total <= at * 70 + 1
    assert total == 1000
    assert at == pytest.approx(1000 / 70, abs=0.2)


def test_a_slow_rate_sleeps_until_the_next_record():
    time = Time()
    assert [at for at, _ in run(time, rate=0.1, amount=3)] == pytest.approx(
        [0.1, 10.1, 20.1], abs=0.11
    )
    assert len(time.waits) < 10


def test_without_a_rate_nobody_waits():
    time = Time()
    assert run(time, amount=1200) == [(0, BURST), (0, BURST), (0, 200)]
    assert time.waits == []


def test_an_amount_of_zero_makes_nothing():
    assert run(Time(), amount=0) == []


def test_a_duration_without_a_rate_ends():
    time = Time()

    def slow():
        while True:
            time.now += 0.001
            yield records("x")[0]

    made = run(time, slow(), duration=timedelta(seconds=2))
    assert 2000 <= sum(count for _, count in made) <= 2000 + BURST


def test_a_stall_is_made_up_for_by_one_second_at_most():
    time = Time()
    pace = Pace(Plan(rate=100), time, clock=time)
    made = 0
    while time.now < 1010:
        due = pace.due()
        pace.take(due)
        made += due
    time.now += 3600
    assert pace.due() == 100
    assert made == pytest.approx(1000, abs=1)
    pace.take(100)
    assert pace.due() <= 11  # and then goes on as before


def test_a_stop_ends_it():
    time = Time()
    time.stops_at = 1005
    made = run(time, rate=10)
    assert sum(count for _, count in made) == pytest.approx(50, abs=1)


def test_a_stop_wakes_who_waits():
    stop = threading.Event()
    pace = Pace(Plan(rate=1e-6), stop)
    pace.take(1)
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(pace.due()))
    waiter.start()
    stop.set()
    waiter.join(10)
    assert answers == [0]


def test_a_source_with_nothing_for_now_ends_a_burst_and_one_at_its_end_all():
    source = [*records("a", "b"), None, None, *records("c")]
    assert run(Time(), source) == [(0, 2), (0, 1)]
