"""Reading a stream's shards, each in order, after a checkpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# MiniStack ignores GetRecords' limit of 10 MiB; 2,000 records take 0.12 s.
RECORDS_PER_READ = 2_000


@dataclass(frozen=True, slots=True)
class Record:
    """One record, as Kinesis delivered it. `arrived_at` is UTC, to the millisecond."""

    shard_id: str
    sequence_number: str
    partition_key: str
    arrived_at: datetime
    data: bytes

    @property
    def arrived_ms(self) -> int:
        """Milliseconds since 1970."""
        return round(self.arrived_at.timestamp() * 1000)


@dataclass(frozen=True)
class Shard:
    """A shard and those that it was split or merged from."""

    shard_id: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """What one read found. `is_last` says that the shard is closed and was read to its end."""

    records: tuple[Record, ...] = ()
    is_last: bool = False
    is_full: bool = False


class ShardGoneError(Exception):
    """The shard, or its stream, does not exist (MiniStack deletes a shard that is split)."""


def list_shards(kinesis: Any, stream: str) -> tuple[Shard, ...]:
    """All shards of `stream`; none if there is no such stream."""
    try:
        pages = list(kinesis.get_paginator("list_shards").paginate(StreamName=stream))
    except kinesis.exceptions.ResourceNotFoundException:
        return ()
    return tuple(_shard(entry) for page in pages for entry in page["Shards"])


def readable(shards: Sequence[Shard], finished: Collection[str]) -> Iterator[Shard]:
    """The shards that may be read now: a child waits until its listed parents are finished.

    Records of one partition key thus keep their order across a resharding.
    """
    listed = {shard.shard_id for shard in shards}
    for shard in shards:
        if shard.shard_id not in finished and not (set(shard.parents) & listed) - set(finished):
            yield shard


class ShardReader:
    """Reads one shard from its oldest record, or after a sequence number.

    MiniStack's iterators are positions in a list, which shift when old records expire, and could so
    skip records. Therefore a read begins at the last record that was seen and checks that it is
    still there. An iterator is used again until it finds something new, because opening one costs
    MiniStack another pass over all retained records.
    """

    def __init__(self, kinesis: Any, *, stream: str, shard_id: str, after: str | None) -> None:
        self._kinesis = kinesis
        self._stream = stream
        self._shard_id = shard_id
        self._after = after
        self._iterator: str | None = None
        self._overlaps = False

    def read(self) -> Page:
        """The next records, in order, each once. Raises ShardGoneError."""
        errors = self._kinesis.exceptions
        try:
            return self._read()
        except errors.ExpiredIteratorException:
            self._iterator = None
            return Page()
        except errors.ResourceNotFoundException as error:
            self._iterator = None
            raise ShardGoneError(f"{self._stream}/{self._shard_id}") from error

    def _read(self) -> Page:
        if self._iterator is None:
            self._open(overlaps=self._after is not None)
        page = self._get()
        if self._overlaps:
            if page.records and page.records[0].sequence_number == self._after:
                return self._taken(page, page.records[1:])
            # The last record seen has expired, or the iterator shifted.
            self._open(overlaps=False)
            page = self._get()
        if self._after is None or not page.records:
            return self._taken(page, page.records)
        if int(page.records[0].sequence_number) <= int(self._after):
            self._iterator = None
            return Page()
        return self._taken(page, page.records)

    def _taken(self, page: Page, records: tuple[Record, ...]) -> Page:
        if records:
            self._after = records[-1].sequence_number
            self._iterator = None
        return Page(records, is_last=page.is_last, is_full=page.is_full)

    def _open(self, *, overlaps: bool) -> None:
        start: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if overlaps:
            start = {
                "ShardIteratorType": "AT_SEQUENCE_NUMBER",
                "StartingSequenceNumber": self._after,
            }
        answer = self._kinesis.get_shard_iterator(
            StreamName=self._stream, ShardId=self._shard_id, **start
        )
        self._iterator = answer["ShardIterator"]
        self._overlaps = overlaps

    def _get(self) -> Page:
        answer = self._kinesis.get_records(ShardIterator=self._iterator, Limit=RECORDS_PER_READ)
        records = tuple(self._record(entry) for entry in answer["Records"])
        is_full = len(records) == RECORDS_PER_READ
        return Page(
            records,
            is_last=answer.get("NextShardIterator") is None and not is_full,
            is_full=is_full,
        )

    def _record(self, entry: Mapping[str, Any]) -> Record:
        return Record(
            shard_id=self._shard_id,
            sequence_number=entry["SequenceNumber"],
            partition_key=entry["PartitionKey"],
            arrived_at=_to_milliseconds(entry["ApproximateArrivalTimestamp"]),
            data=entry["Data"],
        )


def _shard(entry: Mapping[str, Any]) -> Shard:
    parents = (entry.get("ParentShardId"), entry.get("AdjacentParentShardId"))
    return Shard(entry["ShardId"], tuple(parent for parent in parents if parent))


def _to_milliseconds(at: datetime) -> datetime:
    """Undo what reading a float of seconds did to the microseconds; in UTC."""
    return datetime.fromtimestamp(round(at.timestamp() * 1000) / 1000, tz=UTC)
