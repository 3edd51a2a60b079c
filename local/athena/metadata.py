"""The part of the API that shows the Glue catalog: databases, tables, data catalogs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from local.athena.errors import AthenaError, invalid_request

_CATALOG = {"CatalogName": "AwsDataCatalog", "Type": "GLUE", "Status": "CREATE_COMPLETE"}


class CatalogApi:
    def __init__(self, glue: Any) -> None:
        self._glue = glue

    def get_database(self, request: dict[str, Any]) -> dict[str, Any]:
        _check_catalog(request)
        name = request.get("DatabaseName", "")
        try:
            found = self._glue.get_database(Name=name)["Database"]
        except ClientError as error:
            raise _missing(error, f"Database {name} not found") from error
        return {"Database": _database(found)}

    def databases(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        _check_catalog(request)
        pages = self._glue.get_paginator("get_databases").paginate()
        return [_database(found) for page in pages for found in page["DatabaseList"]]

    def get_table(self, request: dict[str, Any]) -> dict[str, Any]:
        _check_catalog(request)
        name = request.get("TableName", "")
        try:
            found = self._glue.get_table(DatabaseName=request.get("DatabaseName", ""), Name=name)
        except ClientError as error:
            raise _missing(error, f"Table {name} not found") from error
        return {"TableMetadata": _table(found["Table"])}

    def tables(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        _check_catalog(request)
        pattern = re.compile(request.get("Expression") or ".*")
        name = request.get("DatabaseName", "")
        try:
            pages = list(self._glue.get_paginator("get_tables").paginate(DatabaseName=name))
        except ClientError as error:
            raise _missing(error, f"Database {name} not found") from error
        entries = (entry for page in pages for entry in page["TableList"])
        return [_table(entry) for entry in entries if pattern.fullmatch(entry["Name"])]

    def get_catalog(self, request: dict[str, Any]) -> dict[str, Any]:
        if str(request.get("Name", "")).lower() != "awsdatacatalog":
            raise invalid_request(f"Data catalog {request.get('Name')} was not found")
        return {"DataCatalog": {"Name": "AwsDataCatalog", "Type": "GLUE", "Parameters": {}}}

    def catalogs(self) -> list[dict[str, Any]]:
        return [_CATALOG]


def _check_catalog(request: dict[str, Any]) -> None:
    name = request.get("CatalogName", "")
    if name.lower() != "awsdatacatalog":
        raise invalid_request(f"Catalog {name} was not found")


def _missing(error: ClientError, message: str) -> AthenaError:
    if error.response["Error"]["Code"] == "EntityNotFoundException":
        return AthenaError("MetadataException", message)
    return AthenaError("MetadataException", str(error))


def _database(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "Name": found["Name"],
        "Description": found.get("Description") or "",
        "Parameters": found.get("Parameters") or {},
    }


def _table(found: dict[str, Any]) -> dict[str, Any]:
    storage = found.get("StorageDescriptor") or {}
    details = {
        "Name": found["Name"],
        "TableType": found.get("TableType") or "",
        "Columns": [_column(c) for c in storage.get("Columns") or ()],
        "PartitionKeys": [_column(c) for c in found.get("PartitionKeys") or ()],
        "Parameters": {
            "location": storage.get("Location") or "",
            "inputformat": storage.get("InputFormat") or "",
            **(found.get("Parameters") or {}),
        },
    }
    for key, shown in (("CreateTime", "CreateTime"), ("LastAccessTime", "LastAccessTime")):
        if isinstance(found.get(key), datetime):
            details[shown] = found[key].timestamp()
    return details


def _column(column: dict[str, Any]) -> dict[str, Any]:
    comment = {"Comment": column["Comment"]} if column.get("Comment") else {}
    return {"Name": column["Name"], "Type": column["Type"], **comment}
