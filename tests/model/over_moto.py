"""moto's S3 and Glue in the place of the model's own, by real boto3 clients, within the process.

What moto lacks stands in front of it here, in the open:

- Glue's VersionId, which moto ignores: an update that names another version than the table's is
  refused as Glue refuses it.
- The time: LastModified and the Date header are of the store's clock.
- Small pages: a listing's have at most as many keys as the model's.

S3's If-Match and If-None-Match are moto's own. So are the ETags, errors, tokens and bytes.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from types import SimpleNamespace
from unittest import mock

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.model.glue import GlueClient
from tests.model.s3 import PAGE, S3Client, room
from tests.model.store import ONCE, RETRIES
from tests.model.world import ERRORS, LAKE, World


@contextlib.contextmanager
def over_moto():
    """Every world that is made in here is made of moto, and begins empty."""
    moto = mock_aws()

    def remote(store):
        moto.reset()
        return MotoS3(store), MotoGlue(store)

    with moto, mock.patch.object(World, "remote", staticmethod(remote)):
        yield


@functools.cache
def _boto(service):
    """A client of moto, whatever the environment says, that tries once: the store tries again."""
    session = boto3.Session("nobody", "nothing", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1}, ignore_configured_endpoint_urls=True)
    return session.client(service, config=config)


class MotoS3:
    """The objects of both buckets, as the model's `S3` has them."""

    def __init__(self, store):
        self.store, self.boto = store, _boto("s3")
        self.modified = {}  # by (bucket, key)
        self.objects = _Objects(self)
        self.visible = 0
        for bucket in (LAKE, ERRORS):
            self.boto.create_bucket(Bucket=bucket)

    def put(self, bucket, key, body, *, began=None):
        self.boto.put_object(Bucket=bucket, Key=key, Body=body)
        self.was_put(bucket, key, began=began)

    def was_put(self, bucket, key, *, began=None):
        self.modified[bucket, key] = (began or self.store.now).replace(microsecond=0)
        self.visible += key.startswith("speed/")

    def delete(self, bucket, *keys):
        objects = [{"Key": key} for key in keys]
        answer = self.boto.delete_objects(Bucket=bucket, Delete={"Objects": objects})
        self.visible += 1
        return answer

    def client(self, *, once=False):
        return MotoS3Client(self, attempts=ONCE if once else RETRIES)


class _Objects(Mapping):
    """What is in S3 now: (bucket, key) -> its body, time and ETag. Every look asks moto."""

    def __init__(self, s3):
        self._s3 = s3

    def __getitem__(self, at):
        try:
            answer = self._s3.boto.get_object(Bucket=at[0], Key=at[1])
        except self._s3.boto.exceptions.NoSuchKey:
            raise KeyError(at) from None
        return SimpleNamespace(
            body=answer["Body"].read(), modified=self._s3.modified[at], etag=answer["ETag"]
        )

    def __iter__(self):
        paginator = self._s3.boto.get_paginator("list_objects_v2")
        for bucket in (LAKE, ERRORS):
            for page in paginator.paginate(Bucket=bucket):
                for entry in page.get("Contents", ()):
                    yield bucket, entry["Key"]

    def __len__(self):
        return sum(1 for _ in self)


class MotoS3Client(S3Client):
    """The points of calls are those of the model's client, and the answers are moto's."""

    def __init__(self, s3, attempts):
        super().__init__(s3, attempts)
        self.exceptions = s3.boto.exceptions

    def get_object(self, *, Bucket, Key):
        def effect():
            answer = self._s3.boto.get_object(Bucket=Bucket, Key=Key)
            return {**answer, "LastModified": self._s3.modified[Bucket, Key]}

        return self._dated(f"get {room(Key)}", effect)

    def head_object(self, *, Bucket, Key):
        def effect():
            answer = self._s3.boto.head_object(Bucket=Bucket, Key=Key)
            return {**answer, "LastModified": self._s3.modified[Bucket, Key]}

        return self._dated(f"head {room(Key)}", effect)

    def put_object(self, *, Bucket, Key, Body=b"", **options):
        body = Body.read() if hasattr(Body, "read") else Body

        def effect():
            answer = self._s3.boto.put_object(Bucket=Bucket, Key=Key, Body=body, **options)
            self._s3.was_put(Bucket, Key)
            return answer

        return self._dated(f"put {room(Key)}", effect, is_write=True)

    def delete_object(self, *, Bucket, Key):
        def effect():
            return self._s3.delete(Bucket, Key)

        return self._dated(f"delete {room(Key)}", effect, is_write=True)

    def delete_objects(self, *, Bucket, Delete):
        keys = [one["Key"] for one in Delete["Objects"]]

        def effect():
            return self._s3.delete(Bucket, *keys)

        return self._dated(f"delete {room(keys[0]) if keys else ''}", effect, is_write=True)

    def copy_object(self, *, Bucket, Key, **options):
        def effect():
            answer = self._s3.boto.copy_object(Bucket=Bucket, Key=Key, **options)
            self._s3.was_put(Bucket, Key)
            return answer

        return self._dated(f"put {room(Key)}", effect, is_write=True)

    def list_objects_v2(self, *, Bucket, Prefix="", MaxKeys=PAGE, **options):
        def effect():
            answer = self._s3.boto.list_objects_v2(
                Bucket=Bucket, Prefix=Prefix, MaxKeys=min(MaxKeys, PAGE), **options
            )
            for entry in answer.get("Contents", ()):
                entry["LastModified"] = self._s3.modified[Bucket, entry["Key"]]
            return answer

        return self._dated(f"list {room(Prefix)}", effect)

    def _dated(self, point, effect, *, is_write=False):
        """A call whose answer, also a refusal, has the store's time in its Date header."""

        def dated():
            try:
                answer = effect()
            except ClientError as error:
                self._date(error.response)
                raise
            self._date(answer)
            return answer

        return self._call(point, dated, is_write=is_write)

    def _date(self, answer):
        answer["ResponseMetadata"]["HTTPHeaders"]["date"] = self._s3.store.date()


