"""Aggregates that give maps, and the least and greatest of arrays and rows.

The order of such a map's entries means nothing: Trino's is by a hash, here it is by when a key
came first. Keys that are null are passed over, and a group without a key has a null.
Source: https://trino.io/docs/current/functions/aggregate.html#map-aggregate-functions
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.arguments import count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, null_of
from local.athena.map_functions import first_values, gathered, map_type
from local.athena.nested import each, let, packed
from local.athena.nested_comparison import any_float, is_orderable, orderly
from local.athena.shapes import Rule, Shape
from local.athena.types import BIGINT, Type, array, duckdb_type


def _pairs(name: str, arguments: list[Expr], shape: Shape) -> str:
    """The list of the keys and values of a group."""
    count_of(name, arguments, 2)
    if shape("", "").startswith("(DISTINCT"):
        raise not_supported(f"{name} of DISTINCT pairs")
    key, value = arguments
    if key.type.parts:
        raise not_supported(f"function {name} with keys of {key.type}")
    row = Type("row", parts=(("k", key.type), ("v", value.type)))
    return shape("list", packed(row, [key.sql, value.sql]))


def _map_of(pairs: str, build: Callable[[str, str, Type], str], t: Type) -> Expr:
    def body(known: str) -> str:
        keys = each(known, lambda e: f"struct_extract({e}, 'k')")
        values = each(known, lambda e: f"struct_extract({e}, 'v')")
        return f"(CASE WHEN len({known}) > 0 THEN {build(keys, values, t)} ELSE {null_of(t)} END)"

    known = each(pairs, lambda e: f"struct_extract({e}, 'k') IS NOT NULL", words="list_filter")
    return Expr(let([known], body), t)


def _map_agg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of a key the first value."""
    pairs = _pairs(name, arguments, shape)
    return _map_of(pairs, first_values, map_type(arguments[0].type, arguments[1].type))


def _multimap_agg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    pairs = _pairs(name, arguments, shape)
    return _map_of(pairs, gathered, map_type(arguments[0].type, array(arguments[1].type)))


def _map_union(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of a key the first map's value."""
    count_of(name, arguments, 1)
    t = arguments[0].type
    if t.name != "map":
        raise unexpected(name, arguments)

    def body(maps: str) -> str:
        keys = f"flatten({each(maps, lambda m: f'map_keys({m})')})"
        values = f"flatten({each(maps, lambda m: f'map_values({m})')})"
        some = let([keys], lambda k: f"coalesce(len({k}), 0) > 0")
        return f"(CASE WHEN {some} THEN {first_values(keys, values, t)} ELSE {null_of(t)} END)"

    known = each(shape("list", arguments[0].sql), lambda m: f"{m} IS NOT NULL", words="list_filter")
    return Expr(let([known], body), t)


def _histogram(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    key = arguments[0].type
    if key.parts or key.is_float:
        raise not_supported(f"function {name} of {key}")
    t = map_type(key, BIGINT)
    return Expr(f"CAST({shape('histogram', arguments[0].sql)} AS {duckdb_type(t)})", t)


def extreme_of_nested(name: str, argument: Expr, shape: Shape) -> Expr:
    """min and max of arrays and rows, which must hold no null."""
    if not is_orderable(argument.type):
        raise unexpected(name, [argument])
    if any_float(argument.type):
        raise not_supported(f"function {name} of {argument.type}")
    return Expr(shape(name, orderly(argument.sql, argument.type)), argument.type)


AGGREGATES: dict[str, Rule] = {
    "map_agg": _map_agg,
    "multimap_agg": _multimap_agg,
    "map_union": _map_union,
    "histogram": _histogram,
}
