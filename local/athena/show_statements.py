"""SHOW, DESCRIBE and EXPLAIN: statements that list what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.athena.catalog import Table, View
from local.athena.errors import QueryFailure
from local.athena.parsing import parse
from local.athena.types import VARCHAR, Type

if TYPE_CHECKING:
    from local.athena.catalog import Catalog
    from local.athena.engine import Run

# A name as it is written, and a table's, after its database's if that is told.
NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|[\w$]+)'
PATH = rf"(?P<name>{NAME}(?:\s*\.\s*{NAME}){{0,2}})"


@dataclass(frozen=True)
class Listing:
    """The rows of a statement that is not a query; Athena gives these no header."""

    columns: list[tuple[str, Type]]
    rows: list[list[str | None]]


@dataclass(frozen=True)
class Session:
    """What statements work with."""

    glue: Any
    catalog: Catalog
    run: Run
    database: str


def _unquoted(written: str) -> list[str]:
    parts = re.findall(NAME, written)
    return [p.strip('"`').replace('""', '"').lower() for p in parts]


def path(match: re.Match[str], session: Session) -> tuple[str, str]:
    """The database and the name of the table that a statement names."""
    *before, name = _unquoted(match["name"])
    return (before[-1] if before else session.database), name


def _texts(column: str, values: list[str]) -> Listing:
    return Listing([(column, VARCHAR)], [[value] for value in values])


def show_databases(match: re.Match[str], session: Session) -> Listing:
    """SHOW DATABASES, by name."""
    pages = session.glue.get_paginator("get_databases").paginate()
    names = sorted(d["Name"] for page in pages for d in page["DatabaseList"])
    return _texts("database_name", [n for n in names if _like(n, match["pattern"])])


def show_tables(match: re.Match[str], session: Session) -> Listing:
    """SHOW TABLES: views, too."""
    return _texts("tab_name", list(_entries(match, session, views=False)))


def show_views(match: re.Match[str], session: Session) -> Listing:
    """SHOW VIEWS, by name."""
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


def show_columns(match: re.Match[str], session: Session) -> Listing:
    """SHOW COLUMNS: names, padded as Athena pads them."""
    *before, name = _unquoted(match["name"])
    database = _unquoted(match["database"])[-1] if match["database"] else ""
    found = session.catalog.lookup(database or (before[-1] if before else session.database), name)
    return _texts("field", [f"{c.name:<20}" for c in _all_columns(found)])


def _all_columns(found: Table | View) -> list[Any]:
    return [*found.columns, *(found.partition_keys if isinstance(found, Table) else ())]


def show_partitions(match: re.Match[str], session: Session) -> Listing:
    """SHOW PARTITIONS. Raises QueryFailure for what has none."""
    found = session.catalog.lookup(*path(match, session))
    if not isinstance(found, Table) or not found.partition_keys:
        raise QueryFailure("INVALID_ARGUMENTS", f"Table {match['name']} is not a partitioned table")
    names = [key.name for key in found.partition_keys]
    rows = [
        "/".join(f"{n}={v}" for n, v in zip(names, values, strict=True))
        for values, _ in session.catalog.partitions(found)
    ]
    return _texts("partition", sorted(rows))


def describe(match: re.Match[str], session: Session) -> Listing:
    """DESCRIBE: columns, then the partitions' keys once more."""
    found = session.catalog.lookup(*path(match, session))
    columns = [("col_name", VARCHAR), ("data_type", VARCHAR), ("comment", VARCHAR)]
    rows: list[list[str | None]] = [[c.name, hive(c.type), ""] for c in found.columns]
    if isinstance(found, Table) and found.partition_keys:
        keys: list[list[str | None]] = [[c.name, hive(c.type), ""] for c in found.partition_keys]
        rows += [*keys, ["", "", ""], ["# Partition Information", "", ""]]
        rows += [["# col_name", "data_type", "comment"], ["", "", ""], *keys]
    return Listing(columns, rows)


_HIVE = {"varchar": "string", "integer": "int", "real": "float", "varbinary": "binary"}


def hive(t: Type) -> str:
    """A type as Hive calls it."""
    if t.is_timestamp:
        return "timestamp"
    return str(t) if t.sizes else _HIVE.get(t.name, str(t))


def show_create_view(match: re.Match[str], session: Session) -> Listing:
    """SHOW CREATE VIEW. Raises QueryFailure for what is no view."""
    found = session.catalog.lookup(*path(match, session))
    if not isinstance(found, View):
        raise QueryFailure("NOT_SUPPORTED", f"Relation '{found.full_name}' is not a view")
    head = f'CREATE VIEW "{found.database}"."{found.name}" AS'
    return _texts("Create View", [head, *found.sql.split("\n")])


def explain(match: re.Match[str], session: Session) -> Listing:
    """EXPLAIN: DuckDB's plan."""
    plan = session.run.bind(match["query"], parse(match["query"]), session.database)
    return _texts("Query Plan", session.run.explain(plan).split("\n"))
