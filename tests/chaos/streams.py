"""Resharding and restarts, without what the emulator loses in them; what it loses is told apart.

MiniStack deletes a shard that is split or merged, and its records with it, where Kinesis keeps them
until they expire. So puts pause, both consumers come to the shard's end, and only then it goes.
MiniStack keeps its streams in memory and writes them when it ends in order; after every restart
the stream is read, and a record that Kinesis had acknowledged, that nobody has counted and that is
not there any more, is lost by the emulator: it is counted as such and put again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from local.workers.checkpoints import Checkpoints
from tests.chaos.feed import Feed
from tests.chaos.ledger import Book
from tests.chaos.stage import CALL_FAILED, Stage

MOST_SHARDS = 4
_DRAIN_SECONDS = 90.0
_POLL_SECONDS = 0.2
_PAGE = 5_000


class Lane:
    """One dataset's stream on its way through the chaos."""

    def __init__(self, stage: Stage, book: Book, feed: Feed) -> None:
        self.book = book
        self.feed = feed
        self.name = book.dataset.name
        self._stage = stage
        self._kinesis = stage.client("kinesis")
        self._consumers: Sequence[Checkpoints] = (
            stage.speed_checkpoints(book.dataset),
            stage.raw_checkpoints(book.dataset),
        )

    def reshard(self, numbers: random.Random) -> str:
        """Split or merge a shard. Gives what was done."""
        with self.feed.gate:
            shards = self._shards()
            if len(shards) > 1 and (len(shards) >= MOST_SHARDS or numbers.random() < 0.5):
                at = numbers.randrange(len(shards) - 1)
                parents, done = shards[at : at + 2], "merged"
            else:
                parents, done = [numbers.choice(shards)], "split"
            ids = [shard["ShardId"] for shard in parents]
            if not self._drain(ids):
                return "not resharded: the consumers are too far behind"
            try:
                self._apply(done, parents)
            except CALL_FAILED as error:
                done = f"{type(error).__name__} when told to be {done}"
            self.book.refresh()
            waiting, open_ids = self.book.waiting(), {s["ShardId"] for s in self._shards()}
            for shard_id in waiting.keys() - open_ids:
                self._lose(shard_id, waiting[shard_id])
            return f"{' and '.join(ids)} {done}"

    def _apply(self, done: str, parents: Sequence[dict[str, Any]]) -> None:
        ids = [shard["ShardId"] for shard in parents]
        if done == "merged":
            self._kinesis.merge_shards(
                StreamName=self.feed.stream, ShardToMerge=ids[0], AdjacentShardToMerge=ids[1]
            )
            return
        hashes = parents[0]["HashKeyRange"]
        middle = (int(hashes["StartingHashKey"]) + int(hashes["EndingHashKey"])) // 2
        self._kinesis.split_shard(
            StreamName=self.feed.stream,
            ShardToSplit=ids[0],
            NewStartingHashKey=str(middle + 1),
        )

    def count_lost(self) -> int:
        """After a restart: what Kinesis had acknowledged and has no more. It is put again."""
        lost = 0
        for shard_id, places in self.book.waiting().items():
            there = set(self._places(shard_id, after=places[0] - 1))
            lost += self._lose(shard_id, [place for place in places if place not in there])
        return lost

    def is_drained(self) -> bool:
        """Whether both consumers are at the end of every shard."""
        return all(self._is_at_end(shard["ShardId"]) for shard in self._shards())

    def shards(self) -> int:
        return len(self._shards())

    def _lose(self, shard_id: str, places: Sequence[int]) -> int:
        if places:
            self._stage.journal.note(f"{self.name}: the emulator lost {len(places)} records")
            self.feed.again.extend(self.book.lose(shard_id, places))
        return len(places)

    def _drain(self, shard_ids: Sequence[str]) -> bool:
        deadline = time.monotonic() + _DRAIN_SECONDS
        while not all(self._is_at_end(shard_id) for shard_id in shard_ids):
            if time.monotonic() > deadline or self._stage.stop.is_set():
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _is_at_end(self, shard_id: str) -> bool:
        last = self._last(shard_id)
        return last is None or all(
            int(consumer.read(shard_id) or 0) >= last for consumer in self._consumers
        )

    def _last(self, shard_id: str) -> int | None:
        """The place of the last record that is in a shard; None if it has none.

        A put whose answer was lost may have left more than the book knows.
        """
        known = self.book.last_put.get(shard_id)
        last = int(known) if known else None
        for place in self._places(shard_id, after=last or 0):
            last = place
        return last

    def _places(self, shard_id: str, *, after: int) -> Iterator[int]:
        """The places of the records that are in a shard, from one on."""
        start: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if after > 0:
            start = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                # Sequence numbers are compared as text there, and have a fixed length.
                "StartingSequenceNumber": f"{after:030d}",
            }
        iterator = self._kinesis.get_shard_iterator(
            StreamName=self.feed.stream, ShardId=shard_id, **start
        )["ShardIterator"]
        while True:
            page = self._kinesis.get_records(ShardIterator=iterator, Limit=_PAGE)
            if not page["Records"]:
                return
            yield from (int(record["SequenceNumber"]) for record in page["Records"])
            iterator = page["NextShardIterator"]

    def _shards(self) -> list[dict[str, Any]]:
        """The open shards, by their hash keys."""
        found = self._kinesis.list_shards(StreamName=self.feed.stream)["Shards"]
        return sorted(found, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))


class Resharder:
    """Reshards a stream now and then, until the stage's stop."""

    def __init__(
        self, stage: Stage, lanes: Sequence[Lane], *, seed: int, every_seconds: float
    ) -> None:
        self._stage = stage
        self._lanes = lanes
        self._numbers = random.Random(f"{seed} reshards")
        self._every_seconds = every_seconds

    def run(self) -> None:
        """The resharder's thread."""
        numbers, every = self._numbers, self._every_seconds
        self._stage.keep_doing(
            self.reshard_one, pauses=(numbers.uniform(0.5, 1.5) * every for _ in count())
        )

    def reshard_one(self) -> None:
        """Reshard one of the streams."""
        lane, journal = self._numbers.choice(self._lanes), self._stage.journal
        with self._stage.outage.working(), journal.under_way(f"reshard of {lane.name}"):
            done = lane.reshard(self._numbers)
            kind = "reshard given up" if done.startswith("not") else "reshard"
            journal.note(f"{lane.name}: {done}", kind)
