"""S3 in memory, as boto3's client shows it: strongly consistent, listed page by page.

An ETag is the hash of the bytes, so equal states have equal ETags, as in S3. LastModified has whole
seconds; a multipart upload's is when it began.
"""

from __future__ import annotations

import bisect
import hashlib
import io
from types import SimpleNamespace

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from tests.model.store import ONCE, RETRIES

PAGE = 3


class NoSuchKey(ClientError):
    pass


class S3:
    """The objects of all buckets."""

    def __init__(self, store):
        self.store = store
        self.objects = {}
        self._keys = None  # sorted, until an object comes or goes
        self.visible = 0  # moves with every change that a query could see

    def put(self, bucket, key, body, *, began=None):
        at = (began or self.store.now).replace(microsecond=0)
        if (bucket, key) not in self.objects:
            self._keys = None
        self.objects[bucket, key] = SimpleNamespace(
            body=bytes(body),
            modified=at,
            etag=f'"{hashlib.md5(body).hexdigest()}"',  # noqa: S324
        )
        self.visible += key.startswith("speed/")

    def delete(self, bucket, key):
        if self.objects.pop((bucket, key), None):
            self._keys = None
            self.visible += 1

    def page(self, bucket, prefix, after, delimiter="", size=PAGE):
        """One page: its entries, its common prefixes, and where the next begins (None: nowhere)."""
        if self._keys is None:
            self._keys = sorted(self.objects)
        start = max(prefix, after)
        begin = bisect.bisect_left(self._keys, (bucket, start))
        entries, folders, last = [], [], None
        for at in range(begin, len(self._keys)):
            found, key = self._keys[at]
            if found != bucket or not key.startswith(prefix):
                break
            if key <= after:
                continue
            head, slash, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            folder = prefix + head + slash if slash else None
            if folder and (
                folder in folders or (after and after >= folder and after[: len(folder)] == folder)
            ):
                continue
            if len(entries) + len(folders) == size:
                return entries, folders, last
            if folder:
                folders.append(folder)
                last = folder + "\U0010ffff"
            else:
                one = self.objects[bucket, key]
                entries.append(
                    {
                        "Key": key,
                        "LastModified": one.modified,
                        "Size": len(one.body),
                        "ETag": one.etag,
                    }
                )
                last = key
        return entries, folders, None

    def client(self, *, once=False):
        return S3Client(self, attempts=ONCE if once else RETRIES)


class S3Client:
    """What shipped code calls of boto3's client."""

    exceptions = SimpleNamespace(NoSuchKey=NoSuchKey, ClientError=ClientError)

    def __init__(self, s3, attempts):
        self._s3, self._attempts = s3, attempts

    def create_bucket(self, *, Bucket):
        """Every bucket is there."""

    def get_object(self, *, Bucket, Key):
        def effect():
            one = self._found(Bucket, Key, "GetObject")
            body = StreamingBody(io.BytesIO(one.body), len(one.body))
            return self._answer(
                Body=body, ETag=one.etag, LastModified=one.modified, ContentLength=len(one.body)
            )

        return self._call(f"get {room(Key)}", effect)

    def head_object(self, *, Bucket, Key):
        def effect():
            one = self._found(Bucket, Key, "HeadObject", code="404")
            return self._answer(
                ETag=one.etag, LastModified=one.modified, ContentLength=len(one.body)
            )

        return self._call(f"head {room(Key)}", effect)

    def put_object(self, *, Bucket, Key, Body=b"", IfMatch=None, IfNoneMatch=None, **_):
        body = (
            Body
            if isinstance(Body, bytes)
            else Body.encode()
            if isinstance(Body, str)
            else Body.read()
        )

        def effect():
            one = self._s3.objects.get((Bucket, Key))
            if IfMatch and one is None:
                raise self._error(NoSuchKey, "NoSuchKey", 404, "PutObject")
            if (IfMatch and one.etag != IfMatch) or (IfNoneMatch == "*" and one is not None):
                raise self._error(ClientError, "PreconditionFailed", 412, "PutObject")
            self._s3.put(Bucket, Key, body)
            return self._answer(ETag=self._s3.objects[Bucket, Key].etag)

        return self._call(f"put {room(Key)}", effect, is_write=True)

    def delete_object(self, *, Bucket, Key):
        def effect():
            self._s3.delete(Bucket, Key)
            return self._answer()

        return self._call(f"delete {room(Key)}", effect, is_write=True)

    def delete_objects(self, *, Bucket, Delete):
        keys = [one["Key"] for one in Delete["Objects"]]

        def effect():
            for key in keys:
                self._s3.delete(Bucket, key)
            return self._answer(Deleted=[{"Key": key} for key in keys])

        return self._call(f"delete {room(keys[0]) if keys else ''}", effect, is_write=True)

    def copy_object(self, *, Bucket, Key, CopySource, **_):
        def effect():
            one = self._found(CopySource["Bucket"], CopySource["Key"], "CopyObject")
            self._s3.put(Bucket, Key, one.body)
            return self._answer()

        return self._call(f"put {room(Key)}", effect, is_write=True)

    def list_objects_v2(
        self,
        *,
        Bucket,
        Prefix="",
        Delimiter="",
        StartAfter="",
        ContinuationToken="",
        MaxKeys=PAGE,
        **_,
    ):
        def effect():
            entries, folders, after = self._s3.page(
                Bucket, Prefix, ContinuationToken or StartAfter, Delimiter, min(MaxKeys, PAGE)
            )
            answer = self._answer(
                IsTruncated=after is not None, KeyCount=len(entries) + len(folders)
            )
            if entries:
                answer["Contents"] = entries
            if folders:
                answer["CommonPrefixes"] = [{"Prefix": one} for one in folders]
            if after is not None:
                answer["NextContinuationToken"] = after
            return answer

        return self._call(f"list {room(Prefix)}", effect)

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, PaginationConfig=None, **arguments):
        while True:
            page = self.list_objects_v2(**arguments)
            yield page
            if not page["IsTruncated"]:
                return
            arguments["ContinuationToken"] = page["NextContinuationToken"]

    def _call(self, point, effect, *, is_write=False):
        return self._s3.store.call(
            f"s3: {point}", effect, is_write=is_write, attempts=self._attempts
        )

    def _found(self, bucket, key, operation, code="NoSuchKey"):
        try:
            return self._s3.objects[bucket, key]
        except KeyError:
            raise self._error(NoSuchKey, code, 404, operation) from None

    def _answer(self, **values):
        headers = {"date": self._s3.store.date()}
        return {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": headers}, **values}

    def _error(self, kind, code, status, operation):
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": {"date": self._s3.store.date()}}
        return kind(
            {"Error": {"Code": code, "Message": code}, "ResponseMetadata": metadata}, operation
        )


def room(key):
    """What a key is, as points of calls are named: never more kinds than there are rooms."""
    first = key.split("/", 1)[0]
    if first not in ("events", "partials", "runs"):
        return first
    kind = "data" if "/data/" in key else "metadata"
    if kind == "metadata":
        name = key.rsplit("/", 1)[-1]
        kind = (
            "metadata"
            if name.endswith(".json")
            else "manifest list"
            if name.startswith("snap-")
            else "manifest"
            if name.endswith(".avro")
            else "metadata"
        )
    return f"{first} {kind}"
