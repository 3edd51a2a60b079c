"""Calls of aggregate and window functions: DISTINCT, FILTER, ORDER BY and OVER around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena import functions, lambda_functions
from local.athena.aggregates import AGGREGATES
from local.athena.arguments import unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.frames import refuse_unordered, resolved, sort_key, window_text
from local.athena.function_names import name_of
from local.athena.listagg import listagg
from local.athena.scope import direction, only
from local.athena.windows import FRAMELESS, NULLABLE, ORDERED, WINDOWS

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


def aggregate(
    binder: ExpressionBinder,
    node: exp.Anonymous,
    *,
    where: exp.Where | None = None,
    over: str = "",
    nulls: str = "",
) -> Expr:
    """A call of an aggregate function, or of any function with OVER."""
    name = name_of(node)
    with binder.inside("window" if over else "aggregate", name):
        arguments, is_distinct, order = _arguments(binder, node)
        condition = f" FILTER (WHERE {binder.condition(where.this, 'FILTER')})" if where else ""
    if over and (is_distinct or order):
        what = "DISTINCT" if is_distinct else "ORDER BY"
        raise not_supported(f"{what} in the arguments of a window function")

    def shape(words: str, inner: str) -> str:
        distinct = "DISTINCT " if is_distinct and not inner.startswith("DISTINCT ") else ""
        return f"{words}({distinct}{inner}{order}{nulls}){condition}{over}"

    rule = WINDOWS[name] if name in WINDOWS else AGGREGATES[name]
    return rule(name, arguments, shape)


def _arguments(binder: ExpressionBinder, node: exp.Anonymous) -> tuple[list[Expr], bool, str]:
    nodes, order, is_distinct = list(node.expressions), "", False
    sorted_by: set[str] = set()
    if len(nodes) == 1 and isinstance(nodes[0], exp.Star):
        only(nodes[0])
        if name_of(node) != "count":
            raise unexpected(name_of(node), [])
        return [], False, ""
    if nodes and isinstance(nodes[-1], exp.Order):
        order = f" {order_by(binder, nodes[-1])}"
        sorted_by = {binder.bind(item.this).sql for item in nodes[-1].expressions}
        nodes[-1] = nodes[-1].this
    if len(nodes) == 1 and isinstance(nodes[0], exp.Distinct):
        only(nodes[0], "expressions")
        is_distinct, nodes = True, nodes[0].expressions
    if any(n is None or isinstance(n, exp.Order | exp.Distinct) for n in nodes):
        raise not_supported(f"this form of {name_of(node)}")
    arguments = [binder.bind(n) for n in nodes]
    for e in arguments if is_distinct else ():
        refuse_unordered(e, "DISTINCT")
    if is_distinct and sorted_by - {e.sql for e in arguments}:
        raise QueryFailure(
            "EXPRESSION_NOT_IN_DISTINCT",
            "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
        )
    return arguments, is_distinct, order


def filtered(binder: ExpressionBinder, node: exp.Filter) -> Expr:
    """aggregate(...) FILTER (WHERE ...)."""
    call = node.this
    if isinstance(call, exp.WithinGroup):
        return within_group(binder, call, where=node.expression)
    if name_of(call) not in AGGREGATES:
        raise not_an_aggregate(name_of(call), "Filter is only valid for aggregation functions")
    return aggregate(binder, call, where=node.expression)


def not_an_aggregate(name: str, what: str) -> QueryFailure:
    """Trino's word for a scalar function that is called as if it gathered rows."""
    if _is_scalar(name):
        return QueryFailure("FUNCTION_NOT_AGGREGATE", what)
    return not_supported(f"function {name}")


def _is_scalar(name: str) -> bool:
    return functions.is_known(name) or lambda_functions.is_known(name)


def within_group(
    binder: ExpressionBinder, node: exp.WithinGroup, *, where: exp.Where | None = None
) -> Expr:
    """listagg(...) WITHIN GROUP (ORDER BY ...)."""
    call = node.this
    if name_of(call) != "listagg" or not isinstance(node.expression, exp.Order):
        raise QueryFailure("SYNTAX_ERROR", "WITHIN GROUP is listagg's")
    with binder.inside("aggregate", "listagg"):
        arguments, is_distinct, _ = _arguments(binder, call)
        order = order_by(binder, node.expression)
        condition = f" FILTER (WHERE {binder.condition(where.this, 'FILTER')})" if where else ""
    return listagg(arguments, is_distinct=is_distinct, order=order, condition=condition)


def windowed(binder: ExpressionBinder, node: exp.Window) -> Expr:
    """function(...) OVER (...), or OVER a window of the WINDOW clause."""
    only(node, "this", "partition_by", "order", "spec", "over", "alias")
    call, where, nulls = node.this, None, ""
    if isinstance(call, exp.IgnoreNulls | exp.RespectNulls):
        nulls = " IGNORE NULLS" if isinstance(call, exp.IgnoreNulls) else ""
        call = call.this
        if name_of(call) not in NULLABLE:
            raise not_supported(f"IGNORE NULLS or RESPECT NULLS with {name_of(call)}")
    if isinstance(call, exp.Filter):
        call, where = call.this, call.expression
    name = name_of(call)
    if name not in WINDOWS and name not in AGGREGATES:
        if _is_scalar(name):
            raise QueryFailure("FUNCTION_NOT_WINDOW", f"Not a window function: {name}")
        raise not_supported(f"window function {name}")
    if where is not None:
        raise not_supported("FILTER with OVER")
    with binder.inside("window", name):
        node = resolved(binder, node)
        _check_window(name, node)
        over = f" OVER ({window_text(binder, node)})"
    return aggregate(binder, call, over=over, nulls=nulls)


def _check_window(name: str, node: exp.Window) -> None:
    if name in FRAMELESS and node.args.get("spec"):
        raise QueryFailure(
            "INVALID_WINDOW_FRAME", f"Cannot specify window frame for {name} function"
        )
    if name in ORDERED and not node.args.get("order"):
        raise QueryFailure(
            "MISSING_ORDER_BY", f"{name} function requires an ORDER BY window clause"
        )


def order_by(binder: ExpressionBinder, order: exp.Order) -> str:
    """ORDER BY in an aggregate. Nulls are last unless told, as in Athena."""
    return "ORDER BY " + ", ".join(
        sort_key(binder.bind(item.this)) + direction(item) for item in order.expressions
    )


def ungathered(binder: ExpressionBinder, node: exp.Anonymous) -> Expr | None:
    """A call without OVER, FILTER and the like; None if it is a scalar function's."""
    name = name_of(node)
    if name in WINDOWS:
        raise QueryFailure("MISSING_OVER", f"Window function {name} requires an OVER clause")
    if name in AGGREGATES:
        return aggregate(binder, node)
    if name == "listagg":
        raise QueryFailure("SYNTAX_ERROR", "listagg needs WITHIN GROUP (ORDER BY ...)")
    for argument in node.expressions:
        if isinstance(argument, exp.Distinct | exp.Order):
            what = "DISTINCT is not supported for non-aggregation functions"
            raise not_an_aggregate(name, what)
    return None
