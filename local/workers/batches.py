"""When Lambda invokes a function with a batch, and what it does with a batch that failed.

Pure: time and records come in, decisions go out. The rules are those of
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (batching),
https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html (retries) and
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from local.workers.shards import Record

FOR_EVER = -1


@dataclass(frozen=True)
class BatchLimits:
    """A batch is due when one of these is reached."""

    records: int
    payload_bytes: int
    window_seconds: float


def due_length(sizes: Sequence[int], limits: BatchLimits, *, waited_seconds: float) -> int:
    """How many of the buffered records make the next batch; 0 if it is not due yet.

    `sizes` are the records' bytes in the payload. A record that is too large by itself is a batch
    by itself: the invocation will say so.
    """
    length, total = 0, 0
    for size in sizes:
        total += size
        if length and (length == limits.records or total > limits.payload_bytes):
            return length
        length += 1
    is_due = length == limits.records or waited_seconds >= limits.window_seconds
    return length if is_due else 0


@dataclass(frozen=True)
class Batch:
    """Records of one shard that are delivered together, and how often that was tried."""

    records: tuple[Record, ...]
    invocations: int = 0
    retries: int = 0


@dataclass(frozen=True)
class RetryPolicy:
    """An event source mapping's error handling. FOR_EVER (-1) means no limit."""

    is_bisecting: bool = False
    is_partial: bool = False
    maximum_retries: int = FOR_EVER
    maximum_age_seconds: int = FOR_EVER


def first_failure(batch: Batch, body: bytes) -> int | None:
    """Where a batch failed, by the answer of a function that reports item failures.

    The index of the first failed record, or None if the function says that all succeeded. An answer
    that names no record of the batch is a failure of all of it, hence 0.
    """
    answer = json.loads(body or b"null")
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return None
    indexes = {record.sequence_number: at for at, record in enumerate(batch.records)}
    named = [indexes.get(failure.get("itemIdentifier")) for failure in failures]
    known = [index for index in named if index is not None]
    return min(known) if len(known) == len(named) else 0


def after_failure(batch: Batch, policy: RetryPolicy) -> tuple[Batch, ...]:
    """What to try next, in order; nothing if the retries are used up and the batch is discarded.

    A split does not count as a retry.
    """
    tried = replace(batch, invocations=batch.invocations + 1)
    if policy.is_bisecting and len(batch.records) > 1:
        middle = len(batch.records) // 2
        return (
            replace(tried, records=batch.records[:middle]),
            replace(tried, records=batch.records[middle:]),
        )
    if policy.maximum_retries != FOR_EVER and batch.retries >= policy.maximum_retries:
        return ()
    return (replace(tried, retries=batch.retries + 1),)


def expired(records: Iterable[Record], policy: RetryPolicy, now: datetime) -> int:
    """How many records at the batch's head are too old to be sent to the function."""
    if policy.maximum_age_seconds == FOR_EVER:
        return 0
    oldest = now - timedelta(seconds=policy.maximum_age_seconds)
    count = 0
    for record in records:
        if record.arrived_at >= oldest:
            break
        count += 1
    return count
