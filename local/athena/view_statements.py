"""CREATE VIEW and DROP VIEW: views as Athena keeps them in Glue's catalog.

Those with a lake's boundary stay, though Athena would drop or replace them.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from lakehouse.boundary import BOUNDARY_PARAMETER
from local.athena.catalog import CATALOG
from local.athena.errors import QueryFailure
from local.athena.parsing import parse
from local.athena.show_statements import Listing, Session, hive, path
from local.athena.types import Type


def create_view(match: re.Match[str], session: Session) -> Listing:
    """The view's columns are what its query gives now; the text is kept as written."""
    database, name = path(match, session)
    if not session.catalog.has_database(database):
        raise QueryFailure("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    sql = match["query"]
    plan = session.run.bind(sql, parse(sql), session.database)
    unnamed = [i for i, f in enumerate(plan.output) if not f.name]
    if unnamed:
        raise QueryFailure(
            "MISSING_COLUMN_NAME", f"Column name not specified at position {unnamed[0] + 1}"
        )
    columns = [(str(f.name), f.type) for f in plan.output]
    table = _view_input(name, sql, session.database or database, columns)
    exists = _kind_of(database, name, session)
    if exists not in (None, "VIRTUAL_VIEW"):
        raise QueryFailure("TABLE_ALREADY_EXISTS", f"Table '{database}.{name}' already exists")
    if exists and not match["replace"]:
        raise QueryFailure("ALREADY_EXISTS", f"View already exists: '{CATALOG}.{database}.{name}'")
    if exists:
        _refuse_boundary(database, name, session)
    write = session.glue.update_table if exists else session.glue.create_table
    write(DatabaseName=database, TableInput=table)
    return Listing([], [])


def _refuse_boundary(database: str, name: str, session: Session) -> None:
    if BOUNDARY_PARAMETER in session.catalog.entry(database, name).get("Parameters", {}):
        raise QueryFailure(
            "PERMISSION_DENIED",
            f"View '{CATALOG}.{database}.{name}' has the lakehouse's boundary: it is neither "
            "replaced nor dropped; make a view of another name",
        )


def _kind_of(database: str, name: str, session: Session) -> str | None:
    try:
        return str(session.catalog.entry(database, name).get("TableType") or "")
    except QueryFailure as failure:
        if failure.code != "TABLE_NOT_FOUND":
            raise
        return None


def _view_input(
    name: str, sql: str, database: str, columns: list[tuple[str, Type]]
) -> dict[str, Any]:
    content = {
        "originalSql": sql,
        "catalog": CATALOG,
        "schema": database,
        "columns": [{"name": n, "type": str(t)} for n, t in columns],
    }
    text = base64.b64encode(json.dumps(content).encode()).decode()
    return {
        "Name": name,
        # Trino finds no view whose description is empty.
        "Description": "Presto View",
        "Owner": "local",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": hive(t)} for n, t in columns],
            "SerdeInfo": {},
        },
        "PartitionKeys": [],
        "ViewOriginalText": f"/* Presto View: {text} */",
        "ViewExpandedText": "/* Presto View */",
    }


def drop_view(match: re.Match[str], session: Session) -> Listing:
    """Raises QueryFailure if there is none, unless IF EXISTS is said."""
    database, name = path(match, session)
    kind = _kind_of(database, name, session)
    if kind is None and match["exists"]:
        return Listing([], [])
    if kind != "VIRTUAL_VIEW":
        raise QueryFailure("VIEW_NOT_FOUND", f"View '{CATALOG}.{database}.{name}' does not exist")
    _refuse_boundary(database, name, session)
    session.glue.delete_table(DatabaseName=database, Name=name)
    return Listing([], [])
