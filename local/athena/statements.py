"""Statements that are not queries: SHOW, DESCRIBE, EXPLAIN, and views made and dropped.

Everything else that changes data or tables is refused by name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena.catalog import CATALOG, Table, View
from local.athena.dialect import parse
from local.athena.errors import QueryFailure, not_supported
from local.athena.types import VARCHAR, Type

if TYPE_CHECKING:
    from local.athena.catalog import Catalog
    from local.athena.engine import Run

_NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|[\w$]+)'
_PATH = rf"(?P<name>{_NAME}(?:\s*\.\s*{_NAME}){{0,2}})"


@dataclass(frozen=True)
class Listing:
    """The rows of a statement that is not a query; Athena gives these no header."""

    columns: list[tuple[str, Type]]
    rows: list[list[str | None]]


@dataclass(frozen=True)
class Statement:
    """One kind of statement: how it is written and what it does."""

    pattern: re.Pattern[str]
    type: str
    run: Callable[[re.Match[str], Session], Listing]


@dataclass(frozen=True)
class Session:
    """What statements work with."""

    glue: Any
    catalog: Catalog
    run: Run
    database: str


def find(sql: str) -> tuple[Statement, re.Match[str]] | None:
    """The statement that `sql` is, or None when it is to be bound as a query."""
    text = _COMMENTS.sub(" ", sql).strip().rstrip(";").strip()
    for statement in _STATEMENTS:
        match = statement.pattern.fullmatch(text)
        if match is not None:
            return statement, match
    word = re.match(r"\w+", text)
    if word and word[0].upper() in _REFUSED:
        raise not_supported(f"statement {word[0].upper()}")
    return None


_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
_REFUSED = frozenset(
    [
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "CREATE",
        "ALTER",
        "DROP",
        "UNLOAD",
        "MSCK",
        "VACUUM",
        "OPTIMIZE",
        "PREPARE",
        "EXECUTE",
        "DEALLOCATE",
        "GRANT",
        "REVOKE",
        "TRUNCATE",
        "SHOW",
        "DESCRIBE",
        "DESC",
        "EXPLAIN",
        "CALL",
        "USE",
        "SET",
        "ANALYZE",
    ]
)


def _unquoted(written: str) -> list[str]:
    parts = re.findall(_NAME, written)
    return [p.strip('"`').replace('""', '"').lower() for p in parts]


def _path(match: re.Match[str], session: Session) -> tuple[str, str]:
    *before, name = _unquoted(match["name"])
    return (before[-1] if before else session.database), name


def _texts(column: str, values: list[str]) -> Listing:
    return Listing([(column, VARCHAR)], [[value] for value in values])


def _show_databases(match: re.Match[str], session: Session) -> Listing:
    pages = session.glue.get_paginator("get_databases").paginate()
    names = sorted(d["Name"] for page in pages for d in page["DatabaseList"])
    return _texts("database_name", [n for n in names if _like(n, match["pattern"])])


def _show_tables(match: re.Match[str], session: Session) -> Listing:
    return _texts("tab_name", list(_entries(match, session, views=False)))


def _show_views(match: re.Match[str], session: Session) -> Listing:
    return _texts("views", list(_entries(match, session, views=True)))


def _entries(match: re.Match[str], session: Session, *, views: bool) -> Iterator[str]:
    """SHOW TABLES has the views, too, as on Athena."""
    database = _unquoted(match["database"])[-1] if match["database"] else session.database
    if not session.catalog.has_database(database):
        raise QueryFailure("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    pages = session.glue.get_paginator("get_tables").paginate(DatabaseName=database)
    entries = [entry for page in pages for entry in page["TableList"]]
    for entry in sorted(entries, key=lambda e: str(e["Name"])):
        is_view = entry.get("TableType") == "VIRTUAL_VIEW"
        if (is_view or not views) and _like(entry["Name"], match["pattern"]):
            yield entry["Name"]


def _like(name: str, pattern: str | None) -> bool:
    """Hive's pattern: `*` for anything, `|` between alternatives."""
    if not pattern:
        return True
    choices = pattern.lower().replace(".*", "*").split("|")
    return any(
        re.fullmatch(".*".join(map(re.escape, choice.split("*"))), name) for choice in choices
    )


def _show_columns(match: re.Match[str], session: Session) -> Listing:
    *before, name = _unquoted(match["name"])
    database = _unquoted(match["database"])[-1] if match["database"] else ""
    found = session.catalog.lookup(database or (before[-1] if before else session.database), name)
    return _texts("field", [f"{c.name:<20}" for c in _all_columns(found)])


def _all_columns(found: Table | View) -> list[Any]:
    return [*found.columns, *(found.partition_keys if isinstance(found, Table) else ())]


