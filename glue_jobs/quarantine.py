"""Invalid records of error objects go to the quarantine, unless the speed λ has put them there.

Firehose does not say where in the stream such a record was, so it is known by its bytes: the
quarantine of the days around its arrival is looked through, each day once in a run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

from glue_jobs.engine import Checkpoint, no_checkpoint
from glue_jobs.error_objects import Recovered
from lakehouse import layout
from lakehouse.events import Invalid
from lakehouse.rows import quarantine_line

_DAY = timedelta(days=1)


class Quarantine:
    """The quarantine of one dataset, as far as this run has looked at it."""

    def __init__(
        self,
        s3: Any,
        bucket: str,
        name: str,
        *,
        fetches: int = 16,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._name = name
        self._fetches = fetches
        self._checkpoint = checkpoint
        self._days: dict[date, set[bytes]] = {}

    def add(self, record: Recovered, verdict: Invalid) -> bool:
        """Put an invalid record in, if it is not there. Returns whether it was put.

        Its key follows from its arrival and bytes, so a run that starts over writes it over.
        """
        digest = hashlib.sha256(record.data).digest()
        day = record.arrival.arrived_at.date()
        if any(digest in self._held(near) for near in (day - _DAY, day, day + _DAY)):
            return False
        at = record.arrival.arrived_at
        unique = hashlib.sha256(f"{at.isoformat()} ".encode() + record.data).hexdigest()
        self._s3.put_object(
            Bucket=self._bucket,
            Key=layout.quarantine_key(self._name, at, f"firehose-{unique}"),
            Body=quarantine_line(record.data, verdict, record.arrival, source="firehose"),
        )
        self._checkpoint("quarantined")
        self._held(day).add(digest)
        return True

    def _held(self, day: date) -> set[bytes]:
        """The hashes of the bytes that are in the quarantine of an arrival day."""
        if day not in self._days:
            with ThreadPoolExecutor(self._fetches) as pool:
                self._days[day] = set(pool.map(self._digest, self._keys(day)))
            self._checkpoint(f"quarantine of {day} read")
        return self._days[day]

    def _keys(self, day: date) -> Iterator[str]:
        prefix = layout.quarantine_key(self._name, datetime.combine(day, time()), "")
        prefix = prefix.rpartition("/")[0] + "/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        return (item["Key"] for page in pages for item in page.get("Contents", ()))

    def _digest(self, key: str) -> bytes:
        line = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return hashlib.sha256(base64.b64decode(json.loads(line)["data"])).digest()
