"""What UNNEST makes columns of: an array, the fields of an array of rows, a map's two sides.

Source: https://trino.io/docs/current/sql/select.html#unnest
"""

from __future__ import annotations

from sqlglot import exp

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.nested import each, field_of
from local.athena.types import Type, array


def check_join(node: exp.Join, kind: str) -> None:
    """A join with UNNEST has no condition but ON TRUE."""
    on = node.args.get("on")
    is_true = on is None or (isinstance(on, exp.Boolean) and on.this)
    if node.args.get("using") or not is_true or kind in ("RIGHT", "FULL"):
        raise not_supported(f"{kind} JOIN of UNNEST with a condition")


def check_correlated(node: exp.Unnest) -> None:
    """UNNEST of an enclosing query's column: Trino has it only in the simplest of queries."""
    query = node.find_ancestor(exp.Select)
    parts = ("where", "group", "having", "distinct", "joins", "order")
    has_more = query is None or any(query.args.get(part) for part in parts)
    holder = query.parent if query is not None else None
    in_list = isinstance(holder.parent if isinstance(holder, exp.Subquery) else holder, exp.In)
    if has_more or in_list or isinstance(node.parent, exp.Join):
        raise not_supported("this query with UNNEST of an enclosing query's column")


def side_by_side(e: Expr) -> list[tuple[str | None, Expr]]:
    """An array for each column, with the column's name if it has one."""
    if e.type.name == "map":
        (_, key), (_, value) = e.type.parts
        keys = Expr(f"map_keys({e.sql})", array(key))
        return [(None, keys), (None, Expr(f"map_values({e.sql})", array(value)))]
    if e.type.name != "array":
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"Cannot unnest type: {e.type}")
    if e.type.element.name != "row":
        return [(None, e)]
    parts = enumerate(e.type.element.parts)
    return [(label, _fields(e, i, part)) for i, (label, part) in parts]


def _fields(rows: Expr, index: int, t: Type) -> Expr:
    return Expr(each(rows.sql, lambda e: field_of(e, rows.type.element, index)), array(t))
