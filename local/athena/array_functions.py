"""Functions that look for values in arrays, or put them in order.

An array that is null gives null; so does a null value.

Source: https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.coercion import common_type
from local.athena.errors import not_supported
from local.athena.expression import Expr, coerce, null_of, raising, unify
from local.athena.nested import each, let
from local.athena.nested_comparison import any_float, is_orderable, matches, orderly
from local.athena.types import BIGINT, BOOLEAN, UNKNOWN, Type, array, duckdb_type


def build_array(elements: list[Expr]) -> Expr:
    if not elements:
        return Expr(f"CAST([] AS {duckdb_type(array(UNKNOWN))})", array(UNKNOWN))
    same, element = unify(elements, "All ARRAY elements")
    return Expr(f"[{', '.join(e.sql for e in same)}]", array(element))


def items_of(name: str, arguments: list[Expr], place: int = 0) -> Expr:
    """An argument that is an array; a bare NULL is one, too."""
    e = arguments[place]
    if e.type == UNKNOWN:
        return Expr(null_of(array(UNKNOWN)), array(UNKNOWN))
    if e.type.name != "array":
        raise unexpected(name, arguments)
    return e


def items_and_value(name: str, arguments: list[Expr]) -> tuple[Expr, Expr]:
    """An array and a value as ones of the same element type."""
    count_of(name, arguments, 2)
    items, value = items_of(name, arguments), arguments[1]
    found = common_type(items.type.element, value.type)
    if found is None:
        raise unexpected(name, arguments)
    return coerce(items, array(found)), coerce(value, found)


def if_known(texts: list[str], sql: str, t: Type) -> str:
    """`sql`, or null when any of `texts` is null."""
    unknown = " OR ".join(f"{x} IS NULL" for x in texts)
    return f"(CASE WHEN {unknown} THEN {null_of(t)} ELSE {sql} END)"


def wrong(message: str, t: Type) -> str:
    return raising("INVALID_FUNCTION_ARGUMENT", message, t)


# ---------------------------------------------------------------- looking for a value


def _contains(name: str, arguments: list[Expr]) -> Expr:
    """Null when the value is not found among values of which one is null."""
    items, value = items_and_value(name, arguments)
    t = items.type.element

    def body(x: str, v: str) -> str:
        found = f"list_contains({each(x, lambda e: matches(e, v, t, name))}, TRUE)"
        if not t.parts and not t.is_float:
            found = f"list_contains({x}, {v})"
        has_null = f"list_count({x}) < len({x})"
        sql = f"(CASE WHEN {found} THEN TRUE WHEN {has_null} THEN NULL ELSE FALSE END)"
        return if_known([x, v], sql, BOOLEAN)

    return Expr(let([items.sql, value.sql], body), BOOLEAN)


def _position(name: str, arguments: list[Expr]) -> Expr:
    items, value = items_and_value(name, arguments)
    t = items.type.element

    def body(x: str, v: str) -> str:
        found = f"list_position({each(x, lambda e: matches(e, v, t, name))}, TRUE)"
        return if_known([x, v], f"CAST(coalesce({found}, 0) AS BIGINT)", BIGINT)

    return Expr(let([items.sql, value.sql], body), BIGINT)


def _remove(name: str, arguments: list[Expr]) -> Expr:
    items, value = items_and_value(name, arguments)
    t = items.type.element

    def body(x: str, v: str) -> str:
        kept = each(x, lambda e: f"NOT {matches(e, v, t, name)}", words="list_filter")
        return if_known([x, v], kept, items.type)

    return Expr(let([items.sql, value.sql], body), items.type)


def _contains_sequence(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    (items, part), t = alike(name, arguments)

    def body(x: str, y: str) -> str:
        places = f"range(1, len({x}) - len({y}) + 2)"
        found = each(
            places,
            lambda i: f"{x}[{i}:{i} + len({y}) - 1] IS NOT DISTINCT FROM {y}",
            words="list_filter",
        )
        return if_known([x, y], f"(len({found}) > 0)", BOOLEAN)

    if not is_orderable(t):
        raise not_supported(f"function {name} of {t}")
    return Expr(let([items.sql, part.sql], body), BOOLEAN)


def alike(name: str, arguments: list[Expr]) -> tuple[list[Expr], Type]:
    arrays = [items_of(name, arguments, i) for i in range(len(arguments))]
    found: Type | None = arrays[0].type
    for e in arrays[1:]:
        found = common_type(found, e.type) if found else None
    if found is None:
        raise unexpected(name, arguments)
    return [coerce(e, found) for e in arrays], found


# ---------------------------------------------------------------- order


def _sort(name: str, arguments: list[Expr]) -> Expr:
    """Ascending, nulls last."""
    count_of(name, arguments, 1)
    items = items_of(name, arguments)
    if not is_orderable(items.type):
        raise unexpected(name, arguments)
    return Expr(f"list_sort({_in_order(items)}, 'ASC', 'NULLS LAST')", items.type)


def _in_order(items: Expr) -> str:
    """The array; fails when one of its elements holds a null."""
    t = items.type.element
    return each(items.sql, lambda e: orderly(e, t)) if t.parts else items.sql


def _extreme(name: str, arguments: list[Expr]) -> Expr:
    """Null when any element is; NaN only where there is nothing else."""
    count_of(name, arguments, 1)
    items = items_of(name, arguments)
    t, words = items.type.element, name.removeprefix("array_")
    if not is_orderable(t):
        raise unexpected(name, arguments)
    if t.parts and any_float(t):
        raise not_supported(f"function {name} of {items.type}")

    def body(x: str) -> str:
        found = f"list_aggregate({x}, '{words}')"
        if t.is_float:
            return _extreme_float(x, words, t)
        return f"(CASE WHEN list_count({x}) < len({x}) THEN {null_of(t)} ELSE {found} END)"

    return Expr(let([_in_order(items)], body), t)


def _extreme_float(x: str, words: str, t: Type) -> str:
    """Which of two zeros Trino answers depends on their order, so that is refused."""
    numbers = each(x, lambda e: f"NOT isnan({e})", words="list_filter")
    found = f"coalesce(list_aggregate({numbers}, '{words}'), list_aggregate({x}, '{words}'))"
    minus = f"list_contains({each(x, lambda e: f'CAST({e} AS VARCHAR)')}, '-0.0')"
    zero = raising("NOT_SUPPORTED", "the extreme of a negative zero", t)
    return let(
        [found],
        lambda f: (
            f"(CASE WHEN list_count({x}) < len({x}) THEN {null_of(t)}"
            f" WHEN {f} = 0 AND {minus} THEN {zero} ELSE {f} END)"
        ),
    )


RULES: dict[str, Rule] = {
    "contains": _contains,
    "contains_sequence": _contains_sequence,
    "array_position": _position,
    "array_remove": _remove,
    "array_sort": _sort,
    "array_min": _extreme,
    "array_max": _extreme,
}
