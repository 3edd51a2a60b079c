"""Replay: quarantined bytes that today's decoder accepts become speed rows, and leave.

The rows are written by the loop of the speed λ itself, with the arrival that the record had, and
only when they are acknowledged do their quarantine objects go. A replay that ends between the two
leaves objects that the next one writes again; so do two replays at once. Either way an event has
one row more, which no answer counts: rows are read as a set.

Personal fields stay behind: speed rows have none. Firehose's own copy of the record, among its
error objects, keeps them.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from glue_jobs.objects import NotDeletedError, delete_objects
from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.events import Decode, Event, decoder
from lakehouse.rows import Arrival, Row
from lakehouse.times import parse_time
from lambdas.speed_view import write_rows

# Of one write: about what the speed λ gets in a batch.
BATCH_ROWS = 7_000
BATCH_BYTES = 5 * 2**20
# Read at once; a record has at most some megabytes.
_AT_ONCE = 64
_THREADS = 10  # as many as a client has connections
# What differs from record to record in the reasons of the decoder.
_DETAIL = re.compile(r"(, got | at byte | \().*", re.DOTALL)
_FOREIGN = "not an object that the quarantine is made of"


class NotTakenOutError(RuntimeError):
    """Objects whose rows are written could not be deleted; replaying again is harmless."""


@dataclass
class Replayed:
    """What a replay did: how many rows it wrote, under which epochs, and what stayed.

    `reasons` says why records stayed, without the values that were wrong; `gone` is how many
    somebody else took out meanwhile.
    """

    rows: int = 0
    epochs: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    gone: int = 0

    @property
    def stayed(self) -> int:
        """How many objects are still in the quarantine."""
        return self.reasons.total()


@dataclass(frozen=True)
class _Found:
    """An object of the quarantine: its size, and the event that it is after all, or why not."""

    key: str
    size: int
    verdict: Row | str


def replay(
    s3: Any,
    bucket: str,
    dataset: Dataset,
    *,
    dry_run: bool,
    progress: Callable[[Replayed], None] = lambda _: None,
) -> Replayed:
    """Write what decodes now as speed rows, and take it out of the quarantine.

    With `dry_run`, only count. `progress` is told what is done so far. May be killed, repeated, or
    done twice at once. Raises MissingStateError if the lake has no state object, NotTakenOutError.
    """
    done = Replayed()
    for batch in _batches(_events(s3, bucket, dataset, done, progress)):
        done.rows += len(batch)
        if not dry_run:
            rows = [found.verdict for found in batch if not isinstance(found.verdict, str)]
            done.epochs.update(write_rows(s3, bucket, dataset, rows)[-1:])
            _take_out(s3, bucket, [found.key for found in batch])
    return done


def _events(
    s3: Any,
    bucket: str,
    dataset: Dataset,
    done: Replayed,
    progress: Callable[[Replayed], None],
) -> Iterator[_Found]:
    """The objects that are events; all others are counted in `done`."""
    decode = decoder(dataset)

    def read(key: str) -> _Found | None:
        try:
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None  # whoever took it out had its row acknowledged
        return _Found(key, len(body), _verdict(body, decode))

    keys = _keys(s3, bucket, layout.quarantine_prefix(dataset.name))
    with ThreadPoolExecutor(_THREADS) as pool:
        while some := list(islice(keys, _AT_ONCE)):
            for found in pool.map(read, some):
                if found is None:
                    done.gone += 1
                elif isinstance(found.verdict, str):
                    done.reasons[found.verdict] += 1
                else:
                    yield found
            progress(done)


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        # Consoles make empty objects that stand for folders.
        yield from (one["Key"] for one in page.get("Contents", ()) if one["Key"][-1] != "/")


def _verdict(body: bytes, decode: Decode) -> Row | str:
    """The event of a quarantine object with its record's arrival, or why there is none."""
    try:
        line = json.loads(body)
        data = base64.b64decode(line["data"], validate=True)
        arrived_at = parse_time(line["_arrived_at"])
        place = str(line["_shard_id"]), str(line["_sequence_number"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return _FOREIGN
    event = decode(data)
    if isinstance(event, Event):
        return event, Arrival(arrived_at, *place)
    return _DETAIL.sub("", event.reason)


def _batches(found: Iterable[_Found]) -> Iterator[list[_Found]]:
    batch: list[_Found] = []
    size = 0
    for one in found:
        if batch and (len(batch) == BATCH_ROWS or size + one.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch


def _take_out(s3: Any, bucket: str, keys: list[str]) -> None:
    try:
        delete_objects(s3, bucket, keys)
    except NotDeletedError as error:
        raise NotTakenOutError(
            f"an object could not be deleted, but its row is written ({error}): replay again, it "
            "is counted once"
        ) from error
