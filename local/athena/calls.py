"""Calls of aggregate and window functions: DISTINCT, FILTER, ORDER BY and OVER around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.aggregates import AGGREGATES, WINDOWS
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.operators import need_order
from local.athena.scope import direction, only

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


def aggregate(
    binder: ExpressionBinder,
    node: exp.Anonymous,
    *,
    where: exp.Where | None = None,
    over: str = "",
) -> Expr:
    """A call of an aggregate function, or of any function with OVER."""
    if not over:
        if not binder.may_aggregate:
            raise QueryFailure(
                "EXPRESSION_NOT_SCALAR",
                f"an aggregation ({node.this}) cannot stand here",
            )
        binder.uses.aggregates += 1
    before, binder.may_aggregate = binder.may_aggregate, bool(over) and binder.may_aggregate
    try:
        arguments, is_distinct, order = _arguments(binder, node)
        condition = f" FILTER (WHERE {binder.condition(where.this, 'FILTER')})" if where else ""
    finally:
        binder.may_aggregate = before

    def shape(words: str, inner: str) -> str:
        distinct = "DISTINCT " if is_distinct and not inner.startswith("DISTINCT ") else ""
        return f"{words}({distinct}{inner}{order}){condition}{over}"

    name = str(node.this).lower()
    rule = WINDOWS[name] if name in WINDOWS else AGGREGATES[name]
    return rule(name, arguments, shape)


def _arguments(binder: ExpressionBinder, node: exp.Anonymous) -> tuple[list[Expr], bool, str]:
    nodes, order, is_distinct = list(node.expressions), "", False
    if len(nodes) == 1 and isinstance(nodes[0], exp.Star):
        only(nodes[0])
        if str(node.this).lower() != "count":
            raise not_supported(f"{node.this}(*)")
        return [], False, ""
    if nodes and isinstance(nodes[-1], exp.Order):
        order = f" {order_by(binder, nodes[-1])}"
        nodes[-1] = nodes[-1].this
    if len(nodes) == 1 and isinstance(nodes[0], exp.Distinct):
        only(nodes[0], "expressions")
        is_distinct, nodes = True, nodes[0].expressions
    if any(n is None or isinstance(n, exp.Order | exp.Distinct) for n in nodes):
        raise not_supported(f"this form of {node.this}")
    return [binder.bind(n) for n in nodes], is_distinct, order


def filtered(binder: ExpressionBinder, node: exp.Filter) -> Expr:
    """aggregate(...) FILTER (WHERE ...)."""
    call = node.this
    if not isinstance(call, exp.Anonymous) or str(call.this).lower() not in AGGREGATES:
        raise not_supported("FILTER on what is not an aggregate function")
    return aggregate(binder, call, where=node.expression)


def windowed(binder: ExpressionBinder, node: exp.Window) -> Expr:
    """function(...) OVER (...), or OVER a window of the WINDOW clause."""
    only(node, "this", "partition_by", "order", "spec", "over", "alias")
    call, where = node.this, None
    if isinstance(call, exp.Filter):
        call, where = call.this, call.expression
    name = str(call.this).lower() if isinstance(call, exp.Anonymous) else call.key
    if name not in WINDOWS and name not in AGGREGATES:
        raise not_supported(f"window function {name}")
    return aggregate(binder, call, where=where, over=f" OVER ({_window_text(binder, node)})")


def _window_text(binder: ExpressionBinder, node: exp.Window) -> str:
    alias = node.args.get("alias")
    if alias is not None:
        named = binder.scope.windows.get(alias.name.lower())
        if named is None or node.args.get("partition_by") or node.args.get("order"):
            raise not_supported(f"window {alias.name}")
        node = named
    pieces = []
    if node.args.get("partition_by"):
        keys = [binder.bind(key).sql for key in node.args["partition_by"]]
        pieces.append(f"PARTITION BY {', '.join(keys)}")
    if node.args.get("order"):
        pieces.append(order_by(binder, node.args["order"]))
    if node.args.get("spec"):
        pieces.append(_frame(binder, node.args["spec"]))
    return " ".join(pieces)


def _frame(binder: ExpressionBinder, spec: exp.WindowSpec) -> str:
    only(spec, "kind", "start", "start_side", "end", "end_side")
    sides = []
    for side in ("start", "end"):
        value, direction = spec.args.get(side), spec.args.get(f"{side}_side") or ""
        if value is None:
            value, direction = "CURRENT ROW", ""
        if isinstance(value, exp.Expr):
            bound = binder.bind(value)
            if not isinstance(bound.literal, int) or str(spec.args["kind"]).upper() != "ROWS":
                raise not_supported("a window frame that is not ROWS by a literal number")
            value = str(bound.literal)
        sides.append(f"{value} {direction}".strip())
    return f"{spec.args['kind']} BETWEEN {sides[0]} AND {sides[1]}"


def order_by(binder: ExpressionBinder, order: exp.Order) -> str:
    """ORDER BY in a window or an aggregate. Nulls are last unless told, as in Athena."""
    keys = [binder.bind(item.this) for item in order.expressions]
    for key in keys:
        need_order(key.type)
    pairs = zip(keys, order.expressions, strict=True)
    return "ORDER BY " + ", ".join(key.sql + direction(item) for key, item in pairs)
