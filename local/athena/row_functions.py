"""Rows: made of expressions, and their fields by place.

Source: https://trino.io/docs/current/language/types.html#row
"""

from __future__ import annotations

from local.athena.arguments import Rule
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, raising
from local.athena.nested import field_of, packed
from local.athena.nested_comparison import any_float, holds_null, need_no_map
from local.athena.relations import Field
from local.athena.types import BOOLEAN, Type


def build_row(fields: list[Expr]) -> Expr:
    """ROW(...), or expressions in parentheses. The fields have no names."""
    t = Type("row", parts=tuple((None, e.type) for e in fields))
    return Expr(packed(t, [e.sql for e in fields]), t)


def _row(_name: str, arguments: list[Expr]) -> Expr:
    if not arguments:
        raise QueryFailure("FUNCTION_NOT_FOUND", "Function 'row' not registered")
    return build_row(arguments)


def field_at(row: Expr, place: Expr) -> Expr:
    """row[1]: the place is a literal number."""
    count = len(row.type.parts)
    if not isinstance(place.literal, int):
        raise QueryFailure(
            "EXPRESSION_NOT_CONSTANT", "Subscript expression on ROW requires a constant"
        )
    if not 1 <= place.literal <= count:
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            f"Subscript index out of bounds: {place.literal}, max value is {count}",
        )
    index = place.literal - 1
    return Expr(field_of(row.sql, row.type, index), row.type.parts[index][1])


def of_query(columns: list[Field], body: str) -> Expr:
    """The one row of a query; one of nulls when the query has none."""
    t = Type("row", parts=tuple((c.name, c.type) for c in columns))
    found = f"(SELECT {packed(t, [c.sql for c in columns])} FROM ({body}))"
    return Expr(f"coalesce({found}, {packed(t, ['NULL'] * len(columns))})", t)


def in_query(value: Expr, columns: list[Field], body: str, *, is_alone: bool) -> Expr:
    """value IN (query): Trino looks it up with nulls inside being equal, as DuckDB does.

    Where it joins instead nulls are not equal, and a query that names columns around it is
    compared otherwise: both are refused.
    """
    parts = tuple((None, c.type) for c in columns)
    is_row = value.type.name == "row"
    found = common_type(value.type, Type("row", parts=parts) if is_row else columns[0].type)
    if found is None or (not is_row and len(columns) > 1):
        raise QueryFailure(
            "TYPE_MISMATCH", "Value expression and result of subquery must be of the same type"
        )
    need_no_map(found, f"{value.type} IN a query")
    if not is_alone or any_float(found):
        raise not_supported(f"{value.type} IN this query")
    row = Expr(columns[0].sql, columns[0].type)
    if is_row:
        row = build_row([Expr(c.sql, c.type) for c in columns])
    inner = coerce(row, found).sql
    mine = coerce(value, found).sql
    is_in = f"({mine} IN (SELECT {inner} FROM ({body})))"
    failing = raising("NOT_SUPPORTED", f"{found} with a null inside IN a query", BOOLEAN)
    return Expr(
        f"(CASE WHEN {is_in} AND {holds_null(mine, found)} THEN {failing} ELSE {is_in} END)",
        BOOLEAN,
    )


RULES: dict[str, Rule] = {"row": _row}