def _show_partitions(match: re.Match[str], session: Session) -> Listing:
    found = session.catalog.lookup(*_path(match, session))
    if not isinstance(found, Table) or not found.partition_keys:
        raise QueryFailure("INVALID_ARGUMENTS", f"Table {match['name']} is not a partitioned table")
    names = [key.name for key in found.partition_keys]
    rows = [
        "/".join(f"{n}={v}" for n, v in zip(names, values, strict=True))
        for values, _ in session.catalog.partitions(found)
    ]
    return _texts("partition", sorted(rows))


def _describe(match: re.Match[str], session: Session) -> Listing:
    found = session.catalog.lookup(*_path(match, session))
    columns = [("col_name", VARCHAR), ("data_type", VARCHAR), ("comment", VARCHAR)]
    rows: list[list[str | None]] = [[c.name, _hive(c.type), ""] for c in found.columns]
    if isinstance(found, Table) and found.partition_keys:
        keys: list[list[str | None]] = [[c.name, _hive(c.type), ""] for c in found.partition_keys]
        rows += [*keys, ["", "", ""], ["# Partition Information", "", ""]]
        rows += [["# col_name", "data_type", "comment"], ["", "", ""], *keys]
    return Listing(columns, rows)


_HIVE = {"varchar": "string", "integer": "int", "real": "float", "varbinary": "binary"}


def _hive(t: Type) -> str:
    if t.is_timestamp:
        return "timestamp"
    return str(t) if t.sizes else _HIVE.get(t.name, str(t))


def _show_create_view(match: re.Match[str], session: Session) -> Listing:
    found = session.catalog.lookup(*_path(match, session))
    if not isinstance(found, View):
        raise QueryFailure("NOT_SUPPORTED", f"Relation '{found.full_name}' is not a view")
    head = f'CREATE VIEW "{found.database}"."{found.name}" AS'
    return _texts("Create View", [head, *found.sql.split("\n")])


def _explain(match: re.Match[str], session: Session) -> Listing:
    plan = session.run.bind(match["query"], parse(match["query"]), session.database)
    return _texts("Query Plan", session.run.explain(plan).split("\n"))


def _create_view(match: re.Match[str], session: Session) -> Listing:
    """The view's columns are what its query gives now; the text is kept as written."""
    database, name = _path(match, session)
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
    write = session.glue.update_table if exists else session.glue.create_table
    write(DatabaseName=database, TableInput=table)
    return Listing([], [])


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
            "Columns": [{"Name": n, "Type": _hive(t)} for n, t in columns],
            "SerdeInfo": {},
        },
        "PartitionKeys": [],
        "ViewOriginalText": f"/* Presto View: {text} */",
        "ViewExpandedText": "/* Presto View */",
    }


def _drop_view(match: re.Match[str], session: Session) -> Listing:
    database, name = _path(match, session)
    kind = _kind_of(database, name, session)
    if kind is None and match["exists"]:
        return Listing([], [])
    if kind != "VIRTUAL_VIEW":
        raise QueryFailure("VIEW_NOT_FOUND", f"View '{CATALOG}.{database}.{name}' does not exist")
    session.glue.delete_table(DatabaseName=database, Name=name)
    return Listing([], [])


def _statement(
    pattern: str, type_: str, run: Callable[[re.Match[str], Session], Listing]
) -> Statement:
    flags = re.IGNORECASE | re.DOTALL
    return Statement(re.compile(pattern.replace(" ", r"\s+"), flags), type_, run)


_IN = rf"(?: (?:IN|FROM) (?P<database>{_NAME}(?:\s*\.\s*{_NAME})?))?"
_LIKE = r"(?: (?:LIKE )?'(?P<pattern>[^']*)')?"
_STATEMENTS = (
    _statement(rf"SHOW (?:DATABASES|SCHEMAS){_LIKE}", "DDL", _show_databases),
    _statement(rf"SHOW TABLES{_IN}{_LIKE}", "DDL", _show_tables),
    _statement(rf"SHOW VIEWS{_IN}{_LIKE}", "DDL", _show_views),
    _statement(rf"SHOW COLUMNS (?:IN|FROM) {_PATH}{_IN}", "DDL", _show_columns),
    _statement(rf"SHOW PARTITIONS {_PATH}", "DDL", _show_partitions),
    _statement(rf"SHOW CREATE VIEW {_PATH}", "DDL", _show_create_view),
    _statement(rf"(?:DESCRIBE|DESC) (?:TABLE )?{_PATH}", "DDL", _describe),
    _statement(r"EXPLAIN (?P<query>(?!ANALYZE).*)", "UTILITY", _explain),
    _statement(
        rf"CREATE (?P<replace>OR REPLACE )?VIEW {_PATH} AS (?P<query>.*)", "DDL", _create_view
    ),
    _statement(rf"DROP VIEW (?P<exists>IF EXISTS )?{_PATH}", "DDL", _drop_view),
)

QUERY_NODES = (exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Values, exp.Subquery)
