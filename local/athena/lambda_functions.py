"""Functions that take a lambda: `x -> x + 1`, `(x, y) -> ...`, which may name columns around it.

The lambda becomes one of DuckDB's. What stops early on Trino (any_match, ...) is folded, so that
what it does not look at cannot fail.
Source: https://trino.io/docs/current/functions/lambda.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.aggregates import AGGREGATES
from local.athena.arguments import unexpected
from local.athena.array_functions import items_of
from local.athena.comparator_sort import sorted_by
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.map_functions import made, map_of, map_type
from local.athena.nested import each, let
from local.athena.scope import Capture, LambdaField
from local.athena.types import BOOLEAN, INTEGER, Type, array, common_type, duckdb_type

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder

# Binds a lambda's body with these as its parameters.
Body = Callable[..., Expr]


class Call:
    """A call with lambdas among its arguments."""

    def __init__(self, binder: ExpressionBinder, name: str, nodes: list[exp.Expr]) -> None:
        self.binder = binder
        self.name = name
        self.nodes = nodes
        self.plain = [binder.bind(n) for n in nodes if not isinstance(n, exp.Lambda)]

    def shaped(self, *is_lambda: bool) -> None:
        """Raises FUNCTION_NOT_FOUND unless lambdas stand at these places."""
        if [isinstance(n, exp.Lambda) for n in self.nodes] != list(is_lambda):
            raise unexpected(self.name, self.plain)

    def body(self, place: int, *parameters: Expr) -> Expr:
        """The lambda at `place`, bound with its parameters meaning these."""
        node = self.nodes[place]
        names = [identifier.name for identifier in node.expressions]
        if len(names) != len(parameters):
            raise QueryFailure(
                "INVALID_PARAMETER_USAGE",
                f"Expected a lambda that takes {len(parameters)} argument(s) but got {len(names)}",
            )
        _check(node.this)
        pairs = zip(names, parameters, strict=True)
        depth = self.binder.scope.lambda_depth
        fields = [LambdaField(name.lower(), e.type, e.sql, depth=depth) for name, e in pairs]
        with _known(self.binder, fields):
            return self.binder.bind(node.this)

    def condition(self, place: int, *parameters: Expr) -> str:
        """A lambda that is true, false or null."""
        found = self.body(place, *parameters)
        if found.type != BOOLEAN:
            raise unexpected(self.name, self.plain)
        return found.sql

    def parameter(self) -> str:
        """A name for a parameter of DuckDB's lambda, by how deep it stands."""
        return f"p{self.binder.scope.lambda_depth}"


def _check(body: exp.Expr) -> None:
    if body.find(exp.Query) is not None:
        raise not_supported("a query in a lambda")
    calls = (str(n.this).lower() for n in body.find_all(exp.Anonymous))
    if body.find(exp.Window) is not None or any(name in AGGREGATES for name in calls):
        raise QueryFailure(
            "EXPRESSION_NOT_SCALAR", "Lambda expression cannot contain aggregations or windows"
        )


@contextmanager
def _known(binder: ExpressionBinder, fields: list[LambdaField]) -> Iterator[None]:
    before = binder.scope
    known = [*fields, *before.lambda_fields]
    binder.scope = replace(before, lambda_fields=known, lambda_depth=before.lambda_depth + 1)
    try:
        yield
    finally:
        binder.scope = before


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

        found = _folded(call, items, Expr(start, BOOLEAN), step)
        return Expr(f"({ending}{found})", BOOLEAN)

    return rule


def _folded(call: Call, items: Expr, start: Expr, step: Callable[[str, str], Expr]) -> str:
    """DuckDB folds values of one type: each holds a state, an item, and what the step names."""
    p = call.parameter()
    with _capturing(call.binder, f"{p}x") as capture:
        body = step(f"struct_extract({p}s, 's')", f"struct_extract({p}x, 'x')")

    def value(state: str, item: str, *, is_item: bool = False) -> str:
        texts = {"s": (state, start.type), "x": (item, items.type.element)}
        for sql, (key, t) in capture.keys.items():
            texts[key] = (sql if is_item else "NULL", t)
        inner = (f"{key} := CAST({sql} AS {duckdb_type(t)})" for key, (sql, t) in texts.items())
        return f"struct_pack({', '.join(inner)})"

    values = f"list_transform({items.sql}, lambda {p}: {value('NULL', p, is_item=True)})"
    return (
        f"struct_extract(list_reduce({values}, lambda {p}s, {p}x: {value(body.sql, 'NULL')},"
        f" {value(start.sql, 'NULL')}), 's')"
    )


@contextmanager
def _capturing(binder: ExpressionBinder, holder: str) -> Iterator[Capture]:
    before = binder.scope
    capture = Capture(before.lambda_depth, holder)
    binder.scope = replace(before, captures=(*before.captures, capture))
    try:
        yield capture
    finally:
        binder.scope = before


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

    folded = _folded(call, items, start, step)
    p = call.parameter()
    ended = call.body(3, Expr(f"{p}", start.type))
    return Expr(
        f"(CASE WHEN {items.sql} IS NOT NULL THEN {_mapped(f'[{folded}]', p, ended)}[1] END)",
        ended.type,
    )


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
    if rule is None:
        raise unexpected(name, bound.plain)
    return rule(bound)
