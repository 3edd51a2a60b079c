"""One shard of an event source mapping: its records, delivered to a function in batches."""

from __future__ import annotations

import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from local.workers.batches import (
    Batch,
    BatchLimits,
    RetryPolicy,
    after_failure,
    due_length,
    expired,
    first_failure,
)
from local.workers.checkpoints import Checkpoints
from local.workers.destinations import DESTINATIONS, Report
from local.workers.fleet import backoff_seconds
from local.workers.functions import PAYLOAD_BYTES, Answer, Invoke
from local.workers.invocations import (
    AGE_EXCEEDED,
    PAYLOAD_OVERHEAD_BYTES,
    RETRIES_EXHAUSTED,
    event,
    event_record,
    event_record_size,
    failure_notice,
)
from local.workers.polling import Polling
from local.workers.shards import Page, Record, ShardGoneError

POLL_SECONDS, IDLE_POLL_SECONDS = 0.3, 0.7

logger = Logger(service="kinesis-to-lambda", stream=sys.stderr)


class UnsupportedMappingError(ValueError):
    """A mapping that asks for what is not done here; the message names it."""


@dataclass(frozen=True)
class Source:
    """One deployed event source mapping."""

    mapping_id: str
    stream_arn: str
    function_arn: str
    limits: BatchLimits
    policy: RetryPolicy
    failure_destination: str = ""

    @property
    def stream(self) -> str:
        return self.stream_arn.rpartition("/")[2]

    @property
    def function(self) -> str:
        """The function's name, with its qualifier if it has one."""
        return self.function_arn.split(":function:")[1]

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> Source:
        """From an element of ListEventSourceMappings' answer; defaults are AWS's.

        Raises UnsupportedMappingError.
        """
        named = f"{mapping['FunctionArn']} of {mapping['EventSourceArn']}"
        for name in ("FilterCriteria", "TumblingWindowInSeconds"):
            if mapping.get(name):
                raise UnsupportedMappingError(f"{named}: {name} is not done here")
        failures = mapping.get("DestinationConfig", {}).get("OnFailure", {})
        destination = failures.get("Destination", "")
        if destination and destination.split(":")[2] not in DESTINATIONS:
            raise UnsupportedMappingError(f"{named}: failures cannot go to {destination} here")
        return cls(
            mapping_id=mapping["UUID"],
            stream_arn=mapping["EventSourceArn"],
            function_arn=mapping["FunctionArn"],
            limits=BatchLimits(
                records=mapping.get("BatchSize", 100),
                payload_bytes=PAYLOAD_BYTES - PAYLOAD_OVERHEAD_BYTES,
                window_seconds=mapping.get("MaximumBatchingWindowInSeconds", 0),
            ),
            policy=RetryPolicy(
                is_bisecting=mapping.get("BisectBatchOnFunctionError", False),
                is_partial="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
                maximum_retries=mapping.get("MaximumRetryAttempts", -1),
                maximum_age_seconds=mapping.get("MaximumRecordAgeInSeconds", -1),
            ),
            failure_destination=destination,
        )


def _nothing() -> None:
    pass


class Reader(Protocol):
    """Reads one shard; see ShardReader."""

    def read(self) -> Page: ...


