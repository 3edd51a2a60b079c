"""Functions of maps. Entries stay in the order in which they came, as on Trino.

A key that is not there is null for `element_at` and fails the query for `map[key]`.
Source: https://trino.io/docs/current/functions/map.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.array_functions import if_known, items_of, wrong
from local.athena.array_set_functions import firsts
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, null_of
from local.athena.nested import each, field_of, let, packed
from local.athena.nested_comparison import any_float, holds_null
from local.athena.types import BIGINT, BOOLEAN, UNKNOWN, Type, array, duckdb_type


def map_type(key: Type, value: Type) -> Type:
    return Type("map", parts=((None, key), (None, value)))


def map_of(name: str, arguments: list[Expr], place: int = 0) -> Expr:
    """An argument that is a map; a bare NULL is one, too."""
    e = arguments[place]
    if e.type == UNKNOWN:
        return Expr(null_of(map_type(UNKNOWN, UNKNOWN)), map_type(UNKNOWN, UNKNOWN))
    if e.type.name != "map":
        raise unexpected(name, arguments)
    return e


def made(keys: str, values: str, t: Type) -> str:
    """A map of type `t` from the texts of two arrays. Keys are no nulls and hold none."""
    key, value = (part for _, part in t.parts)
    keys, values = (
        f"CAST({x} AS {duckdb_type(array(p))})" for x, p in ((keys, key), (values, value))
    )
    if not key.parts:
        return f"map({keys}, {values})"
    failing = wrong("map key cannot be indeterminate", key)
    sure = each(keys, lambda e: f"(CASE WHEN {holds_null(e, key)} THEN {failing} ELSE {e} END)")
    return f"map({sure}, {values})"


def map_and_key(name: str, container: Expr, key: Expr) -> tuple[Expr, Expr]:
    """A map and a key as ones of the same key type."""
    (_, key_type), (_, value_type) = container.type.parts
    found = common_type(key_type, key.type)
    if found is None:
        raise unexpected(name, [container, key])
    return coerce(container, map_type(found, value_type)), coerce(key, found)


def looked_up(container: Expr, key: Expr, *, is_needed: bool) -> Expr:
    """map[key], where a key that is_needed but not there fails the query."""
    container, key = map_and_key("[]", container, key)
    value_type = container.type.parts[1][1]
    if any_float(key.type):
        # DuckDB finds a NaN, Trino never does.
        raise not_supported(f"a key of {key.type}")
    if not is_needed:
        return Expr(f"{container.sql}[{key.sql}]", value_type)
    failing = wrong("Key not present in map", value_type)

    def body(m: str, k: str) -> str:
        absent = f"{m} IS NOT NULL AND {k} IS NOT NULL AND NOT map_contains({m}, {k})"
        return f"(CASE WHEN {absent} THEN {failing} ELSE {m}[{k}] END)"

    return Expr(let([container.sql, key.sql], body), value_type)


def _map(name: str, arguments: list[Expr]) -> Expr:
    if not arguments:
        t = map_type(UNKNOWN, UNKNOWN)
        return Expr(made("[]", "[]", t), t)
    count_of(name, arguments, 2)
    keys, values = (items_of(name, arguments, i) for i in (0, 1))
    t = map_type(keys.type.element, values.type.element)
    return Expr(let([keys.sql, values.sql], lambda k, v: if_known([k, v], made(k, v, t), t)), t)


def _side(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    e = map_of(name, arguments)
    return Expr(f"{name}({e.sql})", array(e.type.parts[0 if name == "map_keys" else 1][1]))


def _entries(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    e = map_of(name, arguments)
    row = Type("row", parts=e.type.parts)
    rows = each(
        f"map_entries({e.sql})",
        lambda x: packed(row, [f"struct_extract({x}, 'key')", f"struct_extract({x}, 'value')"]),
    )
    return Expr(rows, array(row))


def _entry_rows(name: str, arguments: list[Expr]) -> tuple[Expr, Type, Type]:
    count_of(name, arguments, 1)
    rows = items_of(name, arguments)
    if rows.type.element == UNKNOWN:
        rows = coerce(rows, array(Type("row", parts=((None, UNKNOWN), (None, UNKNOWN)))))
    if rows.type.element.name != "row" or len(rows.type.element.parts) != 2:
        raise unexpected(name, arguments)
    (_, key), (_, value) = rows.type.element.parts
    return rows, key, value


def _halves(rows: str, t: Type) -> tuple[str, str]:
    """The keys and the values of entries, none of which may be null."""
    failing = wrong("map entry cannot be null", BOOLEAN)
    key = each(
        rows,
        lambda e: f"(CASE WHEN {e} IS NULL AND {failing} THEN NULL ELSE {field_of(e, t, 0)} END)",
    )
    return key, each(rows, lambda e: field_of(e, t, 1))


def _from_entries(name: str, arguments: list[Expr]) -> Expr:
    rows, key, value = _entry_rows(name, arguments)
    t = map_type(key, value)

    def body(x: str) -> str:
        return if_known([x], made(*_halves(x, rows.type.element), t), t)

    return Expr(let([rows.sql], body), t)


def _multi_from_entries(name: str, arguments: list[Expr]) -> Expr:
    rows, key, value = _entry_rows(name, arguments)
    t = map_type(key, array(value))

    def body(x: str) -> str:
        return if_known([x], gathered(*_halves(x, rows.type.element), t), t)

    return Expr(let([rows.sql], body), t)


def gathered(keys: str, values: str, t: Type) -> str:
    """A map from each key to all values that stand beside it."""

    def grouped(k: str, v: str, unique: str) -> str:
        def beside(key: str) -> str:
            places = each(
                f"range(1, len({k}) + 1)",
                lambda i: f"{k}[{i}] IS NOT DISTINCT FROM {key}",
                words="list_filter",
            )
            return each(places, lambda i: f"{v}[{i}]")

        return made(unique, each(unique, beside), t)

    return let([keys, values], lambda k, v: let([firsts(k)], lambda u: grouped(k, v, u)))


def _concat(name: str, arguments: list[Expr]) -> Expr:
    """Of a key the last map's value. Trino puts the last map's entries first."""
    if len(arguments) < 2:
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            "There must be two or more concatenation arguments to map_concat",
        )
    maps = [map_of(name, arguments, i) for i in range(len(arguments))]
    t: Type | None = maps[0].type
    for e in maps[1:]:
        t = common_type(t, e.type) if t else None
    if t is None:
        raise unexpected(name, arguments)
    result = t

    def body(*texts: str) -> str:
        backwards = texts[::-1]
        keys = " || ".join(f"map_keys({m})" for m in backwards)
        values = " || ".join(f"map_values({m})" for m in backwards)
        return if_known(list(texts), first_values(keys, values, result), result)

    return Expr(let([coerce(e, result).sql for e in maps], body), result)


def first_values(keys: str, values: str, t: Type) -> str:
    """A map from each key to the first value that stands beside it."""

    def body(k: str, v: str) -> str:
        return let(
            [firsts(k)],
            lambda u: made(u, each(u, lambda key: f"{v}[list_position({k}, {key})]"), t),
        )

    return let([f"({keys})", f"({values})"], body)


def _cardinality(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    e = arguments[0]
    if e.type.name not in ("array", "map", "unknown"):
        raise unexpected(name, arguments)
    words = "cardinality" if e.type.name == "map" else "len"
    return Expr(f"CAST({words}({coerce_unknown(e).sql}) AS BIGINT)", BIGINT)


def coerce_unknown(e: Expr) -> Expr:
    return coerce(e, array(UNKNOWN)) if e.type == UNKNOWN else e


RULES: dict[str, Rule] = {
    "map": _map,
    "map_keys": _side,
    "map_values": _side,
    "map_entries": _entries,
    "map_from_entries": _from_entries,
    "multimap_from_entries": _multi_from_entries,
    "map_concat": _concat,
    "cardinality": _cardinality,
}
