"""Puts batches on a stream until Kinesis has acknowledged every record."""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from producer.ledger import Ledger
from producer.records import Record

logger = logging.getLogger("producer")

STREAM_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,128}")
# Enough to hide a call's latency; more would only take memory, as the GIL sets the limit.
THREADS = 4
# Once stopped, what is buffered is tried this often at most, at most a second apart.
LAST_ATTEMPTS = 5

# The call never left, or its answer was lost: whether the records arrived is not known. Sending
# them again is harmless, as they are the same bytes and an event counts once.
_NO_ANSWER = (
    aws.HTTPClientError,
    aws.ConnectionError,
    aws.IncompleteReadError,
    ResponseParserError,
)
_NEVER_CONNECTED = (aws.ConnectionError,)
# Kinesis's own words for "later", in part those of emulators.
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html#API_PutRecords_Errors
_PASSING = frozenset(
    (
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "KMSThrottlingException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "InternalFailure",
        "InternalFailureException",
        "ServiceUnavailable",
        "RequestTimeoutException",
        "ResourceInUseException",  # the stream is being created
    )
)
# Something in the call is not as Kinesis wants it, so one of its records is to blame.
_UNACCEPTABLE = frozenset(
    (
        "ValidationException",
        "InvalidArgumentException",
        "SerializationException",
        "RequestEntityTooLarge",
        "413",
    )
)


class SendError(Exception):
    """No record can be sent; the message is one line that names the cure."""


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff with full jitter: up to `base_seconds`, twice that, ..., `cap_seconds`.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    base_seconds: float = 0.1
    cap_seconds: float = 5.0

    def seconds(self, failures: int) -> float:
        """How long to wait after this many failures in a row (1 or more)."""
        # 2**30 is past any cap, and far from what a float can hold.
        longest = min(self.cap_seconds, self.base_seconds * 2 ** min(failures - 1, 30))
        return random.uniform(0, longest)  # noqa: S311 - jitter, no secret


class Sender:
    """Sends batches, up to `threads` at once, in no promised order.

    Only the records of a call that failed are sent again, until they are acknowledged, or until
    `stop` is set and a few last attempts have failed.
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
    ) -> None:
        self._client = client
        self._stream = stream
        self._ledger = ledger
        self._stop = stop
        self._threads = threads
        self._backoff = backoff or Backoff()
        self._has_connected = False

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
        failures = attempts_after_stop = 0
        while True:
            records, reason = self._attempt(records)
            if not records:
                return
            attempts_after_stop += self._stop.is_set()
            if attempts_after_stop > LAST_ATTEMPTS:
                self._ledger.give_up(records)
                return
            failures += 1
            self._wait(self._backoff.seconds(failures), failures, reason)
            self._ledger.retry()

    def _attempt(self, records: Sequence[Record]) -> tuple[Sequence[Record], str]:
        """One call. The records to send again, and why."""
        entries = [{"Data": record.data, "PartitionKey": record.key} for record in records]
        try:
            answer = self._client.put_records(StreamName=self._stream, Records=entries)
        except aws.ClientError as error:
            self._has_connected = True
            return self._answer_to(error, records)
        except _NO_ANSWER as error:
            if isinstance(error, _NEVER_CONNECTED) and not self._has_connected:
                raise SendError(f"{error}: check --endpoint-url and the network") from error
            return records, str(error)
        except aws.BotoCoreError as error:
            raise SendError(_cure(error)) from error
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

    def _answer_to(
        self, error: aws.ClientError, records: Sequence[Record]
    ) -> tuple[Sequence[Record], str]:
        """What to send again after Kinesis refused a whole call. Raises SendError if nothing."""
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        message = error.response.get("Error", {}).get("Message", "")
        if code in _PASSING or status >= 500 or status == 429:
            return records, f"{code}: {message}"
        if code == "ResourceNotFoundException":
            raise SendError(
                f"no stream is called {self._stream!r}: deploy first, or name another with --stream"
            ) from error
        if code not in _UNACCEPTABLE:
            raise SendError(f"Kinesis refused the call ({code}: {message})") from error
        if len(records) == 1:
            self._ledger.refuse(records[0], f"{code}: {message}")
        else:
            # Halves find the record that is to blame in few calls, and send all others.
            middle = len(records) // 2
            self._deliver(records[:middle])
            self._deliver(records[middle:])
        return [], ""

    def _wait(self, seconds: float, failures: int, reason: str) -> None:
        # Throttling is ordinary and passes: only what lasts is worth a line.
        if failures == 5 or failures % 20 == 0:
            logger.warning("not delivered after %d attempts, trying on: %s", failures, reason)
        if self._stop.is_set():
            time.sleep(min(seconds, 1.0))
        else:
            self._stop.wait(seconds)


def _settle(under_way: set[Future[None]], **until: Any) -> set[Future[None]]:
    """Wait for deliveries and raise what they raised; those that are still under way."""
    done, rest = wait(under_way, **until)
    for delivery in done:
        delivery.result()
    return rest


def _cure(error: aws.BotoCoreError) -> str:
    if isinstance(error, aws.NoCredentialsError | aws.PartialCredentialsError):
        return f"{error}: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    return str(error)
