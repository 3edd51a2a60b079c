"""Relations and queries whose every column is typed, and how they read as DuckDB SQL.

Binding gives each scan and derived table an alias of its own (`r1`, `r2`, ...) and each column
of a query a name of its own (`c0`, `c1`, ...), so no name of the user's ever reaches DuckDB.
Text is made last, when it is known which columns anybody needs: a column that nobody needs is
not read from S3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.athena.nested import converted, is_kept
from local.athena.predicates import Predicate
from local.athena.types import UNKNOWN, Type, duckdb_type, quoted

if TYPE_CHECKING:
    from local.athena.catalog import Table


@dataclass(eq=False)
class Field:
    """One column as an enclosing query sees it.

    `sql` is how text refers to it, `needs` the columns that it is computed from, `origins`
    the columns of scans that it passes on unchanged (several, below a UNION ALL).
    """

    name: str | None
    type: Type
    sql: str
    qualifier: str | None = None
    needs: tuple[Field, ...] = ()
    origins: tuple[Origin, ...] = ()
    schema: str | None = None
    # The name as it was written: what a result shows.
    label: str | None = None


@dataclass(eq=False)
class Scan:
    """One occurrence of a table in a statement; it is listed once and read at most as listed."""

    name: str
    table: Table
    predicates: list[Predicate] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    scan: Scan
    column: str


@dataclass(eq=False)
class Relation:
    """Something in FROM: its columns, and its text."""

    fields: list[Field]

    def render(self, needed: set[Field]) -> str:
        raise NotImplementedError


@dataclass(eq=False)
class NoRelation(Relation):
    """A SELECT without FROM: one row and no columns."""

    def render(self, needed: set[Field]) -> str:  # noqa: ARG002
        return "(SELECT 1)"


@dataclass(eq=False)
class ScanRelation(Relation):
    """A table; `columns` are its columns' names, in the order of `fields`."""

    scan: Scan
    alias: str
    columns: list[str]

    def render(self, needed: set[Field]) -> str:
        pairs = zip(self.columns, self.fields, strict=True)
        self.scan.columns = [column for column, seen_as in pairs if seen_as in needed]
        return f"{self.scan.name} AS {self.alias}"


@dataclass(eq=False)
class Derived(Relation):
    """A query under an alias. `stage` is set when it is evaluated first, into a table."""

    query: Query
    alias: str
    stage: str | None = None

    def render(self, needed: set[Field]) -> str:
        return f"{self.stage or '(' + self.query.render(needed) + ')'} AS {self.alias}"


@dataclass(eq=False)
class Lateral(Derived):
    """A query under an alias that sees the columns of what stands before it."""

    def render(self, needed: set[Field]) -> str:
        return f"LATERAL ({self.query.render(needed)}) AS {self.alias}"


@dataclass(eq=False)
class Join(Relation):
    left: Relation
    right: Relation
    kind: str
    condition: str | None = None

    def render(self, needed: set[Field]) -> str:
        on = f" ON {self.condition}" if self.condition else ""
        return f"({self.left.render(needed)} {self.kind} JOIN {self.right.render(needed)}{on})"


@dataclass(eq=False)
class Unnest(Relation):
    """Arrays and maps side by side as rows, the shorter ones filled up with nulls."""

    arrays: list[str]
    alias: str
    has_ordinality: bool

    def render(self, needed: set[Field]) -> str:  # noqa: ARG002
        columns = [f"unnest({text}) AS c{i}" for i, text in enumerate(self.arrays)]
        if self.has_ordinality:
            longest = f"greatest({', '.join(f'coalesce(len({a}), 0)' for a in self.arrays)})"
            columns.append(f"unnest(range(1, {longest} + 1)) AS c{len(self.arrays)}")
        return f"LATERAL (SELECT {', '.join(columns)}) AS {self.alias}"


# ---------------------------------------------------------------- queries


@dataclass(eq=False)
class Query:
    """Something that gives rows: `columns` are its output, called c0, c1, ... in its text."""

    columns: list[Field]

    def render(self, needed: set[Field]) -> str:
        raise NotImplementedError


@dataclass(eq=False)
class Select(Query):
    """One SELECT. `items` are the texts of its columns, in the same order."""

    items: list[str]
    source: Relation
    where: str | None = None
    group_by: str | None = None
    having: str | None = None
    is_distinct: bool = False
    tail: str = ""

    def render(self, needed: set[Field]) -> str:
        chosen = [
            f"{text} AS {column.sql}"
            for text, column in zip(self.items, self.columns, strict=True)
            if column in needed
        ]
        clauses = [
            f"SELECT {'DISTINCT ' if self.is_distinct else ''}{', '.join(chosen) or '1 AS c'}",
            f"FROM {self.source.render(needed)}",
            f"WHERE {self.where}" if self.where else "",
            f"GROUP BY {self.group_by}" if self.group_by else "",
            f"HAVING {self.having}" if self.having else "",
            self.tail,
        ]
        return " ".join(clause for clause in clauses if clause)


@dataclass(eq=False)
class SetOperation(Query):
    """UNION, INTERSECT or EXCEPT; each side is cast to the common types of the columns."""

    left: Query
    right: Query
    operator: str
    tail: str = ""

    def render(self, needed: set[Field]) -> str:
        sides = f" {self.operator} ".join(
            self._side(query, needed) for query in (self.left, self.right)
        )
        if not self.tail:
            return sides
        return f"SELECT * FROM ({sides}) {self.tail}"

    def _side(self, query: Query, needed: set[Field]) -> str:
        columns = [
            cast_to_type(mine.sql, theirs.type, mine.type) + f" AS {mine.sql}"
            for mine, theirs in zip(self.columns, query.columns, strict=True)
            if mine in needed
        ]
        return f"(SELECT {', '.join(columns) or '1 AS c'} FROM ({query.render(needed)}))"


@dataclass(eq=False)
class Values(Query):
    rows: list[list[str]]

    def render(self, needed: set[Field]) -> str:
        kept = [i for i, column in enumerate(self.columns) if column in needed]
        rows = ", ".join(f"({', '.join([row[i] for i in kept] or ['1'])})" for row in self.rows)
        names = ", ".join([self.columns[i].sql for i in kept] or ["c"])
        return f"SELECT * FROM (VALUES {rows}) AS v({names})"


def cast_to_type(sql: str, frm: Type, to: Type) -> str:
    """`sql` of type `frm` as `to`, where Trino would coerce without being asked."""
    if is_kept(frm, to):
        return sql
    if frm == UNKNOWN:
        return f"CAST(NULL AS {duckdb_type(to)})"
    if to.parts:
        return converted(sql, frm, to, cast_to_type)
    if frm.name == "decimal" and to.is_float and frm.sizes[0] > 15:
        # Through text: a division of two doubles would round twice.
        return f"CAST(CAST({sql} AS VARCHAR) AS {duckdb_type(to)})"
    return f"CAST({sql} AS {duckdb_type(to)})"


def derive(query: Query, *, alias: str, qualifier: str | None) -> Derived:
    """`query` as something to select from; its columns pass their origins on."""
    fields = [
        Field(
            name=column.name,
            type=column.type,
            sql=f"{alias}.{column.sql}",
            qualifier=qualifier,
            needs=(column,),
            origins=column.origins,
            label=column.label,
        )
        for column in query.columns
    ]
    return Derived(fields=fields, query=query, alias=alias)


def without_origins(fields: Iterable[Field]) -> None:
    """Forget where these come from: an outer join may put nulls in their place."""
    for column in fields:
        column.origins = ()


def scan_column(alias: str, column: str) -> str:
    return f"{alias}.{quoted(column)}"
