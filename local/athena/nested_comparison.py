"""Comparing arrays, maps and rows as Trino does: a null inside makes the answer unknown.

DuckDB holds nulls inside to be equal, and minds the order of a map's entries. What Trino cannot
put in order because of a null inside fails here by the same name.
Source: https://trino.io/docs/current/functions/comparison.html
"""

from __future__ import annotations

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, raising
from local.athena.nested import each, field_of, let
from local.athena.types import BOOLEAN, Type


def compare_nested(symbol: str, a: Expr, b: Expr) -> str:
    """`a symbol b` of one type that has parts."""
    t = a.type
    if "DISTINCT" in symbol:
        need_no_map(t, f"comparison of {t}")
        return f"({a.sql} {symbol} {b.sql})"
    if symbol in ("=", "<>"):
        return f"({'NOT ' if symbol == '<>' else ''}{equal(a.sql, b.sql, t)})"
    if not is_orderable(t):
        raise QueryFailure("TYPE_MISMATCH", f"Cannot apply operator: {t} {symbol} {t}")
    if any_float(t):
        raise not_supported(f"comparison of {t}")
    return let([a.sql, b.sql], lambda x, y: f"({orderly(x, t)} {symbol} {orderly(y, t)})")


def equal(a: str, b: str, t: Type) -> str:
    """Whether both are equal; null when nulls inside leave it open."""
    if t.is_float:
        return f"(CASE WHEN isnan({a}) OR isnan({b}) THEN FALSE ELSE {a} = {b} END)"
    if not t.parts:
        return f"({a} = {b})"
    return let([a, b], lambda x, y: _EQUAL[t.name](x, y, t))


def _equal_arrays(a: str, b: str, t: Type) -> str:
    places = each(f"range(1, len({a}) + 1)", lambda i: equal(f"{a}[{i}]", f"{b}[{i}]", t.element))
    return (
        f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN len({a}) <> len({b}) THEN FALSE"
        f" ELSE {_all(places)} END)"
    )


def _equal_maps(a: str, b: str, t: Type) -> str:
    if any_float(t.element):
        raise not_supported(f"comparison of {t}")

    def same(key: str) -> str:
        values = equal(f"{a}[{key}]", f"{b}[{key}]", t.parts[1][1])
        return f"(CASE WHEN map_contains({b}, {key}) THEN {values} ELSE FALSE END)"

    return (
        f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL"
        f" WHEN cardinality({a}) <> cardinality({b}) THEN FALSE"
        f" ELSE {_all(each(f'map_keys({a})', same))} END)"
    )


def _equal_rows(a: str, b: str, t: Type) -> str:
    fields = (
        equal(field_of(a, t, i), field_of(b, t, i), part) for i, (_, part) in enumerate(t.parts)
    )
    return f"(CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL ELSE {' AND '.join(fields)} END)"


_EQUAL = {"array": _equal_arrays, "map": _equal_maps, "row": _equal_rows}


def _all(answers: str) -> str:
    """AND over a list."""
    return let(
        [answers],
        lambda x: (
            f"(CASE WHEN list_contains({x}, FALSE) THEN FALSE"
            f" WHEN list_count({x}) < len({x}) THEN NULL ELSE TRUE END)"
        ),
    )


def matches(item: str, value: str, t: Type, name: str) -> str:
    """Whether a value that is not null equals an item; never null. What is open fails."""
    if not t.parts:
        return f"coalesce({equal(item, value, t)}, FALSE)"
    failing = raising(
        "NOT_SUPPORTED",
        f"{name} does not support arrays with elements that are null or contain null",
        BOOLEAN,
    )
    found = f"coalesce({equal(item, value, t)}, {failing})"
    return f"(CASE WHEN {item} IS NULL THEN FALSE ELSE {found} END)"


def holds_null(sql: str, t: Type) -> str:
    """Whether there is a null inside; the value itself may be one."""
    if t.name == "array":
        inside = each(sql, lambda e: _null_or_holding(e, t.element), words="list_filter")
        return f"coalesce(len({inside}) > 0, FALSE)"
    if t.name == "map":
        return let(
            [f"map_values({sql})"], lambda v: holds_null(v, Type("array", parts=t.parts[1:]))
        )
    if t.name != "row":
        return "FALSE"
    fields = [_null_or_holding(field_of(sql, t, i), part) for i, (_, part) in enumerate(t.parts)]
    return f"({sql} IS NOT NULL AND ({' OR '.join(fields)}))"


def _null_or_holding(sql: str, t: Type) -> str:
    return f"({sql} IS NULL OR {holds_null(sql, t)})" if t.parts else f"({sql} IS NULL)"


def orderly(sql: str, t: Type) -> str:
    """`sql`, which fails when it holds a null that would have to be put in order."""
    if not t.parts:
        return sql
    why = f"{t.name.upper()} comparison not supported for values with null elements"
    failing = raising("NOT_SUPPORTED", why, t)
    return let([sql], lambda x: f"(CASE WHEN {holds_null(x, t)} THEN {failing} ELSE {x} END)")


def need_no_map(t: Type, what: str) -> None:
    """Raises NOT_SUPPORTED: DuckDB holds maps with the same entries in another order distinct."""
    if _holds(t, "map"):
        raise not_supported(what)


def is_orderable(t: Type) -> bool:
    return not _holds(t, "map", "json")


def any_float(t: Type) -> bool:
    return _holds(t, "real", "double")


def _holds(t: Type, *names: str) -> bool:
    return t.name in names or any(_holds(part, *names) for _, part in t.parts)
