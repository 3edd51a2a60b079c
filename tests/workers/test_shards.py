"""Reading shards, against MiniStack's way of doing it: an iterator is a position in a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.workers import shards
from local.workers.checkpoints import Checkpoints
from local.workers.shards import Page, Shard, ShardGoneError, ShardReader, readable

from .fakes import SHARD, numbers, patient


class _Exceptions:
    class ExpiredIteratorException(Exception): ...

    class ResourceNotFoundException(Exception): ...


@dataclass
class ListKinesis:
    """One shard whose iterators are positions, so that they shift when records expire."""

    records: list[int] = field(default_factory=list)
    iterators: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    is_closed: bool = False
    is_gone: bool = False
    expires_between_calls: int = 0
    exceptions = _Exceptions

    def expire(self, count: int) -> None:
        del self.records[:count]

    def get_shard_iterator(self, **start: Any) -> dict[str, str]:
        if self.is_gone:
            raise _Exceptions.ResourceNotFoundException
        self.opened += 1
        after = int(start.get("StartingSequenceNumber", "0"))
        position = sum(1 for number in self.records if number < after)
        self.iterators[str(self.opened)] = position
        self.expire(self.expires_between_calls)
        return {"ShardIterator": str(self.opened)}

    def get_records(self, **request: Any) -> dict[str, Any]:
        if self.is_gone:
            raise _Exceptions.ResourceNotFoundException
        if request["ShardIterator"] not in self.iterators:
            raise _Exceptions.ExpiredIteratorException
        position = self.iterators[request["ShardIterator"]]
        found = self.records[position : position + request["Limit"]]
        answer = {
            "Records": [
                {
                    "SequenceNumber": f"{number:030d}",
                    "PartitionKey": "key",
                    "ApproximateArrivalTimestamp": datetime(2026, 11, 20, tzinfo=UTC),
                    "Data": b"",
                }
                for number in found
            ]
        }
        return answer if self.is_closed else {**answer, "NextShardIterator": "next"}


def reader(kinesis: Any, after: int | None = None) -> ShardReader:
    sequence_number = None if after is None else f"{after:030d}"
    return ShardReader(kinesis, stream="s", shard_id=SHARD, after=sequence_number)


def test_a_shard_is_read_from_its_oldest_record() -> None:
    kinesis = ListKinesis([1, 2])
    one = reader(kinesis)
    assert numbers(one.read().records) == [1, 2]
    kinesis.records.append(3)
    assert numbers(one.read().records) == [3]
    assert one.read() == Page()


def test_a_shard_is_read_after_a_checkpoint() -> None:
    assert numbers(reader(ListKinesis([1, 2, 3]), after=2).read().records) == [3]


def test_polling_an_idle_shard_opens_no_iterators() -> None:
    for kinesis, after in ((ListKinesis([1, 2]), 2), (ListKinesis(), None), (ListKinesis([5]), 2)):
        one = reader(kinesis, after)
        one.read()
        one.read()
        opened = kinesis.opened
        for _ in range(10):
            assert one.read() == Page()
        assert kinesis.opened == opened


def test_a_checkpoint_that_has_expired_goes_on_with_the_oldest_record() -> None:
    kinesis = ListKinesis([7, 8])
    one = reader(kinesis, after=3)
    assert numbers(one.read().records) == [7, 8]


def test_records_that_expire_between_two_calls_skip_none() -> None:
    kinesis = ListKinesis([1, 2, 3, 4, 5, 6], expires_between_calls=1)
    one = reader(kinesis, after=4)
    found: list[int] = []
    for _ in range(4):
        found += numbers(one.read().records)
    assert found == [5, 6]


def test_an_iterator_that_expired_is_opened_again() -> None:
    kinesis = ListKinesis([1])
    one = reader(kinesis)
    one.read()
    one.read()
    kinesis.iterators.clear()
    kinesis.records.append(2)
    assert one.read() == Page()
    assert numbers(one.read().records) == [2]


def test_a_closed_shard_says_when_it_was_read_to_its_end() -> None:
    kinesis = ListKinesis([1], is_closed=True)
    assert reader(kinesis).read().is_last
    assert reader(kinesis, after=1).read() == Page(is_last=True)


def test_a_full_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "RECORDS_PER_READ", 2)
    kinesis = ListKinesis([1, 2, 3], is_closed=True)
    one = reader(kinesis)
    first, second = one.read(), one.read()
    assert (numbers(first.records), first.is_full, first.is_last) == ([1, 2], True, False)
    assert numbers(second.records) == [3]


def test_a_shard_that_is_gone_says_so() -> None:
    with pytest.raises(ShardGoneError, match=SHARD):
        reader(ListKinesis(is_gone=True)).read()


@patient
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=30))
def test_each_retained_record_is_read_once_and_in_order(
    history: list[tuple[int, int, bool]],
) -> None:
    kinesis, found, written = ListKinesis(), list[int](), 0
    one = reader(kinesis)
    for puts, expiring, restarts in history:
        kinesis.records += range(written + 1, written + puts + 1)
        written += puts
        # Only what has been read expires here: losing unread records is the stream's right.
        kinesis.expire(min(expiring, sum(1 for n in kinesis.records if found and n <= found[-1])))
        if restarts:
            one = reader(kinesis, found[-1] if found else None)
        found += numbers(one.read().records)
    found += numbers(one.read().records)
    assert found == list(range(1, written + 1))


def test_children_wait_for_their_listed_parents() -> None:
    split = [Shard("0"), Shard("1", ("0",)), Shard("2", ("0",)), Shard("3", ("1", "2"))]

    def ids(finished: set[str]) -> list[str]:
        return [shard.shard_id for shard in readable(split, finished)]

    assert ids(set()) == ["0"]
    assert ids({"0"}) == ["1", "2"]
    assert ids({"0", "1"}) == ["2"]
    assert ids({"0", "1", "2"}) == ["3"]
    assert [shard.shard_id for shard in readable(split[1:], set())] == ["1", "2"]


def test_a_checkpoint_survives_in_its_file(tmp_path: Path) -> None:
    state = tmp_path / "stream" / "function"
    assert Checkpoints(state).read(SHARD) is None
    Checkpoints(state).write(SHARD, "1")
    Checkpoints(state).write(SHARD, "2")
    assert Checkpoints(state).read(SHARD) == "2"
    assert [path.name for path in state.iterdir()] == [f"{SHARD}.json"]
