"""One Firehose stream: records are read, transformed, converted and put, and then checkpointed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from aws_lambda_powertools import Logger

from local.workers.checkpoints import Checkpoints
from local.workers.columns import Column
from local.workers.delivery_streams import DeliveryStream
from local.workers.objects import Object, objects_of
from local.workers.parquet import convert
from local.workers.polling import Polling
from local.workers.shards import Page, Record, ShardGoneError
from local.workers.transforms import Failed, Transformed, Transformer

# Firehose itself reads each shard once a second; here, less often while nothing comes.
POLL_SECONDS, IDLE_POLL_SECONDS = 1.0, 3.0

# (bucket, key, body) -> None
Put = Callable[[str, str, bytes], None]

logger = Logger(service="firehose", stream=sys.stderr)


class Reader(Protocol):
    """Reads one shard; see ShardReader."""

    def read(self) -> Page: ...


@dataclass
class _Buffer:
    """What was read since the last delivery. `size` is the records' bytes as they were read."""

    since: float = 0.0
    size: int = 0
    read_to: dict[str, str] = field(default_factory=dict)
    pending: list[Record] = field(default_factory=list)
    transformed: list[Transformed] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


class Delivery:
    """Delivers one stream's records to its bucket, each at least once.

    A checkpoint moves only after every object that holds the records before it has been put. While
    a due buffer cannot be delivered, nothing more is read; an object that could not be put is put
    again under the same key.
    `readers` gives the readable shards' readers, `columns` the table's columns as of now; `clock`
    measures seconds, `now` is the time.
    """

    def __init__(
        self,
        stream: DeliveryStream,
        *,
        readers: Callable[[], Mapping[str, Reader]],
        checkpoints: Checkpoints,
        transformer: Transformer,
        columns: Callable[[], Sequence[Column]],
        put: Put,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._stream = stream
        self._readers = readers
        self._checkpoints = checkpoints
        self._transformer = transformer
        self._columns = columns
        self._put = put
        self._clock = clock
        self._now = now
        self._buffer = _Buffer()
        self._outbox: list[Object] | None = None
        self._polling = Polling(shortest=POLL_SECONDS, longest=IDLE_POLL_SECONDS)

    def step(self) -> float:
        """Read, transform what fills a call, and deliver if the buffer is due."""
        if self._outbox is not None:
            self._send()
        pause = 0.0 if self._is_due() else self._read()
        self._transform(is_last=False)
        if self._is_due():
            self._deliver()
        return pause

    def close(self) -> None:
        """Deliver what is buffered."""
        if self._outbox is not None:
            self._send()
        if self._buffer.read_to:
            self._deliver()

    def _read(self) -> float:
        started, found, is_behind = self._clock(), False, False
        for shard_id, reader in self._readers().items():
            try:
                page = reader.read()
            except ShardGoneError:
                continue
            if page.records:
                self._add(shard_id, page.records)
            found = found or bool(page.records)
            is_behind = is_behind or page.is_full
        return self._polling.pause(
            found=found, is_behind=is_behind, took_seconds=self._clock() - started
        )

    def _add(self, shard_id: str, records: tuple[Record, ...]) -> None:
        buffer = self._buffer
        if not buffer.read_to:
            buffer.since = self._clock()
            seconds = self._stream.buffer_seconds
            logger.info("buffering", stream=self._stream.name, at_most_seconds=seconds)
        buffer.pending.extend(records)
        buffer.size += sum(len(record.data) for record in records)
        buffer.read_to[shard_id] = records[-1].sequence_number

    def _transform(self, *, is_last: bool) -> None:
        pending = self._buffer.pending
        while count := self._transformer.next_call(pending, is_last=is_last):
            for outcome in self._transformer.call(pending[:count]):
                if isinstance(outcome, Transformed):
                    self._buffer.transformed.append(outcome)
                elif isinstance(outcome, Failed):
                    self._buffer.failed.append(outcome)
            # Only now: an exception above leaves the records to the next step.
            del pending[:count]

    def _is_due(self) -> bool:
        buffer, stream = self._buffer, self._stream
        waited = self._clock() - buffer.since
        return bool(buffer.read_to) and (
            buffer.size >= stream.buffer_bytes or waited >= stream.buffer_seconds
        )

    def _deliver(self) -> None:
        self._transform(is_last=True)
        buffer = self._buffer
        converted = convert(buffer.transformed, self._columns())
        self._outbox = list(objects_of(self._stream, converted, buffer.failed, at=self._now()))
        logger.info(
            "delivering",
            stream=self._stream.name,
            records=len(converted.records),
            processing_failed=len(buffer.failed),
            conversion_failed=len(converted.failures),
        )
        self._send()

    def _send(self) -> None:
        for each in self._outbox or ():
            self._put(self._stream.bucket, each.key, each.body)
        for shard_id, sequence_number in self._buffer.read_to.items():
            self._checkpoints.write(shard_id, sequence_number)
        self._buffer, self._outbox = _Buffer(), None
