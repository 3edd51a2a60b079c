"""What a condition says about the columns of scans: constants now, other tables' keys later.

Both only ever leave out rows that the statement would drop by itself; the condition stays in
the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena.binder import ExpressionBinder
from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.plan import Stage
from local.athena.predicates import MIRRORED, Predicate
from local.athena.relations import Derived, Field, Origin, Relation
from local.athena.scope import Scope
from local.athena.types import Type

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder

_SYMBOLS: dict[type, str] = {
    exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions that must all hold."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.And):
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def push(condition: exp.Expr, fields: list[Field], queries: QueryBinder) -> None:
    """Give each scan below `fields` the predicates that `condition` makes on its columns."""
    for conjunct in conjuncts(condition):
        for column, operator, value in _comparisons(conjunct, fields, queries):
            for origin in column.origins:
                origin.scan.predicates.append(Predicate(origin.column, operator, value))


def _comparisons(
    node: exp.Expr, fields: list[Field], queries: QueryBinder
) -> Iterator[tuple[Field, str, Any]]:
    if isinstance(node, exp.Binary) and type(node) in _SYMBOLS:
        symbol = _SYMBOLS[type(node)]
        pairs = [(node.left, symbol, node.right), (node.right, MIRRORED[symbol], node.left)]
    elif isinstance(node, exp.Between):
        pairs = [(node.this, ">=", node.args["low"]), (node.this, "<=", node.args["high"])]
    elif isinstance(node, exp.In) and node.expressions:
        column = _column(node.this, fields)
        values = [_constant(item, column, queries) for item in node.expressions]
        if column is not None and None not in values:
            yield column, "in", frozenset(values)
        return
    else:
        return
    for side, symbol, other in pairs:
        column = _column(side, fields)
        value = _constant(other, column, queries)
        if column is not None and value is not None:
            yield column, symbol, value


def _column(node: exp.Expr, fields: list[Field]) -> Field | None:
    """The one column of `fields` that `node` names, if it comes straight from a scan."""
    while isinstance(node, exp.Paren):
        node = node.this
    if not isinstance(node, exp.Column) or node.args.get("db"):
        return None
    name, table = node.name.lower(), node.table.lower()
    found = [f for f in fields if f.name == name and (not table or f.qualifier == table)]
    return found[0] if len(found) == 1 and found[0].origins else None


def _constant(node: exp.Expr, column: Field | None, queries: QueryBinder) -> Any | None:
    """The value of an expression without columns, of the column's kind; None if it has none."""
    if column is None or node.find(exp.Column, exp.Query):
        return None
    try:
        value = ExpressionBinder(Scope([]), queries).bind(node)
        alike = _alike(value, column.type)
        # A constant that cannot be computed fails where the statement evaluates it, or never.
        return None if alike is None else queries.context.evaluate(alike.sql)
    except QueryFailure:
        return None


def _alike(value: Expr, t: Type) -> Expr | None:
    if value.type.is_integer and t.is_integer:
        return value
    if t.name in ("varchar", "date", "boolean", "timestamp") and can_coerce(value.type, t):
        return coerce(value, t)
    return None


# ---------------------------------------------------------------- keys of another table


def stage_right(on: exp.Expr, left: Relation, right: Relation, queries: QueryBinder) -> Relation:
    """Evaluate the right side of a join first, when its keys can prune a scan on the left.

    In an inner or right join a row of the left whose key no row of the right has cannot be in
    the answer. So if the left side passes on a column by which a scan is partitioned, the right
    side becomes a table, read once, and the scan keeps only the files that hold its keys.
    Trino calls this dynamic filtering: https://trino.io/docs/current/admin/dynamic-filtering.html
    """
    keys = [
        (theirs, origins)
        for mine, theirs in _equalities(on, left, right)
        if (origins := tuple(o for o in mine.origins if o.scan.table.prunes_on(o.column)))
    ]
    if not keys:
        return right
    staged = _as_derived(right)
    if staged is None:
        return right
    staged.stage = queries.context.alias("stage_")
    inner = {f: f.needs[0] for f in staged.fields}
    found: list[tuple[Field, tuple[Origin, ...]]] = [
        (inner[theirs], origins) for theirs, origins in keys if theirs in inner
    ]
    queries.plan.stages.append(Stage(staged.stage, staged.query, found))
    return staged


def _equalities(on: exp.Expr, left: Relation, right: Relation) -> Iterator[tuple[Field, Field]]:
    for conjunct in conjuncts(on):
        if not isinstance(conjunct, exp.EQ):
            continue
        for a, b in ((conjunct.left, conjunct.right), (conjunct.right, conjunct.left)):
            mine, theirs = _column(a, left.fields), _named(b, right.fields)
            both = [*left.fields, *right.fields]
            is_clear = len(_all_named(a, both)) == 1 and len(_all_named(b, both)) == 1
            if mine is not None and theirs is not None and is_clear and mine.type == theirs.type:
                yield mine, theirs


def _named(node: exp.Expr, fields: list[Field]) -> Field | None:
    found = _all_named(node, fields)
    return found[0] if len(found) == 1 else None


def _all_named(node: exp.Expr, fields: list[Field]) -> list[Field]:
    if not isinstance(node, exp.Column) or node.args.get("db"):
        return []
    name, table = node.name.lower(), node.table.lower()
    return [f for f in fields if f.name == name and (not table or f.qualifier == table)]


def _as_derived(relation: Relation) -> Derived | None:
    """`relation` if it is a query under an alias. A bare table is left for DuckDB to read."""
    return relation if isinstance(relation, Derived) else None
