"""The producer's own account: what was delivered, what was not, and the ground truth."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producer.ground_truth import GroundTruth
from producer.records import Record

logger = logging.getLogger("producer")

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Report:
    """What a producer did; messages = events + duplicates + malformed.

    `messages`: records that Kinesis acknowledged, each once; a call whose answer was lost and that
    was repeated may have left more on the stream. `events`: the distinct events among them (of a
    file: its lines), `late` of these on purpose. `duplicates`: events sent again on purpose.
    `malformed`: messages that are no events. `refused`: records that cannot be sent. `unsent`:
    records given up when the producer was stopped. `retries`: calls made again.
    """

    messages: int = 0
    events: int = 0
    duplicates: int = 0
    late: int = 0
    malformed: int = 0
    refused: int = 0
    unsent: int = 0
    retries: int = 0
    seconds: float = 0.0


class Ledger:
    """Counts; sender threads share it."""

    def __init__(
        self, ground_truth: GroundTruth | None = None, progress: Progress | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._ground_truth = ground_truth
        self._progress = progress
        self._started = time.monotonic()
        self._counts = dict.fromkeys(
            ("messages", "events", "duplicates", "late", "malformed"), 0
        ) | dict.fromkeys(("refused", "unsent", "retries"), 0)

    def acknowledge(self, records: Sequence[Record]) -> None:
        """Kinesis has these records. Their new events go to the ground truth before this returns.

        Raises OSError if the ground truth cannot be written.
        """
        with self._lock:
            counts = self._counts
            new = []
            for record in records:
                if not record.is_event:
                    counts["malformed"] += 1
                elif record.is_acknowledged:
                    counts["duplicates"] += 1
                else:
                    record.is_acknowledged = True
                    counts["late"] += record.is_late
                    new.append(record)
            counts["events"] += len(new)
            counts["messages"] += len(records)
            if self._ground_truth:
                self._ground_truth.write(new)
            if self._progress:
                self._progress(counts["messages"])

    def refuse(self, record: Record, reason: str) -> None:
        """A record cannot be sent; the log says which and why."""
        logger.error("%s refused: %s", record.name, reason)
        with self._lock:
            self._counts["refused"] += 1

    def give_up(self, records: Sequence[Record]) -> None:
        """These records were not acknowledged and will not be tried again."""
        with self._lock:
            self._counts["unsent"] += len(records)

    def retry(self) -> None:
        """A call is made again."""
        with self._lock:
            self._counts["retries"] += 1

    def report(self) -> Report:
        """The account as of now."""
        with self._lock:
            return Report(**self._counts, seconds=time.monotonic() - self._started)
