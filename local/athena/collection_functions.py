"""Functions of arrays, maps and rows, by name; a place in them by `[]` and element_at.

An array's places count from 1. A place that is not there is null for `element_at` and fails
the query for `[]`.
Source: https://trino.io/docs/current/functions/array.html and `map`
"""

from __future__ import annotations

from local.athena import (
    array_functions,
    array_parts,
    array_set_functions,
    map_functions,
    row_functions,
    sequence_functions,
)
from local.athena.arguments import Rule, argument_as, count_of
from local.athena.array_functions import build_array, items_of, wrong
from local.athena.array_parts import concatenated
from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce
from local.athena.map_functions import looked_up
from local.athena.nested import let
from local.athena.types import BIGINT

__all__ = ["RULES", "build_array", "concatenated", "overload", "subscript"]


def _element_at(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    if arguments[0].type.name == "map":
        return looked_up(*arguments, is_needed=False)
    items, index = items_of(name, arguments), argument_as(name, arguments[1], BIGINT).sql
    failing = wrong("SQL array indices start at 1", items.type.element)

    def body(x: str, i: str) -> str:
        is_wrong = f"{x} IS NOT NULL AND {i} = 0"
        return f"(CASE WHEN {is_wrong} THEN {failing} ELSE {x}[{i}] END)"

    return Expr(let([items.sql, index], body), items.type.element)


def subscript(container: Expr, key: Expr) -> Expr:
    """container[key]: unlike element_at, what is not there fails the query."""
    t = container.type
    if t.name == "map":
        return looked_up(container, key, is_needed=True)
    if t.name == "row":
        return row_functions.field_at(container, key)
    if t.name != "array":
        raise QueryFailure("TYPE_MISMATCH", f"Cannot apply operator: {t}[{key.type}]")
    if not can_coerce(key.type, BIGINT):
        raise QueryFailure("TYPE_MISMATCH", f"Cannot use {key.type} for subscript of {t}")
    failing = wrong("Array subscript is out of bounds", t.element)

    def body(x: str, i: str) -> str:
        return f"(CASE WHEN {i} < 1 OR {i} > len({x}) THEN {failing} ELSE {x}[{i}] END)"

    return Expr(let([container.sql, argument_as("[]", key, BIGINT).sql], body), t.element)


def overload(name: str, arguments: list[Expr]) -> Rule | None:
    """The rule for arrays of a name that is a function of text, too."""
    if any(a.type.name == "array" for a in arguments):
        return array_parts.OVERLOADS.get(name)
    return None


RULES: dict[str, Rule] = {
    **array_functions.RULES,
    **array_parts.RULES,
    **array_set_functions.RULES,
    **map_functions.RULES,
    **row_functions.RULES,
    **sequence_functions.RULES,
    "element_at": _element_at,
}
