"""Functions that take a lambda: `x -> x + 1`, `(x, y) -> ...`, which may name columns around it.

The lambda becomes one of DuckDB's. What stops early on Trino (any_match, ...) is folded, so that
what it does not look at cannot fail.
Source: https://trino.io/docs/current/functions/lambda.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena import functions
from local.athena.arguments import unexpected
from local.athena.array_functions import items_of
from local.athena.coercion import common_type
from local.athena.comparator_sort import sorted_by
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.lambda_calls import Call, folded
from local.athena.map_functions import made, map_of, map_type
from local.athena.nested import each, let
from local.athena.nested_comparison import any_float
from local.athena.types import BOOLEAN, INTEGER, Type, array, duckdb_type

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder

# ---------------------------------------------------------------- arrays


def _transform(call: Call) -> Expr:
    call.shaped(False, True)
    items, p = items_of(call.name, call.plain), call.parameter()
    body = call.body(1, Expr(p, items.type.element))
    return Expr(_mapped(items.sql, p, body), array(body.type))


def _mapped(items: str, parameter: str, body: Expr) -> str:
    return f"list_transform({items}, lambda {parameter}: {_typed(body)})"


def _typed(e: Expr) -> str:
    return f"CAST({e.sql} AS {duckdb_type(e.type)})"


def _filter(call: Call) -> Expr:
    call.shaped(False, True)
    items, p = items_of(call.name, call.plain), call.parameter()
    condition = call.condition(1, Expr(p, items.type.element))
    return Expr(f"list_filter({items.sql}, lambda {p}: {condition})", items.type)


def _match(start: str, word: str, ending: str = "") -> Callable[[Call], Expr]:
    """Items are looked at until one decides: what stands after it cannot fail."""
    decided = "FALSE" if start == "TRUE" else "TRUE"

    def rule(call: Call) -> Expr:
        call.shaped(False, True)
        items = items_of(call.name, call.plain)

        def step(state: str, item: str) -> Expr:
            condition = call.condition(1, Expr(item, items.type.element))
            known = f"{state} IS NOT DISTINCT FROM {decided}"
            return Expr(
                f"(CASE WHEN {known} THEN {decided} ELSE ({condition}) {word} {state} END)", BOOLEAN
            )

        found = folded(call, items, Expr(start, BOOLEAN), step)
        return Expr(f"({ending}struct_extract({found}, 's'))", BOOLEAN)

    return rule


# Trino widens the state's type while it looks for one that the lambda keeps.
_TRIES = 4


def _reduce(call: Call) -> Expr:
    call.shaped(False, False, True, True)
    items, start = items_of(call.name, call.plain), call.plain[1]
    for _ in range(_TRIES):
        found = call.body(2, Expr("s", start.type), Expr("x", items.type.element)).type
        wider = common_type(start.type, found)
        if wider is None:
            raise unexpected(call.name, call.plain)
        if wider == start.type:
            break
        start = coerce(start, wider)
    else:
        raise QueryFailure("GENERIC_INTERNAL_ERROR", f"the type of {call.name} does not settle")

    def step(s: str, x: str) -> Expr:
        return coerce(call.body(2, Expr(s, start.type), Expr(x, items.type.element)), start.type)

    p = call.parameter()
    ended = call.body(3, Expr(p, start.type))

    def last(state: str) -> str:
        only_one = f"[struct_extract({state}, 's')]"
        return f"(CASE WHEN {state} IS NOT NULL THEN {_mapped(only_one, p, ended)}[1] END)"

    return Expr(let([folded(call, items, start, step)], last), ended.type)


def _zip_with(call: Call) -> Expr:
    """The shorter array is filled up with nulls."""
    call.shaped(False, False, True)
    items = [items_of(call.name, call.plain, i) for i in (0, 1)]
    p = call.parameter()
    sides = [Expr(f"struct_extract_at({p}, {i + 1})", e.type.element) for i, e in enumerate(items)]
    body = call.body(2, *sides)

    def both(a: str, b: str) -> str:
        zipped = _mapped(f"list_zip({a}, {b})", p, body)
        return f"(CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN {zipped} END)"

    return Expr(let([e.sql for e in items], both), array(body.type))


def _array_sort(call: Call) -> Expr:
    call.shaped(False, True)
    items = items_of(call.name, call.plain)

    def compared(a: str, b: str) -> str:
        found = call.body(1, Expr(a, items.type.element), Expr(b, items.type.element))
        if found.type == INTEGER or (found.type.is_integer and can_coerce(found.type, INTEGER)):
            return found.sql
        raise unexpected(call.name, call.plain)

    return Expr(sorted_by(items, compared, call.parameter()), items.type)


# ---------------------------------------------------------------- maps


def _entry(call: Call) -> tuple[Expr, str, Expr, Expr]:
    call.shaped(False, True)
    m, p = map_of(call.name, call.plain), call.parameter()
    (_, key), (_, value) = m.type.parts
    return (
        m,
        p,
        Expr(f"struct_extract({p}, 'key')", key),
        Expr(f"struct_extract({p}, 'value')", value),
    )


def _map_filter(call: Call) -> Expr:
    m, p, key, value = _entry(call)
    kept = f"list_filter(map_entries({m.sql}), lambda {p}: {call.condition(1, key, value)})"
    return Expr(let([kept], lambda x: _of_entries(x, m.type)), m.type)


def _of_entries(entries: str, t: Type) -> str:
    keys = each(entries, lambda e: f"struct_extract({e}, 'key')")
    values = each(entries, lambda e: f"struct_extract({e}, 'value')")
    return made(keys, values, t)


def _transform_keys(call: Call) -> Expr:
    m, p, key, value = _entry(call)
    body = call.body(1, key, value)
    t = map_type(body.type, value.type)
    return Expr(
        let([m.sql], lambda x: made(_mapped(f"map_entries({x})", p, body), f"map_values({x})", t)),
        t,
    )


def _transform_values(call: Call) -> Expr:
    m, p, key, value = _entry(call)
    body = call.body(1, key, value)
    t = map_type(key.type, body.type)
    return Expr(
        let([m.sql], lambda x: made(f"map_keys({x})", _mapped(f"map_entries({x})", p, body), t)), t
    )


def _map_zip_with(call: Call) -> Expr:
    """The first map's keys, then those of the second alone; a value that is not there is null."""
    call.shaped(False, False, True)
    first, second = (map_of(call.name, call.plain, i) for i in (0, 1))
    key = common_type(first.type.parts[0][1], second.type.parts[0][1])
    if key is None:
        raise unexpected(call.name, call.plain)
    if any_float(key):
        raise not_supported(f"function {call.name} with keys of {key}")
    values = [m.type.parts[1][1] for m in (first, second)]
    a, b = (coerce(m, map_type(key, v)) for m, v in zip((first, second), values, strict=True))
    p = call.parameter()
    sides = (Expr(f"struct_extract({p}, 'v{i}')", v) for i, v in enumerate(values))
    body = call.body(2, Expr(f"struct_extract({p}, 'k')", key), *sides)
    t = map_type(key, body.type)

    def both(x: str, y: str) -> str:
        rest = each(f"map_keys({y})", lambda k: f"NOT map_contains({x}, {k})", words="list_filter")
        keys = f"(map_keys({x}) || {rest})"
        entries = each(keys, lambda k: f"struct_pack(k := {k}, v0 := {x}[{k}], v1 := {y}[{k}])")
        return let([keys], lambda k: made(k, _mapped(entries, p, body), t))

    return Expr(let([a.sql, b.sql], both), t)


