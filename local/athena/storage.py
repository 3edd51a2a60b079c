"""S3 as queries see it: listings, whole small objects, and files whose reads are counted."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlparse

import pyarrow as pa
import pyarrow.fs
from botocore.exceptions import ClientError

from local.athena.errors import QueryCancelled, QueryFailure


@dataclass(frozen=True)
class StoredObject:
    bucket: str
    key: str
    size: int

    @property
    def path(self) -> str:
        return f"{self.bucket}/{self.key}"


def split_location(location: str) -> tuple[str, str]:
    """Bucket and prefix of `s3://bucket/prefix`."""
    parts = urlparse(location, allow_fragments=False)
    if parts.scheme not in ("s3", "s3a", "s3n") or not parts.netloc:
        raise QueryFailure("INVALID_TABLE_PROPERTY", f"not a location in S3: {location}")
    return parts.netloc, parts.path.lstrip("/")


class Meter:
    """Bytes of data that one query has read from S3, and whether it may go on."""

    def __init__(self, limit: int | None = None) -> None:
        self.bytes = 0
        self.limit = limit
        self.is_over_limit = False
        self.is_stopped = False
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """Count what was read. Raises QueryCancelled past the limit or after a stop."""
        with self._lock:
            self.bytes += count
            self.is_over_limit = self.limit is not None and self.bytes > self.limit
        self.check()

    def reach(self, count: int) -> None:
        """The same for who tells how much it has read so far."""
        self.add(max(count - self.bytes, 0))

    def check(self) -> None:
        if self.is_over_limit:
            raise QueryCancelled("Bytes scanned limit was exceeded")
        if self.is_stopped:
            raise QueryCancelled("Query was cancelled")


class CountingFile(io.RawIOBase):
    """A file in S3 whose every read is counted."""

    def __init__(self, inner: pa.NativeFile, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._inner.read(None if size < 0 else size)
        self._meter.add(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        position: int = self._inner.seek(offset, whence)
        return position

    def tell(self) -> int:
        position: int = self._inner.tell()
        return position

    def size(self) -> int:
        total: int = self._inner.size()
        return total

    def close(self) -> None:
        self._inner.close()
        super().close()


class Storage:
    """The region's S3, through one client and one file system for all queries."""

    def __init__(self, s3: Any, endpoint_url: str, credentials: Any, region: str) -> None:
        self.s3 = s3
        self._endpoint = urlparse(endpoint_url)
        self._credentials = credentials
        self._region = region

    @cached_property
    def files(self) -> pyarrow.fs.S3FileSystem:
        frozen = self._credentials.get_frozen_credentials()
        return pyarrow.fs.S3FileSystem(
            access_key=frozen.access_key,
            secret_key=frozen.secret_key,
            session_token=frozen.token,
            endpoint_override=self._endpoint.netloc,
            scheme=self._endpoint.scheme,
            region=self._region,
            force_virtual_addressing=False,
        )

    def list_objects(
        self, bucket: str, prefix: str, *, start_after: str = ""
    ) -> Iterator[StoredObject]:
        """Data objects in order of their keys, those after `prefix + start_after` alone.

        As Hive does, names that begin with `_` or `.` and empty objects are passed over.
        """
        arguments = {"Bucket": bucket, "Prefix": prefix}
        if start_after:
            arguments["StartAfter"] = prefix + start_after
        for page in self._pages(**arguments):
            for entry in page.get("Contents", ()):
                names = entry["Key"][len(prefix) :].split("/")
                is_hidden = any(name[:1] in ("_", ".") for name in names if name)
                if entry["Size"] and not is_hidden:
                    yield StoredObject(bucket, entry["Key"], entry["Size"])

    def list_folders(self, bucket: str, prefix: str) -> Iterator[str]:
        """The names between `prefix` and the next slash."""
        for page in self._pages(Bucket=bucket, Prefix=prefix, Delimiter="/"):
            for entry in page.get("CommonPrefixes", ()):
                yield entry["Prefix"][len(prefix) : -1]

    def _pages(self, **arguments: str) -> Iterator[dict[str, Any]]:
        try:
            yield from self.s3.get_paginator("list_objects_v2").paginate(**arguments)
        except ClientError as error:
            raise _unreadable(error, arguments["Bucket"]) from error

    def get(self, stored: StoredObject, meter: Meter) -> bytes:
        """A whole object."""
        meter.check()
        try:
            data: bytes = self.s3.get_object(Bucket=stored.bucket, Key=stored.key)["Body"].read()
        except ClientError as error:
            raise _unreadable(error, stored.path) from error
        meter.add(len(data))
        return data


def _unreadable(error: ClientError, what: str) -> QueryFailure:
    code = error.response["Error"]["Code"]
    if code in ("AccessDenied", "403"):
        return QueryFailure("PERMISSION_DENIED", f"Access denied when reading s3://{what}")
    return QueryFailure("HIVE_CANNOT_OPEN_SPLIT", f"Error opening s3://{what}: {code}")
