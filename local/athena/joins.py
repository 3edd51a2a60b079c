"""JOIN: its kind, its condition, and the columns that come out of it.

Source: https://trino.io/docs/current/sql/select.html#joins
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena import pushdown
from local.athena.binder import ExpressionBinder
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, unify
from local.athena.operators import compare
from local.athena.positions import placed
from local.athena.relations import Field, Join, Lateral, Relation, without_origins
from local.athena.scope import Scope, only
from local.athena.unnested import check_join

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder


def kind_of(node: exp.Join) -> str:
    """INNER, LEFT, RIGHT, FULL or CROSS."""
    only(node, "this", "on", "using", "side", "kind")
    side, kind = (node.side or "").upper(), (node.kind or "").upper()
    has_condition = node.args.get("on") is not None or bool(node.args.get("using"))
    if (kind == "OUTER" and not side) or (kind == "CROSS" and has_condition):
        raise QueryFailure("SYNTAX_ERROR", f"{kind} JOIN with or without a condition")
    if kind != "CROSS" and not has_condition and node.meta.get("is_written"):
        raise QueryFailure("SYNTAX_ERROR", "JOIN without a condition")
    if kind not in ("", "INNER", "CROSS", "OUTER"):
        raise not_supported(f"{kind} JOIN")
    if side in ("LEFT", "RIGHT", "FULL"):
        return side
    return "INNER" if has_condition else "CROSS"


def joined(
    left: Relation, right: Relation, node: exp.Join, outer: Scope | None, queries: QueryBinder
) -> Join:
    kind = kind_of(node)
    fields: list[Field] = [*left.fields, *right.fields]
    condition = None
    if isinstance(node.this, exp.Unnest):
        check_join(node, kind)
    if node.args.get("using"):
        condition, fields = _using(left, right, node, queries)
    elif kind != "CROSS":
        on = node.args["on"]
        binder = ExpressionBinder(Scope(fields, outer), queries)
        condition = queries.required(binder, on, "JOIN ON clause")
        if isinstance(right, Lateral):
            _check_lateral(kind, on)
        else:
            right = _pruned(left, right, on, kind, outer, queries)
    if kind in ("LEFT", "FULL"):
        without_origins(right.fields)
    if kind in ("RIGHT", "FULL"):
        without_origins(left.fields)
    return Join(fields, left, right, kind, condition)


def _check_lateral(kind: str, on: exp.Expr) -> None:
    if kind not in ("INNER", "LEFT") or not (isinstance(on, exp.Boolean) and on.this):
        raise not_supported("LATERAL in a join that is not INNER or LEFT with ON TRUE")


def _pruned(
    left: Relation,
    right: Relation,
    on: exp.Expr,
    kind: str,
    outer: Scope | None,
    queries: QueryBinder,
) -> Relation:
    """Tell the scans on both sides what the condition leaves of them; gives the right side."""
    both = [*left.fields, *right.fields]
    prunable = {"INNER": both, "LEFT": right.fields, "RIGHT": left.fields, "FULL": []}
    pushdown.push(on, prunable[kind], queries)
    if outer is None and kind in ("INNER", "RIGHT"):
        return pushdown.stage_right(on, left, right, queries)
    return right


def _using(
    left: Relation, right: Relation, node: exp.Join, queries: QueryBinder
) -> tuple[str, list[Field]]:
    """The condition, and the columns: those that are joined by, once, and then the others."""
    conditions: list[str] = []
    merged: list[Field] = []
    used: set[Field] = set()
    kind = kind_of(node)
    for identifier in node.args["using"]:
        name = identifier.name.lower()
        with placed(identifier, queries.sql):
            a, b = (_only_named(side.fields, name) for side in (left, right))
        same, found = unify([Expr(a.sql, a.type), Expr(b.sql, b.type)], "JOIN USING columns")
        conditions.append(compare("=", *same))
        sides = [e.sql for e in same]
        sql = {"RIGHT": sides[1], "FULL": f"coalesce({', '.join(sides)})"}.get(kind, sides[0])
        merged.append(Field(name, found, sql, needs=(a, b), label=identifier.name))
        queries.plan.required.update((a, b))
        used |= {a, b}
    rest = [f for f in (*left.fields, *right.fields) if f not in used]
    return " AND ".join(conditions), [*merged, *rest]


def _only_named(fields: list[Field], name: str) -> Field:
    found = [f for f in fields if f.name == name]
    if len(found) != 1:
        raise QueryFailure("COLUMN_NOT_FOUND", f"Column '{name}' cannot be resolved in JOIN USING")
    return found[0]
