"""Queries by the shipped Athena over the store: all at once, or stepped by a reader."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from types import SimpleNamespace

import duckdb
import pyarrow.fs

from local.athena.catalog import Catalog
from local.athena.engine import Engine, Run
from local.athena.functions import PYTHON
from local.athena.iceberg import IcebergTables
from local.athena.parsing import parse
from local.athena.python_functions import register
from local.athena.storage import Meter, Storage
from tests.model.actors import Serial
from tests.model.files import StoreFiles

DATABASE = "lakehouse"


@cache
def _duckdb():
    """One for the process, set as `Engine.create` sets it."""
    root = duckdb.connect(":memory:", config={"threads": "1", "memory_limit": "256MB"})
    register(root, PYTHON)
    root.execute("SET GLOBAL TimeZone = 'UTC'; SET enable_external_access = false")
    return root


@cache
def _parsed(sql):
    return parse(sql)


class StoreStorage(Storage):
    """S3 as queries see it, without a network."""

    def __init__(self, s3, client):
        self.s3 = client
        self._files = pyarrow.fs.PyFileSystem(StoreFiles(s3))

    @property
    def files(self):
        return self._files


class Athena:
    """One region's Athena: what it keeps of one query for the next is table metadata alone."""

    def __init__(self, s3, glue):
        self._s3, self._glue = s3, glue
        self._store = s3.store
        self.tables = IcebergTables(StoreStorage(s3, s3.client()))

    def ask(self, sql, *, clock=timedelta(), glue=None, s3=None):
        """The rows of a query, by column name. `clock` is how far Athena's is ahead."""
        storage = StoreStorage(self._s3, s3 or self._s3.client())
        catalog = Catalog(glue or self._glue.client(), self.tables, self._store.now + clock)
        run = Run(Engine(_duckdb(), storage, Serial()), catalog, Meter())
        try:
            columns, batches = run.read(run.bind(sql, _parsed(sql), DATABASE))
            names = [name for name, _ in columns]
            return [
                dict(zip(names, row.values(), strict=True))
                for batch in batches
                for row in batch.to_pylist()
            ]
        finally:
            run.close()


class Held:
    """Glue for a reader who has looked some tables up before, and still has what it saw."""

    def __init__(self, glue):
        self._glue = glue
        self._seen = {}
        self.exceptions = glue.exceptions

    def hold(self, database, name):
        self._seen[name] = self._glue.get_table(DatabaseName=database, Name=name)

    def get_table(self, *, DatabaseName, Name):
        if Name not in self._seen:
            self._seen[Name] = self._glue.get_table(DatabaseName=DatabaseName, Name=Name)
        return self._seen[Name]

    def get_database(self, **arguments):
        return self._glue.get_database(**arguments)


class HeldListing:
    """S3 for a reader who listed the speed rows before it does anything else."""

    def __init__(self, s3, bucket, prefix):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        self._entries = [entry for page in pages for entry in page.get("Contents", ())]
        self._prefix = prefix
        self._s3 = s3
        self.get_object = s3.get_object

    def get_paginator(self, name):
        def paginate(*, Bucket, Prefix, StartAfter="", **_):
            assert Prefix.startswith(self._prefix), Prefix
            yield {
                "Contents": [
                    entry
                    for entry in self._entries
                    if entry["Key"].startswith(Prefix) and entry["Key"] > StartAfter
                ]
            }

        assert name == "list_objects_v2"
        return SimpleNamespace(paginate=paginate)
