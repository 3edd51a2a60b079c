"""Which objects a run reads. Everything is listed after the seal was written.

Keys sort by time, so one listing from the first wanted key on finds all later ones; none has an
upper bound but the cut, because an object under a future hour is an object all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from glue_jobs.engine import Checkpoint, ParquetObject, no_checkpoint
from lakehouse import layout

# A multipart upload's LastModified is when it began; an upload takes less than this. Also covers
# that LastModified has whole seconds.
MODIFIED_MARGIN = timedelta(hours=1)
# Beyond the stream's retention, for Firehose's own delays under a prefix of the oldest record.
ARRIVAL_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Since:
    """Which raw and error objects a run has to look at: by arrival hour, and by modification."""

    arrived: datetime
    modified: datetime


@dataclass(frozen=True)
class Hours:
    """Arrival hours, from `start` to before `end`, whose objects a run reads in any case.

    Raises ValueError if there are none.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(
                f"there is no hour from {self.start:%Y-%m-%dT%H} to before {self.end:%Y-%m-%dT%H}: "
                "name an earlier one first"
            )


def since(began: datetime, *, retention: timedelta, lookback: timedelta) -> Since:
    """What may have appeared since the published run `began`, widened by `lookback`."""
    start = began - lookback
    return Since(arrived=start - retention - ARRIVAL_MARGIN, modified=start - MODIFIED_MARGIN)


@dataclass(frozen=True)
class Listing:
    """Lists one bucket, page by page. Each page is a remote call."""

    s3: Any
    bucket: str
    checkpoint: Checkpoint = no_checkpoint

    def speed_objects(self, name: str, *, after: str, through: str) -> list[ParquetObject]:
        """Speed objects of the epochs in (after, through]; an empty `after` is the beginning."""
        prefix = f"{layout.speed_prefix(name)}epoch="
        # '0' sorts after the '/' that ends an epoch, so this is behind all keys of `after`.
        start = f"{prefix}{after}0" if after else prefix
        found = []
        for item in self._objects(prefix, start):
            if layout.epoch_of_speed_key(item["Key"]) > through:
                break
            found.append(self._parquet(item))
        return found

    def raw_objects(
        self, name: str, since: Since | None, hours: Hours | None = None
    ) -> list[ParquetObject]:
        """Raw objects that arrived and were modified since, and those of `hours`; None means all.

        Each is there once.
        """
        prefix = layout.raw_prefix(name)
        return [self._parquet(item) for item in self._wanted(prefix, since, hours)]

    def raw_of_hours(self, name: str, hours: Hours) -> list[ParquetObject]:
        """Raw objects with records of arrival hours, whenever they were modified."""
        return [self._parquet(item) for item in self._of_hours(layout.raw_prefix(name), hours)]

    def error_keys(self, name: str, since: Since | None, hours: Hours | None = None) -> list[str]:
        """Keys of Firehose's error objects of every error type, likewise."""
        prefix = layout.errors_prefix(name)
        answer = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, Delimiter="/"
        )
        types = [one["Prefix"] for page in answer for one in page.get("CommonPrefixes", ())]
        self.checkpoint(f"listed {prefix}")
        return [item["Key"] for type_ in types for item in self._wanted(type_, since, hours)]

    def _wanted(
        self, prefix: str, since: Since | None, hours: Hours | None
    ) -> Iterable[dict[str, Any]]:
        found = {item["Key"]: item for item in self._arrived(prefix, since)}
        if since and hours:
            found |= {item["Key"]: item for item in self._of_hours(prefix, hours)}
        return found.values()

    def _of_hours(self, prefix: str, hours: Hours) -> Iterator[dict[str, Any]]:
        """Objects with records of arrival hours, whenever they were modified.

        An object is under the hour of its oldest record: those of the hour before may reach over.
        """
        first = prefix + layout.hour_partition(hours.start - timedelta(hours=1))
        end = prefix + layout.hour_partition(hours.end)
        for item in self._objects(prefix, first):
            if item["Key"] >= end:
                break
            yield item

    def modified(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """The keys under a prefix, and when S3 says that they were written."""
        for item in self._objects(prefix, prefix):
            yield item["Key"], item["LastModified"]

    def _arrived(self, prefix: str, since: Since | None) -> Iterator[dict[str, Any]]:
        """Objects under a prefix that goes on with arrival hours."""
        start = prefix + layout.hour_partition(since.arrived) if since else prefix
        for item in self._objects(prefix, start):
            if since is None or item["LastModified"] >= since.modified:
                yield item

    def _objects(self, prefix: str, start: str) -> Iterator[dict[str, Any]]:
        paginator = self.s3.get_paginator("list_objects_v2")
        for page in paginator.paginate(Bucket=self.bucket, Prefix=prefix, StartAfter=start):
            self.checkpoint(f"listed {prefix}")
            # Consoles make empty objects that stand for folders.
            yield from (item for item in page.get("Contents", ()) if item["Key"][-1] != "/")

    def _parquet(self, item: dict[str, Any]) -> ParquetObject:
        return ParquetObject(f"s3://{self.bucket}/{item['Key']}", item["Size"])
