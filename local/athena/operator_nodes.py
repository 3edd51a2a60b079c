"""Operators, predicates and CASE: their nodes of the syntax tree to typed DuckDB text.

Source: https://trino.io/docs/current/functions/comparison.html and `logical`, `conditional`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import binary_functions, collection_functions, subqueries, types
from local.athena.arguments import unexpected
from local.athena.dialect import UnaryPlus
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, null_of, unify
from local.athena.like import like
from local.athena.literals import number
from local.athena.operators import arithmetic, compare, in_turn, negate, plus
from local.athena.positions import placed
from local.athena.scope import only
from local.athena.types import BOOLEAN, VARCHAR

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder

_ARITHMETIC: dict[type, str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip
_COMPARISON: dict[type, str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip


def _paren(binder: ExpressionBinder, node: exp.Paren) -> Expr:
    return binder.bind(node.this)


def _arithmetic(binder: ExpressionBinder, node: exp.Binary) -> Expr:
    only(node, "this", "expression", "typed", "safe")
    return arithmetic(_ARITHMETIC[type(node)], binder.bind(node.this), binder.bind(node.expression))


def _compare(binder: ExpressionBinder, node: exp.Binary) -> Expr:
    only(node, "this", "expression")
    symbol = _COMPARISON[type(node)]
    if isinstance(node.expression, exp.Any | exp.All):
        return subqueries.quantified(binder, symbol, node.this, node.expression)
    return Expr(compare(symbol, binder.bind(node.this), binder.bind(node.expression)), BOOLEAN)


def _logic(binder: ExpressionBinder, node: exp.Binary) -> Expr:
    word = "AND" if isinstance(node, exp.And) else "OR"
    sides = list(node.flatten())
    conditions = [binder.condition(side, f"Logical expression term of {word}") for side in sides]
    return Expr(in_turn(word, conditions), BOOLEAN)


def _not(binder: ExpressionBinder, node: exp.Not) -> Expr:
    return Expr(f"(NOT {binder.condition(node.this, 'Value of logical NOT expression')})", BOOLEAN)


def _negate(binder: ExpressionBinder, node: exp.Neg) -> Expr:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        # In Trino the sign belongs to the number: -2147483648 is an integer.
        return number(f"-{node.this.this}")
    return negate(binder.bind(node.this))


def _is(binder: ExpressionBinder, node: exp.Is) -> Expr:
    if not isinstance(node.expression, exp.Null):
        raise not_supported("IS with something that is not NULL")
    return Expr(f"({binder.bind(node.this).sql} IS NULL)", BOOLEAN)


def _concat(binder: ExpressionBinder, node: exp.DPipe) -> Expr:
    only(node, "this", "expression", "safe")
    sides = [binder.bind(node.this), binder.bind(node.expression)]
    if any(e.type.name == "array" for e in sides):
        return collection_functions.concatenated("concat", sides)
    if all(e.type == types.VARBINARY for e in sides):
        return binary_functions.concat(sides)
    if any(e.type == types.UNKNOWN for e in sides):
        # Trino takes the other side for an array's element.
        raise not_supported("|| with a bare NULL")
    if any(not e.type.is_text for e in sides):
        raise unexpected("concat", sides)
    left, right = (coerce(e, VARCHAR).sql for e in sides)
    return Expr(f"({left} || {right})", VARCHAR)


def _like(binder: ExpressionBinder, node: exp.Like, escape: str | None = None) -> Expr:
    only(node, "this", "expression", "negate")
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return like(word, binder.bind(node.this), binder.bind(node.expression), escape)


def _escape(binder: ExpressionBinder, node: exp.Escape) -> Expr:
    mark = node.expression
    if not isinstance(node.this, exp.Like) or not isinstance(mark, exp.Literal):
        raise not_supported("ESCAPE that is not a literal")
    return _like(binder, node.this, mark.this)


def _between(binder: ExpressionBinder, node: exp.Between) -> Expr:
    only(node, "this", "low", "high")
    value = binder.bind(node.this)
    low, high = binder.bind(node.args["low"]), binder.bind(node.args["high"])
    both = f"({compare('>=', value, low)} AND {compare('<=', value, high)})"
    return Expr(both, BOOLEAN)


def _in(binder: ExpressionBinder, node: exp.In) -> Expr:
    only(node, "this", "expressions", "query")
    value = binder.bind(node.this)
    query = node.args.get("query")
    if [type(item) for item in node.expressions] == [exp.Values]:
        query = node.expressions[0]
    if query is not None:
        return subqueries.contained(binder, value, query)
    if not node.expressions:
        raise QueryFailure("SYNTAX_ERROR", "IN of nothing")
    items = [binder.bind(item) for item in node.expressions]
    same, result = unify([value, *items], "All IN list values")
    if result.is_float or result.parts:
        return Expr(f"({' OR '.join(compare('=', value, item) for item in items)})", BOOLEAN)
    return Expr(f"({same[0].sql} IN ({', '.join(e.sql for e in same[1:])}))", BOOLEAN)


def _plus(binder: ExpressionBinder, node: UnaryPlus) -> Expr:
    return plus(binder.bind(node.this))


# ---------------------------------------------------------------- CASE and IF


def _case(binder: ExpressionBinder, node: exp.Case) -> Expr:
    only(node, "this", "ifs", "default")
    subject = binder.bind(node.this) if node.this else None
    conditions = []
    for branch in node.args["ifs"]:
        if subject is None:
            conditions.append(binder.condition(branch.this, "CASE WHEN clause"))
        else:
            value = binder.bind(branch.this)
            with placed(branch.this, binder.queries.sql):
                conditions.append(compare("=", subject, value))
    results = [binder.bind(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    results.append(binder.bind(default) if default else Expr("NULL", types.UNKNOWN))
    return _branches(conditions, results)


def _if(binder: ExpressionBinder, node: exp.If) -> Expr:
    only(node, "this", "true", "false")
    condition = binder.condition(node.this, "IF condition")
    otherwise = node.args.get("false")
    results = [binder.bind(node.args["true"])]
    results.append(binder.bind(otherwise) if otherwise else Expr("NULL", types.UNKNOWN))
    return _branches([condition], results)


def _branches(conditions: list[str], results: list[Expr]) -> Expr:
    same, result = unify(results, "All CASE results")
    branches = " ".join(
        f"WHEN {condition} THEN {e.sql}" for condition, e in zip(conditions, same, strict=False)
    )
    otherwise = same[-1].sql if results[-1].type != types.UNKNOWN else null_of(result)
    return Expr(f"(CASE {branches} ELSE {otherwise} END)", result)


NODES: dict[type, Callable[[ExpressionBinder, Any], Expr]] = {
    exp.Paren: _paren,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    **dict.fromkeys(_COMPARISON, _compare),
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: _not,
    exp.Neg: _negate,
    UnaryPlus: _plus,
    exp.Is: _is,
    exp.DPipe: _concat,
    exp.Like: _like,
    exp.Escape: _escape,
    exp.Between: _between,
    exp.In: _in,
    exp.Case: _case,
    exp.If: _if,
}
