"""The list of a SELECT: stars spread out, columns named, and numbers that stand for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.positions import position_of
from local.athena.relations import Field
from local.athena.scope import Scope, only

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


@dataclass(frozen=True)
class Starred:
    """A column that a star stands for."""

    field: Field
    star: exp.Expr


Entry = exp.Expr | Starred


def entries(node: exp.Select, scope: Scope, sql: str) -> list[Entry]:
    """What the list gives, one entry for each column."""
    if not node.expressions:
        raise QueryFailure("SYNTAX_ERROR", "a SELECT without a list")
    found: list[Entry] = []
    for item in node.expressions:
        fields = _star(item, scope, sql)
        found += [item] if fields is None else [Starred(f, item) for f in fields]
    return found


def _star(item: exp.Expr, scope: Scope, sql: str) -> list[Field] | None:
    if isinstance(item, exp.Star):
        only(item)
        found = scope.fields
    elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        only(item.this)
        if item.args.get("db"):
            raise not_supported("all fields of a row")
        found = [f for f in scope.fields if f.qualifier == item.table.lower()]
        if not found:
            raise QueryFailure(
                "TABLE_NOT_FOUND", f"Unable to resolve reference {item.table}",
                position_of(item, sql),
            )  # fmt: skip
    else:
        return None
    if not found:
        raise QueryFailure(
            "COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause"
        )
    return found


def bind_list(found: list[Entry], binder: ExpressionBinder) -> tuple[list[Field], list[str], int]:
    """The columns, the texts that they are computed by, and how many aggregates these have."""
    columns: list[Field] = []
    items: list[str] = []
    aggregates = 0
    for entry in found:
        sql = f"c{len(columns)}"
        if isinstance(entry, Starred):
            f = entry.field
            if f.sql not in (binder.scope.groups or ()):
                binder.scope.loose.append(entry.star)
            columns.append(replace(f, sql=sql, qualifier=None, schema=None, needs=(f,)))
            items.append(f.sql)
            continue
        with binder.collecting() as uses:
            value = binder.bind(entry.unalias())
        aggregates += uses.aggregates
        passed = uses.fields[0] if _is_plain_column(entry, uses.fields, value) else None
        label = output_name(entry)
        columns.append(
            Field(
                label and label.lower(),
                value.type,
                sql,
                needs=tuple(uses.fields),
                origins=passed.origins if passed else (),
                label=label,
            )
        )
        items.append(value.sql)
    return columns, items, aggregates


def _is_plain_column(item: exp.Expr, used: list[Field], value: Expr) -> bool:
    return (
        isinstance(item.unalias().unnest(), exp.Column)
        and len(used) == 1
        and used[0].sql == value.sql
    )


def output_name(item: exp.Expr) -> str | None:
    """The name that a column of the list gives itself, as it is written."""
    item = item.unnest()
    if isinstance(item, exp.Alias):
        return str(item.alias)
    if isinstance(item, exp.Column):
        return str(item.name)
    if isinstance(item, exp.Dot) and isinstance(next(item.flatten()), exp.Column):
        return str(item.expression.name)
    return None


def ordinal(node: exp.Literal, count: int, clause: str, sql: str) -> int:
    """The index that a position in the list means."""
    index = int(node.this) if node.this.isdigit() else 0
    if not 1 <= index <= count:
        raise QueryFailure(
            "INVALID_COLUMN_REFERENCE",
            f"{clause} position {node.this} is not in select list",
            position_of(node, sql),
        )
    return index - 1
