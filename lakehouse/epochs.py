"""Write epochs: the five-minute slots of S3's clock that speed rows are written under.

An epoch is the text of its start, `202611201005`, which sorts as it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EPOCH_LENGTH = timedelta(minutes=5)
_EPOCH_FORMAT = "%Y%m%d%H%M"


def epoch_of(at: datetime) -> str:
    """The epoch that an aware datetime falls in."""
    at = at.astimezone(UTC)
    return (at - timedelta(minutes=at.minute % 5)).strftime(_EPOCH_FORMAT)


def epoch_after(epoch: str, count: int = 1) -> str:
    """The epoch `count` slots later (earlier, if negative)."""
    return (start_of(epoch) + count * EPOCH_LENGTH).strftime(_EPOCH_FORMAT)


def start_of(epoch: str) -> datetime:
    """When an epoch starts."""
    return datetime.strptime(epoch, _EPOCH_FORMAT).replace(tzinfo=UTC)


def s3_time(headers: Mapping[str, str]) -> datetime:
    """S3's time, from the `Date` header of one of its answers (names in lower case)."""
    return parsedate_to_datetime(headers["date"]).astimezone(UTC)


def is_closed(epoch: str, *, seal: str, s3_epoch: str) -> bool:
    """Whether writers may not use `epoch`: it is sealed, or too far ahead of S3's clock."""
    return epoch <= seal or epoch > max(epoch_after(seal), epoch_after(s3_epoch))


def open_epoch(*, seal: str, s3_epoch: str) -> str:
    """The epoch to write under: S3's own, or the first after the seal."""
    return max(s3_epoch, epoch_after(seal))


def advanced_seal(seal: str, *, s3_epoch: str) -> str:
    """How far a run may seal: the epoch before S3's own; a seal never moves back."""
    return max(seal, epoch_after(s3_epoch, -1))
