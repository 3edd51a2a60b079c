"""Arrays as sets. Here nulls are equal to each other, and every value is kept where it first was.

Source: https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.array_functions import if_known, items_of
from local.athena.coercion import common_type
from local.athena.errors import not_supported
from local.athena.expression import Expr, coerce, raising
from local.athena.nested import each, each_numbered, let
from local.athena.nested_comparison import holds_null, need_no_map
from local.athena.types import BOOLEAN, Type


def _as_sets(name: str, arguments: list[Expr], many: int) -> tuple[list[str], Type]:
    count_of(name, arguments, many)
    arrays = [items_of(name, arguments, i) for i in range(many)]
    found = common_type(arrays[0].type, arrays[-1].type)
    if found is None:
        raise unexpected(name, arguments)
    need_no_map(found, f"function {name} of {found}")
    return [coerce(e, found).sql for e in arrays], found


def firsts(items: str) -> str:
    """The items without those that came before."""
    return each_numbered(
        items, lambda e, n: f"list_position({items}, {e}) = {n}", words="list_filter"
    )


def _distinct(name: str, arguments: list[Expr]) -> Expr:
    texts, t = _as_sets(name, arguments, 1)
    return Expr(let(texts, firsts), t)


def _union(name: str, arguments: list[Expr]) -> Expr:
    texts, t = _as_sets(name, arguments, 2)
    return Expr(let([f"({texts[0]} || {texts[1]})"], firsts), t)


def _intersect(name: str, arguments: list[Expr]) -> Expr:
    """In the order of the longer array; of the first when they are as long."""
    texts, t = _as_sets(name, arguments, 2)

    def body(a: str, b: str) -> str:
        long = f"(CASE WHEN len({a}) < len({b}) THEN {b} ELSE {a} END)"
        both = each(
            long,
            lambda e: (
                f"list_position({a}, {e}) IS NOT NULL AND list_position({b}, {e}) IS NOT NULL"
            ),
            words="list_filter",
        )
        return if_known([a, b], let([both], firsts), t)

    return Expr(let(texts, body), t)


def _except(name: str, arguments: list[Expr]) -> Expr:
    texts, t = _as_sets(name, arguments, 2)

    def body(a: str, b: str) -> str:
        rest = each(a, lambda e: f"list_position({b}, {e}) IS NULL", words="list_filter")
        return if_known([a, b], let([rest], firsts), t)

    return Expr(let(texts, body), t)


def _overlap(name: str, arguments: list[Expr]) -> Expr:
    """Null when nothing is in both and there are nulls that might be."""
    texts, t = _as_sets(name, arguments, 2)
    if t.element.is_float:
        raise not_supported(f"function {name} of {t}")
    failing = raising("NOT_SUPPORTED", f"function {name} of values with nulls inside", BOOLEAN)

    def body(a: str, b: str) -> str:
        shared = each(
            a, lambda e: f"{e} IS NOT NULL AND list_contains({b}, {e})", words="list_filter"
        )
        nulls = f"list_count({a}) < len({a}) OR list_count({b}) < len({b})"
        inner = [each(x, lambda e: holds_null(e, t.element)) for x in (a, b) if t.element.parts]
        guard = " ".join(f"WHEN list_contains({x}, TRUE) THEN {failing}" for x in inner)
        sql = (
            f"(CASE {guard} WHEN len({a}) = 0 OR len({b}) = 0 THEN FALSE"
            f" WHEN len({shared}) > 0 THEN TRUE WHEN {nulls} THEN NULL ELSE FALSE END)"
        )
        return if_known([a, b], sql, BOOLEAN)

    return Expr(let(texts, body), BOOLEAN)


RULES: dict[str, Rule] = {
    "array_distinct": _distinct,
    "array_union": _union,
    "array_intersect": _intersect,
    "array_except": _except,
    "arrays_overlap": _overlap,
}
