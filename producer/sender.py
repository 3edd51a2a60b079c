"""Puts batches on a stream until Kinesis has acknowledged every record."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from producer.failures import Backoff, Verdict, judge
from producer.ledger import Ledger
from producer.records import Record

logger = logging.getLogger("producer")

STREAM_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,128}")
# Enough to hide a call's latency; more would only take memory, as the GIL sets the limit.
THREADS = 4
# Once stopped, what is buffered is tried for this long; each batch at least once.
GRACE_SECONDS = 3.0
# Throttling is ordinary and passes: only what lasts is worth a line, and not every thread's.
ORDINARY_FAILURES = 5
WARNING_SECONDS = 10.0


class Sender:
    """Sends batches, up to `threads` at once, in no promised order.

    Only the records of a call that failed are sent again, until they are acknowledged, or until
    `stop` has been set for `grace_seconds`.
    """

    def __init__(
        self,
        client: Any,
        stream: str,
        ledger: Ledger,
        *,
        stop: threading.Event,
        threads: int = THREADS,
        backoff: Backoff | None = None,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._client = client
        self._stream = stream
        self._ledger = ledger
        self._stop = stop
        self._threads = threads
        self._backoff = backoff or Backoff()
        self._grace_seconds = grace_seconds
        self._has_connected = False
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._gives_up_at: float | None = None

    def send(self, batches: Iterable[Sequence[Record]]) -> None:
        """Deliver all batches. Raises SendError if that is hopeless, and whatever `batches` does.

        The first one goes alone, so that a wrong stream or endpoint is found before threads start.
        """
        source = iter(batches)
        for first in source:
            self._deliver(first)
            break
        with ThreadPoolExecutor(self._threads, "sender") as pool:
            try:
                under_way: set[Future[None]] = set()
                for batch in source:
                    if len(under_way) >= self._threads:
                        under_way = _settle(under_way, return_when=FIRST_COMPLETED)
                    under_way.add(pool.submit(self._deliver, batch))
                _settle(under_way)
            except BaseException:
                # The pool waits for its threads; without this one in backoff might never end.
                self._stop.set()
                raise

    def _deliver(self, records: Sequence[Record]) -> None:
        failures = 0
        while True:
            records, reason = self._attempt(records)
            if not records:
                return
            if self._is_over():
                self._ledger.give_up(records)
                return
            failures += 1
            self._warn(failures, reason)
            self._wait(self._backoff.seconds(failures))
            self._ledger.retry()

    def _attempt(self, records: Sequence[Record]) -> tuple[Sequence[Record], str]:
        """One call. The records to send again, and why."""
        entries = [{"Data": record.data, "PartitionKey": record.key} for record in records]
        try:
            answer = self._client.put_records(StreamName=self._stream, Records=entries)
        except (aws.BotoCoreError, aws.ClientError, ResponseParserError) as error:
            verdict, reason = judge(error, stream=self._stream, has_connected=self._has_connected)
            self._has_connected = True
            if verdict is Verdict.UNACCEPTABLE:
                self._deliver_apart(records, reason)
                return [], ""
            return records, reason
        self._has_connected = True
        return self._sort(records, answer["Records"])

    def _sort(
        self, records: Sequence[Record], results: Sequence[dict[str, str]]
    ) -> tuple[Sequence[Record], str]:
        """Enter what was acknowledged; the rest, and the reason of the last of it."""
        delivered, failed, reason = [], [], ""
        for record, result in zip(records, results, strict=True):
            if result.get("ErrorCode"):
                failed.append(record)
                reason = result["ErrorCode"]
            else:
                delivered.append(record)
        if delivered:
            self._ledger.acknowledge(delivered)
        return failed, reason

    def _deliver_apart(self, records: Sequence[Record], reason: str) -> None:
        """Halve a call that was not acceptable: this finds who is to blame, and sends the rest."""
        if len(records) == 1:
            self._ledger.refuse(records[0], reason)
            return
        middle = len(records) // 2
        self._deliver(records[:middle])
        self._deliver(records[middle:])

    def _is_over(self) -> bool:
        """Whether it has been stopped for longer than the grace, counted from the first look."""
        if not self._stop.is_set():
            return False
        now = time.monotonic()
        with self._lock:
            if self._gives_up_at is None:
                self._gives_up_at = now + self._grace_seconds
            return now >= self._gives_up_at

    def _warn(self, failures: int, reason: str) -> None:
        now = time.monotonic()
        with self._lock:
            if failures < ORDINARY_FAILURES or now < self._silent_until:
                return
            self._silent_until = now + WARNING_SECONDS
        logger.warning("not delivered after %d attempts, trying on: %s", failures, reason)

    def _wait(self, seconds: float) -> None:
        if self._stop.is_set():
            time.sleep(min(seconds, self._grace_seconds / 3))
        else:
            self._stop.wait(seconds)


def _settle(under_way: set[Future[None]], **until: Any) -> set[Future[None]]:
    """Wait for deliveries and raise what they raised; those that are still under way."""
    done, rest = wait(under_way, **until)
    for delivery in done:
        delivery.result()
    return rest