class ShardDelivery:
    """Delivers one shard's records to a function, in order, each batch until it is dealt with.

    A batch is dealt with when the function has accepted it, or when the mapping's policy discards
    it; only then does the checkpoint move. `clock` measures seconds, `now` is the time; `finished`
    is called when a closed shard was delivered to its end.
    """

    def __init__(
        self,
        source: Source,
        *,
        reader: Reader,
        checkpoints: Checkpoints,
        invoke: Invoke,
        report: Report | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        finished: Callable[[], None] = _nothing,
    ) -> None:
        self._source = source
        self._reader = reader
        self._checkpoints = checkpoints
        self._invoke = invoke
        self._report = report
        self._clock = clock
        self._now = now
        self._finished = finished
        self._buffer: deque[tuple[Record, bytes]] = deque()
        self._waiting_since = 0.0
        self._is_ending = False
        self._work: deque[Batch] = deque()
        self._polling = Polling(shortest=POLL_SECONDS, longest=IDLE_POLL_SECONDS)

    def step(self) -> float | None:
        """Read, or deliver the batch that is due. None when the shard has come to its end."""
        if self._work:
            return self._deliver(self._work[0])
        pause = self._fill()
        if self._take_batch():
            return 0.0
        if self._is_ending and not self._buffer:
            self._finished()
            return None
        return min(pause, self._window_left()) if self._buffer else pause

    def close(self) -> None:
        """Nothing to do: what is buffered is read again from the checkpoint."""

    def _fill(self) -> float:
        if self._is_ending or len(self._buffer) >= self._source.limits.records:
            return 0.0
        started = self._clock()
        try:
            page = self._reader.read()
        except ShardGoneError:
            # What was read of it is still delivered. Not finished: its name may come back.
            page, self._finished = Page(is_last=True), _nothing
        self._is_ending = page.is_last
        if page.records and not self._buffer:
            self._waiting_since = started
        for record in page.records:
            self._buffer.append((record, event_record(record, stream_arn=self._source.stream_arn)))
        return self._polling.pause(
            found=bool(page.records),
            is_behind=page.is_full,
            took_seconds=self._clock() - started,
        )

    def _take_batch(self) -> bool:
        waited = float("inf") if self._is_ending else self._waited()
        sizes = [event_record_size(element) for _, element in self._buffer]
        length = due_length(sizes, self._source.limits, waited_seconds=waited)
        if length:
            taken = tuple(self._buffer.popleft()[0] for _ in range(length))
            self._work.append(Batch(taken))
            self._waiting_since = self._clock()
        return length > 0

    def _waited(self) -> float:
        return self._clock() - self._waiting_since

    def _window_left(self) -> float:
        return max(0.0, self._source.limits.window_seconds - self._waited())

    def _deliver(self, batch: Batch) -> float:
        too_old = expired(batch.records, self._source.policy, self._now())
        if too_old:
            old, rest = batch.records[:too_old], batch.records[too_old:]
            self._discard(replace(batch, records=old), AGE_EXCEEDED, Answer(b""))
            self._replace_head(*([replace(batch, records=rest)] if rest else []))
            return 0.0
        answer = self._invoke(self._source.function_arn, self._payload(batch))
        failed_at = self._failed_at(batch, answer)
        if failed_at is None:
            self._done(batch.records)
            self._replace_head()
            return 0.0
        self._done(batch.records[:failed_at])
        return self._failed(replace(batch, records=batch.records[failed_at:]), answer)

    def _failed_at(self, batch: Batch, answer: Answer) -> int | None:
        if answer.error:
            return 0
        return first_failure(batch, answer.body) if self._source.policy.is_partial else None

    def _failed(self, batch: Batch, answer: Answer) -> float:
        following = after_failure(batch, self._source.policy)
        logger.warning(
            "batch failed",
            function=self._source.function,
            shard_id=batch.records[0].shard_id,
            records=len(batch.records),
            retries=batch.retries,
            answer=answer.body[:500].decode(errors="replace"),
        )
        if not following:
            tried = replace(batch, invocations=batch.invocations + 1)
            self._discard(tried, RETRIES_EXHAUSTED, answer)
        self._replace_head(*following)
        return backoff_seconds(batch.retries + 1) if len(following) == 1 else 0.0

    def _discard(self, batch: Batch, condition: str, answer: Answer) -> None:
        source, at = self._source, self._now()
        logger.error("batch discarded", function=source.function, condition=condition)
        if self._report:
            notice = failure_notice(
                batch,
                condition=condition,
                answer=answer,
                function_arn=source.function_arn,
                stream_arn=source.stream_arn,
                at=at,
            )
            self._report(notice, self._payload(batch), source.mapping_id, at, str(uuid.uuid4()))
        self._done(batch.records)

    def _done(self, records: tuple[Record, ...]) -> None:
        if records:
            last = records[-1]
            self._checkpoints.write(last.shard_id, last.sequence_number)

    def _replace_head(self, *batches: Batch) -> None:
        self._work.popleft()
        self._work.extendleft(reversed(batches))

    def _payload(self, batch: Batch) -> bytes:
        arn = self._source.stream_arn
        return event([event_record(record, stream_arn=arn) for record in batch.records])
