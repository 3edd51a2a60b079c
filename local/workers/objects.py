"""The objects that one delivery of Firehose puts: raw, and what failed. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.workers import error_objects
from local.workers.delivery_streams import DeliveryStream
from local.workers.parquet import Converted, to_parquet
from local.workers.prefixes import evaluate, object_name
from local.workers.shards import Record
from local.workers.transforms import Failed


@dataclass(frozen=True)
class Object:
    """Something to put in the stream's bucket."""

    key: str
    body: bytes


def objects_of(
    stream: DeliveryStream,
    converted: Converted,
    failed: Sequence[Failed],
    *,
    at: datetime,
    unique: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Iterator[Object]:
    """One object for each kind of outcome that there is, its prefix by its oldest record's arrival.

    `at`, the time of delivery, is in the objects' names.
    """

    def named(template: str, records: Sequence[Record], *, error_type: str = "") -> str:
        oldest = min(record.arrived_at for record in records)
        random = unique().hex[:11]
        prefix = evaluate(template, oldest, error_type=error_type, random=random)
        extension = "" if error_type else ".parquet"
        return prefix + object_name(stream.name, stream.version, at, str(unique()), extension)

    def errors(error_type: str, records: list[Record], documents: list[dict[str, Any]]) -> Object:
        key = named(stream.error_prefix, records, error_type=error_type)
        return Object(key, error_objects.lines(documents))

    if converted.records:
        key = named(stream.prefix, [one.record for one in converted.records])
        yield Object(key, to_parquet(converted.table))
    if failed:
        arn = stream.transform.function_arn if stream.transform else ""
        yield errors(
            error_objects.PROCESSING_FAILED,
            [one.record for one in failed],
            [error_objects.processing_failed(one, function_arn=arn, ended_at=at) for one in failed],
        )
    if converted.failures:
        yield errors(
            error_objects.CONVERSION_FAILED,
            [one.transformed.record for one in converted.failures],
            [
                error_objects.conversion_failed(one, table=stream.table, ended_at=at)
                for one in converted.failures
            ],
        )
