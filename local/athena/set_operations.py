"""UNION, INTERSECT and EXCEPT, and VALUES.

Source: https://trino.io/docs/current/sql/select.html#set-operations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.binder import ExpressionBinder
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, unify
from local.athena.frames import refuse_unordered
from local.athena.ordering import bare_tail
from local.athena.relations import (
    Field,
    Query,
    Select,
    SetOperation,
    Values,
    derive,
    without_origins,
)
from local.athena.scope import Scope, only

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder

SET_OPERATIONS = (exp.Union, exp.Intersect, exp.Except)


def set_operation(node: exp.Expr, outer: Scope | None, queries: QueryBinder) -> Query:
    only(node, "this", "expression", "distinct", "order", "limit", "offset", "with_")
    left, right = queries.query(node.this, outer), queries.query(node.expression, outer)
    name = node.key.upper()
    if len(left.columns) != len(right.columns):
        raise QueryFailure(
            "TYPE_MISMATCH",
            f"{name} query has different number of fields:"
            f" {len(left.columns)}, {len(right.columns)}",
        )
    pairs = zip(left.columns, right.columns, strict=True)
    columns = [_merged(i, a, b, name) for i, (a, b) in enumerate(pairs)]
    is_distinct = bool(node.args.get("distinct"))
    if is_distinct or name != "UNION":
        queries.plan.required.update(columns)
        for column in columns:
            refuse_unordered(Expr(column.sql, column.type), name)
    tail = bare_tail(node, columns, outer, queries)
    if node.args.get("limit") or node.args.get("offset") or name != "UNION":
        without_origins(columns)
    return SetOperation(columns, left, right, name if is_distinct else f"{name} ALL", tail)


def _merged(index: int, a: Field, b: Field, name: str) -> Field:
    found = common_type(a.type, b.type)
    if found is None:
        raise QueryFailure(
            "TYPE_MISMATCH",
            f"column {index + 1} in {name} query has incompatible types: {a.type}, {b.type}",
        )
    origins = (*(a.origins if a.type == found else ()), *(b.origins if b.type == found else ()))
    return Field(a.name, found, f"c{index}", needs=(a, b), origins=origins, label=a.label)


def values(node: exp.Values, outer: Scope | None, queries: QueryBinder) -> Query:
    only(node, "expressions", "alias", "order", "limit", "offset", "with_")
    binder = ExpressionBinder(Scope([], outer), queries)
    before = len(queries.outer_uses)
    rows = [[binder.bind(cell) for cell in _cells(row)] for row in node.expressions]
    if len(queries.outer_uses) > before:
        queries.made_of_outer += 1
        if len(rows) > 1:
            raise not_supported("VALUES of several rows in a correlated subquery")
    if len({len(row) for row in rows}) != 1:
        raise QueryFailure("TYPE_MISMATCH", "Values rows have mismatched sizes")
    columns, texts = [], [[] for _ in rows]  # type: ignore[var-annotated]
    for i in range(len(rows[0])):
        same, found = unify([row[i] for row in rows], "Values columns")
        columns.append(Field(None, found, f"c{i}"))
        for row_texts, e in zip(texts, same, strict=True):
            row_texts.append(coerce(e, found).sql)
    tail = bare_tail(node, columns, outer, queries)
    plain = Values(columns, texts)
    if not tail:
        return plain
    queries.plan.required.update(columns)
    derived = derive(plain, alias=queries.context.alias(), qualifier=None)
    outputs = [
        Field(c.name, c.type, c.sql, needs=(f,))
        for c, f in zip(columns, derived.fields, strict=True)
    ]
    return Select(outputs, [f.sql for f in derived.fields], derived, tail=tail)


def _cells(row: exp.Expr) -> list[exp.Expr]:
    cells = row.expressions if isinstance(row, exp.Tuple) else [row]
    return cells[0].expressions if len(cells) == 1 and _is_row_call(cells[0]) else cells


def _is_row_call(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "row"