class MotoGlue:
    """The databases and their tables, as the model's `Glue` has them."""

    def __init__(self, store):
        self.store, self.boto = store, _boto("glue")
        self.databases = SimpleNamespace(add=self._add)
        self.tables = _Tables(self.boto)
        self.listeners = []

    def _add(self, name):
        self.boto.create_database(DatabaseInput={"Name": name})

    def was_set(self, database, name):
        self.tables.forget(database, name)
        for listener in self.listeners:
            listener(name, self.tables[database, name])

    def client(self, *, once=False):
        return MotoGlueClient(self, attempts=ONCE if once else RETRIES)


class _Tables(Mapping):
    """What is in Glue now: (database, name) -> the table. Moto is asked again after a change."""

    def __init__(self, boto):
        self._boto = boto
        self._known = {}

    def forget(self, database, name):
        self._known.pop((database, name), None)

    def __getitem__(self, at):
        if at not in self._known:
            self._known[at] = self._asked(*at)
        if self._known[at] is None:
            raise KeyError(at)
        return self._known[at]

    def _asked(self, database, name):
        try:
            return self._boto.get_table(DatabaseName=database, Name=name)["Table"]
        except self._boto.exceptions.EntityNotFoundException:
            return None

    def __iter__(self):
        for database in self._boto.get_databases()["DatabaseList"]:
            for table in self._boto.get_tables(DatabaseName=database["Name"])["TableList"]:
                yield database["Name"], table["Name"]

    def __len__(self):
        return sum(1 for _ in self)


class MotoGlueClient(GlueClient):
    """The points of calls are those of the model's client, and the answers are moto's."""

    def __init__(self, glue, attempts):
        super().__init__(glue, attempts)
        self.exceptions = glue.boto.exceptions

    def get_database(self, *, Name):
        return self._call("get database", lambda: self._glue.boto.get_database(Name=Name))

    def create_database(self, *, DatabaseInput):
        return self._glue.boto.create_database(DatabaseInput=DatabaseInput)

    def get_table(self, *, DatabaseName, Name):
        def effect():
            return self._glue.boto.get_table(DatabaseName=DatabaseName, Name=Name)

        return self._call(f"get {Name}", effect)

    def get_tables(self, **arguments):
        return self._call("list tables", lambda: self._glue.boto.get_tables(**arguments))

    def create_table(self, *, DatabaseName, TableInput):
        name = TableInput["Name"]

        def effect():
            answer = self._glue.boto.create_table(DatabaseName=DatabaseName, TableInput=TableInput)
            self._glue.was_set(DatabaseName, name)
            return answer

        return self._call(f"create {name}", effect, is_write=True)

    def update_table(self, *, DatabaseName, TableInput, VersionId=None, **options):
        name = TableInput["Name"]

        def effect():
            self._require(DatabaseName, name, version=VersionId)
            answer = self._glue.boto.update_table(
                DatabaseName=DatabaseName, TableInput=TableInput, **options
            )
            self._glue.was_set(DatabaseName, name)
            return answer

        return self._call(f"update {name}", effect, is_write=True)

    def delete_table(self, *, DatabaseName, Name):
        def effect():
            answer = self._glue.boto.delete_table(DatabaseName=DatabaseName, Name=Name)
            self._glue.tables.forget(DatabaseName, Name)
            return answer

        return self._call(f"delete {Name}", effect, is_write=True)

    def _require(self, database, name, *, version):
        """What Glue does with a VersionId, and moto does not."""
        found = self._glue.tables.get((database, name))
        if found is not None and version not in (None, found["VersionId"]):
            message = "Update table failed due to concurrent modifications."
            error = {"Code": "ConcurrentModificationException", "Message": message}
            metadata = {"HTTPStatusCode": 400, "HTTPHeaders": {}}
            raise self.exceptions.ConcurrentModificationException(
                {"Error": error, "ResponseMetadata": metadata}, "UpdateTable"
            )
