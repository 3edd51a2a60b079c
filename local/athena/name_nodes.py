"""Names: of columns, of fields of rows, and of the parameters of lambdas.

Source: https://trino.io/docs/current/language/types.html#row
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import grouping, types
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, text
from local.athena.relations import Field
from local.athena.scope import LambdaField, Scope, lookup, only, text_of

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


def _column(binder: ExpressionBinder, node: exp.Column) -> Expr:
    only(node, "this", "table", "db", "catalog")
    parts = [node.args[k].name for k in ("catalog", "db", "table", "this") if node.args.get(k)]
    return _named(binder, parts, node)


def _identifier(binder: ExpressionBinder, node: exp.Identifier) -> Expr:
    """A name that the parser has seen to be a lambda's parameter."""
    return _named(binder, [node.name], node)


def _dot(binder: ExpressionBinder, node: exp.Dot) -> Expr:
    if isinstance(node.expression, exp.Star):
        raise not_supported("all fields of a row")
    if not isinstance(node.expression, exp.Identifier):
        raise not_supported("a function of a schema")
    first, *rest = node.flatten()
    if isinstance(first, exp.Identifier):
        return _named(binder, [first.name, *(part.name for part in rest)], node)
    return _member(binder.bind(node.this), node.expression.name)


def _named(binder: ExpressionBinder, parts: list[str], node: exp.Expr) -> Expr:
    """What a dotted name means: a column or a parameter, and then fields of its row."""
    lowered = [part.lower() for part in parts]
    column: Field | None = _parameter(binder, lowered[0])
    rest = parts[1:]
    if column is None:
        column, rest, scope = _resolved(binder, lowered, parts[-1])
        binder.use(column, is_outer=scope is not binder.scope)
        grouping.note(scope, column, node)
    e = Expr(text_of(column, binder.scope), column.type)
    for name in rest:
        e = _member(e, name)
    return e


def _parameter(binder: ExpressionBinder, name: str) -> LambdaField | None:
    return next((f for f in binder.scope.lambda_fields if f.name == name), None)


def _resolved(
    binder: ExpressionBinder, parts: list[str], last: str
) -> tuple[Field, list[str], Scope]:
    """The column, what is left of the name, and the scope, this or one around, that has it."""
    scope: Scope | None = binder.scope
    while scope is not None:
        rest: list[str] = []
        found = grouping.outputs(scope, parts, binder.place)
        if not found:
            found, rest = lookup(scope.fields, parts)
        if len(found) > 1:
            raise QueryFailure("AMBIGUOUS_NAME", f"Column '{last}' is ambiguous")
        if found:
            if rest and found[0].type.name != "row":
                raise QueryFailure("TYPE_MISMATCH", f"Expression {parts[0]} is not of type ROW")
            return found[0], rest, scope
        scope = scope.parent
    raise QueryFailure(
        "COLUMN_NOT_FOUND",
        f"Column '{'.'.join(parts)}' cannot be resolved or requester is not authorized"
        " to access requested resources",
    )


def _member(e: Expr, name: str) -> Expr:
    if e.type.name != "row":
        raise QueryFailure("TYPE_MISMATCH", f"Expression of {name} is not of type ROW")
    for index, (label, part) in enumerate(e.type.parts):
        if label is not None and label.lower() == name.lower():
            key = [k for k, _ in types.row_fields(e.type)][index]
            return Expr(f"struct_extract({e.sql}, {text(key)})", part)
    raise QueryFailure("INVALID_COLUMN_REFERENCE", f"Column reference '{name}' is invalid")


NODES: dict[type, Callable[[ExpressionBinder, Any], Expr]] = {
    exp.Column: _column,
    exp.Dot: _dot,
    exp.Identifier: _identifier,
}
