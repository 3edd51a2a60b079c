"""The Glue catalog in memory, as boto3's client shows it: one version of a table at a time.

An update that names a version is refused unless it is the table's.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

from botocore.exceptions import ClientError

from tests.model.store import ONCE, RETRIES


class EntityNotFoundException(ClientError):
    pass


class AlreadyExistsException(ClientError):
    pass


class ConcurrentModificationException(ClientError):
    pass


class VersionMismatchException(ClientError):
    pass


EXCEPTIONS = SimpleNamespace(
    EntityNotFoundException=EntityNotFoundException,
    AlreadyExistsException=AlreadyExistsException,
    ConcurrentModificationException=ConcurrentModificationException,
    VersionMismatchException=VersionMismatchException,
    ClientError=ClientError,
)


def _error(kind, operation, message=""):
    code = kind.__name__
    return kind(
        {
            "Error": {"Code": code, "Message": message or code},
            "ResponseMetadata": {"HTTPStatusCode": 400, "HTTPHeaders": {}},
        },
        operation,
    )


class Glue:
    """The databases and their tables."""

    def __init__(self, store):
        self.store = store
        self.databases = set()
        self.tables = {}
        self.texts = {}  # the same as JSON, from which every answer is a copy
        self.listeners = []  # told of each update: (name, entry)
        self.changes = 0

    def set(self, database, table, version):
        entry = {**table, "DatabaseName": database, "VersionId": str(version)}
        text = json.dumps(entry)
        self.texts[database, table["Name"]] = text
        self.tables[database, table["Name"]] = entry = json.loads(text)
        self.changes += 1
        for listener in self.listeners:
            listener(table["Name"], entry)

    def client(self, *, once=False):
        return GlueClient(self, attempts=ONCE if once else RETRIES)


class GlueClient:
    """What shipped code and pyiceberg call of boto3's client."""

    exceptions = EXCEPTIONS

    def __init__(self, glue, attempts):
        self._glue, self._attempts = glue, attempts

    def get_database(self, *, Name):
        def effect():
            if Name not in self._glue.databases:
                raise _error(EntityNotFoundException, "GetDatabase")
            return {"Database": {"Name": Name}}

        return self._call("get database", effect)

    def create_database(self, *, DatabaseInput):
        self._glue.databases.add(DatabaseInput["Name"])

    def get_table(self, *, DatabaseName, Name):
        def effect():
            self._found(DatabaseName, Name, "GetTable")
            return {"Table": json.loads(self._glue.texts[DatabaseName, Name])}

        return self._call(f"get {Name}", effect)

    def get_tables(self, *, DatabaseName, **_):
        def effect():
            names = sorted(name for database, name in self._glue.tables if database == DatabaseName)
            found = [json.loads(self._glue.texts[DatabaseName, name]) for name in names]
            return {"TableList": found}

        return self._call("list tables", effect)

    def get_paginator(self, name):
        assert name == "get_tables", name
        return SimpleNamespace(paginate=lambda **arguments: iter([self.get_tables(**arguments)]))

    def create_table(self, *, DatabaseName, TableInput):
        def effect():
            if (DatabaseName, TableInput["Name"]) in self._glue.tables:
                raise _error(AlreadyExistsException, "CreateTable")
            self._glue.set(DatabaseName, TableInput, 0)
            return {}

        return self._call(f"create {TableInput['Name']}", effect, is_write=True)

    def update_table(self, *, DatabaseName, TableInput, VersionId=None, SkipArchive=False):
        table = dict(TableInput)

        def effect():
            found = self._found(DatabaseName, table["Name"], "UpdateTable")
            if VersionId is not None and VersionId != found["VersionId"]:
                raise _error(
                    ConcurrentModificationException,
                    "UpdateTable",
                    "Update table failed due to concurrent modifications.",
                )
            self._glue.set(DatabaseName, table, int(found["VersionId"]) + 1)
            return {}

        return self._call(f"update {table['Name']}", effect, is_write=True)

    def delete_table(self, *, DatabaseName, Name):
        def effect():
            self._found(DatabaseName, Name, "DeleteTable")
            del self._glue.tables[DatabaseName, Name]
            return {}

        return self._call(f"delete {Name}", effect, is_write=True)

    def _call(self, point, effect, *, is_write=False):
        return self._glue.store.call(
            f"glue: {point}", effect, is_write=is_write, attempts=self._attempts
        )

    def _found(self, database, name, operation):
        try:
            return self._glue.tables[database, name]
        except KeyError:
            raise _error(EntityNotFoundException, operation) from None
