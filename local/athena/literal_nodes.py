"""Literals and what is fixed for a statement: their nodes of the syntax tree to typed text.

Source: https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import binary_functions, json_functions, types
from local.athena.casts import cast
from local.athena.dialect import TypedLiteral
from local.athena.errors import not_supported
from local.athena.expression import Expr, text
from local.athena.literals import interval, number, typed
from local.athena.scope import only
from local.athena.type_text import parse_type
from local.athena.types import BOOLEAN

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


def _literal(_binder: ExpressionBinder, node: exp.Literal) -> Expr:
    if node.is_string:
        return Expr(text(node.this), types.varchar(len(node.this)), node.this)
    return number(node.this)


def _json(_binder: ExpressionBinder, node: exp.ParseJSON) -> Expr:
    only(node, "this", "is_literal")
    if not isinstance(node.this, exp.Literal) or not node.this.is_string:
        raise not_supported("JSON of what is not a literal text")
    return json_functions.literal(node.this.name)


def _bytes(_binder: ExpressionBinder, node: exp.HexString) -> Expr:
    only(node, "this")
    return binary_functions.literal(str(node.this))


def _null(_binder: ExpressionBinder, _node: exp.Null) -> Expr:
    return Expr("NULL", types.UNKNOWN)


def _boolean(_binder: ExpressionBinder, node: exp.Boolean) -> Expr:
    return Expr("TRUE" if node.this else "FALSE", BOOLEAN)


def _interval(_binder: ExpressionBinder, node: exp.Interval) -> Expr:
    only(node, "this", "unit")
    return interval(node)


def now(binder: ExpressionBinder, node: exp.Expr) -> Expr:
    only(node)
    zoned = types.timestamp(3, zoned=True)
    return Expr(f"CAST({text(binder.queries.now.isoformat())} AS TIMESTAMPTZ)", zoned)


def _today(binder: ExpressionBinder, node: exp.Expr) -> Expr:
    only(node)
    return cast(now(binder, exp.CurrentTimestamp()), types.DATE)


def _local_now(binder: ExpressionBinder, node: exp.Expr) -> Expr:
    only(node)
    return cast(now(binder, exp.CurrentTimestamp()), types.timestamp(3))


def _typed_literal(_binder: ExpressionBinder, node: TypedLiteral) -> Expr:
    only(node, "this", "to")
    return typed(node.name, parse_type(node.to.sql(dialect="trino")))


NODES: dict[type, Callable[[ExpressionBinder, Any], Expr]] = {
    exp.Literal: _literal,
    exp.ParseJSON: _json,
    exp.HexString: _bytes,
    exp.Null: _null,
    exp.Boolean: _boolean,
    exp.Interval: _interval,
    exp.CurrentTimestamp: now,
    exp.CurrentDate: _today,
    exp.Localtimestamp: _local_now,
    TypedLiteral: _typed_literal,
}
