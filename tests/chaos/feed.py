"""The producer of the chaos: puts a dataset's events with faults, and knows each record's place."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from lakehouse import layout
from lakehouse.events import encoder
from producer.batches import MAX_CALL_RECORDS
from producer.generate import event_maker, generate, now_us
from producer.plan import Plan
from producer.records import Record, partition_key
from tests.chaos.ledger import Book, Item, Reading
from tests.chaos.stage import Stage

TICK_SECONDS = 0.25
MARKER_SECONDS = 1.0
LATE, MAX_AGE = 0.05, timedelta(days=3)
MALFORMED = 0.01
# Records that are sent again: most of them soon, some of them minutes later.
DUPLICATES, OF_LONG_AGO = 0.05, 0.3
_RECENT, _OLD = 1_000, 2_000
_PAUSE_SECONDS = 0.3
# Time lost in an outage is not made up for by more than this.
_CATCH_UP_SECONDS = 2.0


class Feed:
    """Puts `rate` records a second until the stage's stop. Whoever holds `gate` pauses it.

    A put whose answer is lost is repeated until there is one, as a producer does.
    """

    def __init__(self, stage: Stage, book: Book, *, rate: float, seed: int) -> None:
        dataset = book.dataset
        self._stage = stage
        self._book = book
        self._rate = rate
        self.stream = layout.stream_name(layout.DEFAULT_PREFIX, dataset.name)
        self._numbers = random.Random(f"{seed} {dataset.name}")
        plan = Plan(late=LATE, max_age=MAX_AGE, malformed=MALFORMED)
        self._records = generate(dataset, plan, seed=seed)
        self._read = Reading(dataset)
        self._markers = self._make_markers(seed)
        self._kinesis = stage.client("kinesis", attempts=1, read_seconds=10.0)
        self._recent: deque[Item] = deque(maxlen=_RECENT)
        self._old: list[Item] = []
        self.gate = threading.Lock()
        self.again: deque[Item] = deque()

    def run(self) -> None:
        """The feed's thread."""
        made, marked_at = 0.0, time.monotonic()
        before = marked_at
        while not self._stage.stop.is_set():
            with self.gate:
                now = time.monotonic()
                made += min(now - before, _CATCH_UP_SECONDS) * self._rate
                before = now
                items = [self.again.popleft() for _ in range(len(self.again))]
                items += [self._next() for _ in range(int(made))]
                made -= int(made)
                self._put(items)
                if now - marked_at >= MARKER_SECONDS:
                    marked_at = now
                    self._put([next(self._markers)], are_markers=True)
            self._stage.stop.wait(TICK_SECONDS)

    def finish(self) -> None:
        """Put what was to be put again, when the chaos is over."""
        with self.gate:
            self._put([self.again.popleft() for _ in range(len(self.again))])

    def _next(self) -> Item:
        if self._recent and self._numbers.random() < DUPLICATES:
            self._book.counts.duplicates += 1
            is_old = self._old and self._numbers.random() < OF_LONG_AGO
            return self._numbers.choice(self._old if is_old else self._recent)
        record = next(self._records)
        if not record.is_event:
            self._book.counts.malformed += 1
            return Item(record.data, record.key)
        self._book.counts.late += record.is_late
        item = self._event(record)
        self._recent.append(item)
        if len(self._old) < _OLD:
            self._old.append(item)
        elif self._numbers.random() < 0.01:
            self._old[self._numbers.randrange(_OLD)] = item
        return item

    def _event(self, record: Record) -> Item:
        key, sums = self._read(record.data)
        item = Item(record.data, record.key, key=key, sums=sums)
        self._book.send(item)
        return item

    def _make_markers(self, seed: int) -> Iterator[Item]:
        """Events that are a group of their own, by which an answer's freshness is told."""
        dataset = self._book.dataset
        make, encode = event_maker(dataset, seed + 1), encoder(dataset)
        number = 0
        while True:
            number += 1
            values = make(now_us()) | {dataset.group_by[-1]: f"marker {number}"}
            key = partition_key(values[dataset.event_id])
            yield self._event(Record(encode(values), key))

    def _put(self, items: Sequence[Item], *, are_markers: bool = False) -> None:
        for start in range(0, len(items), MAX_CALL_RECORDS):
            self._put_call(items[start : start + MAX_CALL_RECORDS], are_markers=are_markers)

    def _put_call(self, items: Sequence[Item], *, are_markers: bool) -> None:
        entries = [{"Data": item.data, "PartitionKey": item.partition_key} for item in items]
        counts = self._book.counts
        is_first = True
        while not self._stage.abandoned.is_set():
            try:
                answer = self._kinesis.put_records(StreamName=self.stream, Records=entries)
                break
            except (BotoCoreError, ClientError, ResponseParserError) as error:
                counts.puts_unknown += 1
                counts.records_unknown += len(items)
                if is_first:
                    self._stage.journal.note(f"put on {self.stream}: {type(error).__name__}")
                is_first = False
                time.sleep(_PAUSE_SECONDS)
        else:
            return
        # The emulator takes a call as a whole.
        for item, place in zip(items, answer["Records"], strict=True):
            self._book.put(item, place["ShardId"], place["SequenceNumber"], is_marker=are_markers)
