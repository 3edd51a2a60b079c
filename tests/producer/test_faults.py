import random
from collections import Counter

import pytest

from lakehouse.datasets import DATASETS, TWEETS
from lakehouse.events import Invalid, decoder, encoder
from producer.faults import MEAN_LAG, _kinds, malformer, with_duplicates
from producer.generate import event_maker
from producer.records import Record
from tests.producer.fakes import READINGS, records

NOON = 1_795_176_000_000_000


@pytest.mark.parametrize("dataset", [*DATASETS, READINGS], ids=lambda dataset: dataset.name)
def test_every_kind_of_malformed_record_is_refused_by_the_decoder(dataset):
    values = event_maker(dataset, 1)(NOON)
    data = encoder(dataset)(values)
    verdicts = {
        name: decoder(dataset)(kind(values, data)) for name, kind in _kinds(dataset).items()
    }
    assert [name for name, verdict in verdicts.items() if not isinstance(verdict, Invalid)] == []
    assert len({verdict.reason for verdict in verdicts.values()}) > 8


def test_kinds_of_malformed_records_are_drawn_in_turn():
    values = event_maker(TWEETS, 1)(NOON)
    malform = malformer(TWEETS, random.Random(1))
    spoiled = Counter(malform(values, encoder(TWEETS)(values)) for _ in range(1000))
    assert len(spoiled) == len(_kinds(TWEETS))
    assert min(spoiled.values()) > 20


def numbered(count):
    return [[Record(b"%d" % number, str(number)) for number in range(count)]]


def flat(bursts):
    return [record.key for burst in bursts for record in burst]


def test_the_asked_share_of_records_is_sent_again_and_none_is_lost():
    sent = Counter(flat(with_duplicates(numbered(10_000), 0.2, random.Random(1))))
    assert set(sent) == {str(number) for number in range(10_000)}
    assert sum(count == 2 for count in sent.values()) == pytest.approx(2000, abs=200)
    assert max(sent.values()) == 2


def test_a_duplicate_is_the_same_record_at_once_or_later():
    sent = flat(with_duplicates(numbered(10_000), 0.1, random.Random(1)))
    first, gaps = {}, []
    for position, key in enumerate(sent):
        if key in first:
            gaps.append(position - first[key])
        first.setdefault(key, position)
    assert 1 <= min(gaps) < 10
    assert max(gaps) > 2 * MEAN_LAG


def test_duplicates_that_wait_when_the_records_end_are_sent_last():
    assert flat(with_duplicates([records("a", "b")], 1, random.Random(1)))[:2] == ["a", "b"]
    assert Counter(flat(with_duplicates([records("a", "b")], 1, random.Random(1)))) == {
        "a": 2,
        "b": 2,
    }


def test_the_same_seed_sends_the_same_records_again():
    one, again, other = (
        flat(with_duplicates(numbered(2000), 0.3, random.Random(seed))) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
