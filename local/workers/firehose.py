"""Firehose: every deployed delivery stream, delivered from its source stream.

MiniStack would write one object per record, so delivery streams are deployed there without a source
(`DirectPut`), and this reads the source that their tag names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from local.workers.checkpoints import Checkpoints
from local.workers.columns import Column, columns_of
from local.workers.delivery import Delivery
from local.workers.delivery_streams import (
    MEBIBYTE,
    CatalogTable,
    DeliveryStream,
    UnsupportedStreamError,
    describe,
    list_names,
)
from local.workers.fleet import Fleet, Wanted
from local.workers.functions import Invoke
from local.workers.shards import Page, ShardReader, list_shards, readable
from local.workers.transforms import Transformer

DISCOVERY_SECONDS = 3.0
# A buffer takes some ten times its size in memory; a laptop's objects are smaller than AWS's.
MOST_BUFFER_BYTES = 32 * MEBIBYTE

logger = Logger(service="firehose", stream=sys.stderr)


class SourceShards:
    """The readers of a source stream's readable shards; looks for new shards when asked."""

    def __init__(self, kinesis: Any, stream: str, checkpoints: Checkpoints) -> None:
        self._kinesis = kinesis
        self._stream = stream
        self._checkpoints = checkpoints
        self._readers: dict[str, _ShardToItsEnd] = {}

    def __call__(self) -> Mapping[str, _ShardToItsEnd]:
        """The readers by shard id; a shard's reader stays the same while the shard is listed."""
        shards = list_shards(self._kinesis, self._stream)
        finished = {id_ for id_, reader in self._readers.items() if reader.is_finished}
        ids = {shard.shard_id for shard in shards}
        kept = {id_: reader for id_, reader in self._readers.items() if id_ in ids}
        for shard in readable(shards, finished):
            if shard.shard_id not in kept:
                kept[shard.shard_id] = self._open(shard.shard_id)
        self._readers = kept
        return {id_: reader for id_, reader in kept.items() if not reader.is_finished}

    def _open(self, shard_id: str) -> _ShardToItsEnd:
        after = self._checkpoints.read(shard_id)
        return _ShardToItsEnd(
            ShardReader(self._kinesis, stream=self._stream, shard_id=shard_id, after=after)
        )


class _ShardToItsEnd:
    """A reader that remembers that its closed shard was read to the end."""

    def __init__(self, reader: ShardReader) -> None:
        self._reader = reader
        self.is_finished = False

    def read(self) -> Page:
        page = self._reader.read()
        self.is_finished = page.is_last
        return page


class DeliveryStreams:
    """Keeps one Delivery running for each deployed delivery stream.

    `buffer_seconds` replaces the streams' own buffer interval if it is given; their buffers hold
    MOST_BUFFER_BYTES at most.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        *,
        invoke: Invoke,
        state: Path,
        buffer_seconds: float | None = None,
    ) -> None:
        self._firehose = client("firehose")
        self._kinesis = client("kinesis")
        self._glue = client("glue")
        self._s3 = client("s3")
        self._invoke = invoke
        self._state = state
        self._buffer_seconds = buffer_seconds
        self._fleet = Fleet(logger)
        self._refused: set[str] = set()

    def step(self) -> float:
        """Look what is deployed, and adapt."""
        streams = filter(None, map(self._describe, list_names(self._firehose)))
        wanted = {stream.name: Wanted(stream, partial(self._build, stream)) for stream in streams}
        self._fleet.want(wanted)
        return DISCOVERY_SECONDS

    def close(self) -> None:
        self._fleet.stop()

    def _describe(self, name: str) -> DeliveryStream | None:
        """The stream, or None if it cannot be delivered here; that is said once."""
        try:
            stream = describe(self._firehose, name)
        except UnsupportedStreamError as error:
            if name not in self._refused:
                logger.error("stream is not delivered", stream=name, reason=str(error))
                self._refused.add(name)
            return None
        given = self._buffer_seconds
        return replace(
            stream,
            buffer_bytes=min(stream.buffer_bytes, MOST_BUFFER_BYTES),
            buffer_seconds=stream.buffer_seconds if given is None else given,
        )

    def _build(self, stream: DeliveryStream) -> Delivery:
        checkpoints = Checkpoints(self._state / stream.name)
        return Delivery(
            stream,
            readers=SourceShards(self._kinesis, stream.source, checkpoints),
            checkpoints=checkpoints,
            transformer=Transformer(stream, invoke=self._invoke),
            columns=partial(table_columns, self._glue, stream.table),
            put=self._put,
        )

    def _put(self, bucket: str, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=bucket, Key=key, Body=body)


def table_columns(glue: Any, table: CatalogTable) -> Sequence[Column]:
    """The table's columns, as they are now. Raises botocore's ClientError."""
    definition = glue.get_table(DatabaseName=table.database, Name=table.name)["Table"]
    columns = definition["StorageDescriptor"]["Columns"]
    return columns_of([(column["Name"], column["Type"]) for column in columns])