_RULES: dict[str, Callable[[Call], Expr]] = {
    "transform": _transform,
    "filter": _filter,
    "reduce": _reduce,
    "any_match": _match("FALSE", "OR"),
    "all_match": _match("TRUE", "AND"),
    "none_match": _match("FALSE", "OR", "NOT "),
    "zip_with": _zip_with,
    "array_sort": _array_sort,
    "map_filter": _map_filter,
    "transform_keys": _transform_keys,
    "transform_values": _transform_values,
    "map_zip_with": _map_zip_with,
}


def takes_lambda(name: str, nodes: list[exp.Expr]) -> bool:
    """Whether this is a call for `call`: array_sort is one only with a comparator."""
    has_lambda = any(isinstance(n, exp.Lambda) for n in nodes)
    return has_lambda or (name in _RULES and name != "array_sort")


def call(binder: ExpressionBinder, name: str, nodes: list[exp.Expr]) -> Expr:
    """A function of lambdas. Raises FUNCTION_NOT_FOUND for one that takes none."""
    rule, bound = _RULES.get(name), Call(binder, name, nodes)
    if rule is not None:
        return rule(bound)
    if name == "regexp_replace":
        raise not_supported(f"function {name} with a lambda")
    raise unexpected(name, bound.plain) if functions.is_known(name) else functions.unknown(name)


def is_known(name: str) -> bool:
    return name in _RULES
