"""Kinesis to Lambda: what an event source mapping does.

MiniStack's own poller ignores the batching window, bisecting, retries and failure destinations, so
mappings are deployed disabled and read here. One batch at a time per shard, whatever the mapping's
ParallelizationFactor. Every mapping starts from the oldest record, even one that says LATEST, and
without a maximum age a failing batch is tried again for ever, even when it has left the stream:
more is allowed, less is not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from local.workers.checkpoints import Checkpoints
from local.workers.destinations import reporter
from local.workers.fleet import Fleet, Wanted
from local.workers.functions import Invoke
from local.workers.shard_delivery import ShardDelivery, Source, UnsupportedMappingError
from local.workers.shards import Shard, ShardReader, list_shards, readable

DISCOVERY_SECONDS = 3.0

logger = Logger(service="kinesis-to-lambda", stream=sys.stderr)


class Mappings:
    """Keeps one ShardDelivery running for each readable shard of each deployed mapping."""

    def __init__(self, client: Callable[[str], Any], *, invoke: Invoke, state: Path) -> None:
        self._client = client
        self._kinesis = client("kinesis")
        self._lambda = client("lambda")
        self._invoke = invoke
        self._state = state
        self._fleet = Fleet(logger)
        self._finished: set[str] = set()
        self._refused: set[str] = set()

    def step(self) -> float:
        """Look what is deployed, and adapt."""
        wanted: dict[str, Wanted] = {}
        for source in self._sources():
            shards = list_shards(self._kinesis, source.stream)
            ids = [shard.shard_id for shard in shards]
            finished = {id_ for id_ in ids if _key(source, id_) in self._finished}
            for shard in readable(shards, finished):
                build = partial(self._build, source, shard)
                wanted[_key(source, shard.shard_id)] = Wanted(source, build)
        self._fleet.want(wanted)
        return DISCOVERY_SECONDS

    def close(self) -> None:
        self._fleet.stop()

    def _sources(self) -> Iterator[Source]:
        for page in self._lambda.get_paginator("list_event_source_mappings").paginate():
            for mapping in page["EventSourceMappings"]:
                if ":kinesis:" in mapping["EventSourceArn"]:
                    yield from self._source(mapping)

    def _source(self, mapping: Mapping[str, Any]) -> Iterator[Source]:
        """The mapping, unless it cannot be served here; that is said once."""
        try:
            yield Source.of(mapping)
        except UnsupportedMappingError as error:
            if mapping["UUID"] not in self._refused:
                self._refused.add(mapping["UUID"])
                logger.error("mapping is not served", reason=str(error))

    def _build(self, source: Source, shard: Shard) -> ShardDelivery:
        # By name, not by id: a mapping that is replaced goes on where the old one was.
        checkpoints = Checkpoints(self._state / source.stream / source.function.replace(":", "@"))
        reader = ShardReader(
            self._kinesis,
            stream=source.stream,
            shard_id=shard.shard_id,
            after=checkpoints.read(shard.shard_id),
        )
        return ShardDelivery(
            source,
            reader=reader,
            checkpoints=checkpoints,
            invoke=self._invoke,
            report=reporter(source.failure_destination, self._client),
            finished=lambda: self._finished.add(_key(source, shard.shard_id)),
        )


def _key(source: Source, shard_id: str) -> str:
    return f"{source.stream}/{source.function}/{shard_id}"
