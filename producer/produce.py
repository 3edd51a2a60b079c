"""From a plan to records on a stream."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from lakehouse.dataset import Dataset
from producer.batches import Refuse, in_batches
from producer.failures import Backoff
from producer.faults import with_duplicates
from producer.generate import Clock, draws, generate, now_us
from producer.ground_truth import GroundTruth
from producer.ledger import Ledger, Progress, Report
from producer.pace import Pace, bursts
from producer.plan import DEFAULT_MAX_AGE, Plan, PlanError
from producer.records import Record
from producer.sender import STREAM_NAME, THREADS, Sender

logger = logging.getLogger("producer")

# Real records instead of made ones: given where to say what is refused, it yields what is sent,
# and None when there is nothing for now.
Source = Callable[[Refuse], Iterable[Record | None]]


def produce(
    dataset: Dataset,
    *,
    client: Any,
    stream: str,
    amount: int | None = None,
    duration: timedelta | None = None,
    rate: float | None = None,
    seed: int | None = None,
    duplicates: float = 0.0,
    late: float = 0.0,
    max_age: timedelta = DEFAULT_MAX_AGE,
    malformed: float = 0.0,
    ground_truth: Path | None = None,
    source: Source | None = None,
    stop: threading.Event | None = None,
    threads: int = THREADS,
    backoff: Backoff | None = None,
    clock: Clock = now_us,
    progress: Progress | None = None,
) -> Report:
    """Put records of `dataset` on a stream; see `Plan` for what the numbers mean.

    `client` is a boto3 Kinesis client, best without retries of its own (see `kinesis_client`).
    `clock` gives the events' times, in microseconds since 1970. `progress` is told the number of
    messages after each call. `stop` ends it early: what is buffered is sent, and reported. Raises
    PlanError, SendError, SourceError, or OSError if the ground truth cannot be written; what was
    delivered until then is logged.
    """
    plan = Plan(
        amount=amount,
        duration=duration,
        rate=rate,
        seed=seed,
        duplicates=duplicates,
        late=late,
        max_age=max_age,
        malformed=malformed,
    )
    if not STREAM_NAME.fullmatch(stream):
        raise PlanError(f"stream {stream!r}: use up to 128 letters, digits, '_', '-' and '.'")
    stop = stop or threading.Event()
    with ExitStack() as stack:
        truth = None
        if ground_truth:
            truth = GroundTruth(ground_truth, dataset, is_repeating=source is not None)
            stack.enter_context(truth)
        ledger = Ledger(truth, progress)
        sender = Sender(client, stream, ledger, stop=stop, threads=threads, backoff=backoff)
        logger.info("Started data generation.")
        try:
            sender.send(
                batches(dataset, plan, source=source, stop=stop, refuse=ledger.refuse, clock=clock)
            )
        except Exception:
            # The error says it all if there was no delivery.
            if ledger.report().messages:
                _log_delivered(ledger)
            raise
        _log_delivered(ledger)
    return ledger.report()


def _log_delivered(ledger: Ledger) -> None:
    logger.info("%d messages delivered to Kinesis.", ledger.report().messages)


def batches(
    dataset: Dataset,
    plan: Plan,
    *,
    stop: threading.Event,
    refuse: Refuse,
    source: Source | None = None,
    clock: Clock = now_us,
) -> Iterator[list[Record]]:
    """What the plan says, when it says so, in lists that fit one call each."""
    seed = secrets.randbits(64) if plan.seed is None else plan.seed
    records = source(refuse) if source else generate(dataset, plan, seed=seed, clock=clock)
    paced = bursts(records, Pace(plan, stop))
    if plan.duplicates:
        paced = with_duplicates(paced, plan.duplicates, draws(seed, "duplicates"))
    is_prompt = source is not None or plan.rate is not None
    return in_batches(paced, refuse=refuse, is_prompt=is_prompt)
