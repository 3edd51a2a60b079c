"""The Glue catalog as one statement sees it: every entry is read once and stays as it was."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from local.athena import iceberg
from local.athena.errors import QueryFailure, not_supported
from local.athena.type_text import parse_type
from local.athena.types import Type

CATALOG = "awsdatacatalog"
_VIEW_TEXT = re.compile(r"/\*\s*Presto View:\s*([A-Za-z0-9+/=\s]+?)\s*\*/", re.DOTALL)


@dataclass(frozen=True)
class Column:
    name: str
    type: Type


@dataclass(frozen=True)
class Table:
    """A table with data. `format` is parquet, json or iceberg."""

    database: str
    name: str
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    location: str
    format: str
    parameters: dict[str, str] = field(default_factory=dict)
    serde: dict[str, str] = field(default_factory=dict)
    iceberg: iceberg.IcebergTable | None = None

    @property
    def full_name(self) -> str:
        return f"{self.database}.{self.name}"

    def prunes_on(self, column: str) -> bool:
        """Whether knowing values of `column` can leave out whole files."""
        if self.iceberg is not None:
            return column in self.iceberg.partition_columns()
        return any(key.name == column for key in self.partition_keys)


@dataclass(frozen=True)
class View:
    database: str
    name: str
    sql: str
    schema: str
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        return f"{self.database}.{self.name}"


class Catalog:
    """Glue behind one statement."""

    def __init__(self, glue: Any, tables: iceberg.IcebergTables, now: datetime) -> None:
        self._glue = glue
        self._tables = tables
        self.now = now
        self._seen: dict[tuple[str, str], Table | View] = {}

    def lookup(self, database: str, name: str) -> Table | View:
        """A table or a view. Raises TABLE_NOT_FOUND or SCHEMA_NOT_FOUND."""
        key = (database, name)
        if key not in self._seen:
            self._seen[key] = self._describe(database, self.entry(database, name))
        return self._seen[key]

    def entry(self, database: str, name: str) -> dict[str, Any]:
        """Glue's own description."""
        try:
            found: dict[str, Any] = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            if not self.has_database(database):
                raise QueryFailure(
                    "SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist"
                ) from error
            raise QueryFailure(
                "TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{name}' does not exist"
            ) from error
        return found

    def has_database(self, database: str) -> bool:
        try:
            self._glue.get_database(Name=database)
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            return False
        return True

    def at_version(self, table: Table, snapshot: int) -> Table:
        if table.iceberg is None:
            raise QueryFailure("NOT_SUPPORTED", "This connector does not support versioned tables")
        return _iceberg_table(table.database, table.name, table.iceberg.at_version(snapshot))

    def partitions(self, table: Table) -> Iterator[tuple[list[str], str]]:
        """Values and location of every partition that the catalog lists."""
        pages = self._glue.get_paginator("get_partitions").paginate(
            DatabaseName=table.database, TableName=table.name
        )
        for page in pages:
            for partition in page["Partitions"]:
                yield partition["Values"], partition["StorageDescriptor"]["Location"]

    def _describe(self, database: str, entry: dict[str, Any]) -> Table | View:
        name = entry["Name"].lower()
        if entry.get("TableType") == "VIRTUAL_VIEW":
            return _view(database, name, entry)
        parameters = entry.get("Parameters") or {}
        if parameters.get("table_type", "").upper() == "ICEBERG":
            location = parameters.get("metadata_location")
            if not location:
                raise QueryFailure(
                    "ICEBERG_INVALID_METADATA", f"Table {database}.{name} has no metadata_location"
                )
            return _iceberg_table(database, name, self._tables.load(location))
        return _hive_table(database, name, entry, parameters)


def _columns(entries: list[dict[str, str]]) -> tuple[Column, ...]:
    return tuple(Column(c["Name"].lower(), parse_type(c["Type"])) for c in entries)


def _iceberg_table(database: str, name: str, table: iceberg.IcebergTable) -> Table:
    columns = tuple(Column(n, t) for n, t in table.columns())
    return Table(database, name, columns, (), table.location, "iceberg", iceberg=table)


def _hive_table(
    database: str, name: str, entry: dict[str, Any], parameters: dict[str, str]
) -> Table:
    storage = entry.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    return Table(
        database=database,
        name=name,
        columns=_columns(storage.get("Columns") or []),
        partition_keys=_columns(entry.get("PartitionKeys") or []),
        location=storage.get("Location") or "",
        format=_format(storage, serde),
        parameters=parameters,
        serde=serde.get("Parameters") or {},
    )


def _format(storage: dict[str, Any], serde: dict[str, Any]) -> str:
    library = (serde.get("SerializationLibrary") or "").lower()
    if "parquet" in library or "parquet" in (storage.get("InputFormat") or "").lower():
        return "parquet"
    if "json" in library:
        return "json"
    raise not_supported(f"a table of SerDe {library or 'unknown'}")


def _view(database: str, name: str, entry: dict[str, Any]) -> View:
    match = _VIEW_TEXT.search(entry.get("ViewOriginalText") or "")
    try:
        content = json.loads(base64.b64decode(match[1])) if match else None
        if content is None:
            raise ValueError("no view text")
        return View(
            database=database,
            name=name,
            sql=content["originalSql"],
            schema=(content.get("schema") or database).lower(),
            columns=tuple(
                Column(c["name"].lower(), parse_type(c["type"])) for c in content["columns"]
            ),
        )
    except (ValueError, KeyError) as error:
        raise QueryFailure(
            "INVALID_VIEW", f"View '{CATALOG}.{database}.{name}' has no readable Presto text"
        ) from error
