"""Queries inside of expressions: scalars, EXISTS, IN, and comparisons with ANY, SOME and ALL.

Source: https://trino.io/docs/current/sql/select.html#subqueries
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena import row_functions
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, raising
from local.athena.operators import comparable
from local.athena.relations import Field, Query
from local.athena.scope import only
from local.athena.types import BOOLEAN

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


def _nested(binder: ExpressionBinder, node: exp.Expr) -> Query:
    return binder.queries.nested(node, binder)


def _compared(binder: ExpressionBinder, node: exp.Expr) -> Query:
    """A query whose rows a value is compared with. They are of its own."""
    before = binder.queries.made_of_outer
    query = _nested(binder, node)
    if binder.queries.made_of_outer > before:
        raise not_supported("this correlated subquery")
    return query


def exists(binder: ExpressionBinder, node: exp.Exists) -> Expr:
    return Expr(f"EXISTS ({binder.queries.plan.hold(_nested(binder, node.this))})", BOOLEAN)


def scalar(binder: ExpressionBinder, node: exp.Subquery) -> Expr:
    """The one value of a query; null if it has no row, a failure if it has several."""
    only(node, "this")
    before = len(binder.queries.outer_uses)
    query = _nested(binder, node)
    if len(query.columns) != 1:
        if len(binder.queries.outer_uses) > before:
            raise not_supported("a correlated subquery of several columns")
        return row_functions.of_query(query.columns, binder.queries.plan.hold(query))
    return Expr(f"({binder.queries.plan.hold(query)})", query.columns[0].type)


def contained(binder: ExpressionBinder, value: Expr, node: exp.Expr) -> Expr:
    """value IN (query)."""
    before = len(binder.queries.outer_uses)
    query = _compared(binder, node)
    if value.type.parts:
        is_alone = len(binder.queries.outer_uses) == before
        body = binder.queries.plan.hold(query)
        return row_functions.in_query(value, query.columns, body, is_alone=is_alone)
    column = _single_column(value, query)
    found = common_type(value.type, column.type)
    if found is None:
        raise _mismatch(value, column)
    if found.parts:
        raise not_supported(f"{value.type} IN a query of {column.type}")
    body = binder.queries.plan.hold(query)
    # The side that is cast is the query's: DuckDB keeps `x IN (SELECT c)` a join.
    inner = coerce(Expr(column.sql, column.type), found).sql
    mine = coerce(value, found).sql
    sql = f"({mine} IN (SELECT {inner} FROM ({body})))"
    if found.is_float:
        # Whether a NaN is in depends on how Trino runs the query.
        failing = raising("NOT_SUPPORTED", "NaN IN a query", BOOLEAN)
        sql = f"(CASE WHEN isnan({mine}) THEN {failing} ELSE {sql} END)"
    return Expr(sql, BOOLEAN)


def _single_column(value: Expr, query: Query) -> Field:
    if len(query.columns) != 1:
        raise QueryFailure(
            "TYPE_MISMATCH",
            "Value expression and result of subquery must be of the same type:"
            f" {value.type} vs {len(query.columns)} columns",
        )
    return query.columns[0]


def _mismatch(value: Expr, column: Field) -> QueryFailure:
    return QueryFailure(
        "TYPE_MISMATCH",
        "Value expression and result of subquery must be of the same type:"
        f" {value.type} vs {column.type}",
    )


def quantified(
    binder: ExpressionBinder, symbol: str, left: exp.Expr, right: exp.Any | exp.All
) -> Expr:
    """value < ALL (query), value = ANY (query) and so on, with SOME for ANY."""
    if not isinstance(right.this, exp.Query | exp.Values):
        raise not_supported(f"{right.key.upper()} of what is not a query")
    value = binder.bind(left)
    if value.type.parts:
        raise not_supported(f"{right.key.upper()} of {value.type}")
    query = _compared(binder, right.this)
    column = _single_column(value, query)
    if common_type(value.type, column.type) is None:
        raise _mismatch(value, column)
    mine, theirs = comparable(symbol, value, Expr(column.sql, column.type))
    if mine.type.is_float:
        raise not_supported(f"{right.key.upper()} of {mine.type}")
    body = f"SELECT {theirs.sql} FROM ({binder.queries.plan.hold(query)})"
    return Expr(f"({mine.sql} {symbol} {right.key.upper()} ({body}))", BOOLEAN)
