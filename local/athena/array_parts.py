"""Functions that cut arrays, join them and make new ones. An array, a place or a size that is
null gives null.

Source: https://trino.io/docs/current/functions/array.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.array_functions import alike, if_known, items_of, wrong
from local.athena.casts import cast
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising
from local.athena.nested import each, let, packed
from local.athena.types import BIGINT, INTEGER, UNKNOWN, VARCHAR, Type, array, duckdb_type


def _reverse(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(f"list_reverse({items_of(name, arguments).sql})", arguments[0].type)


def _slice(name: str, arguments: list[Expr]) -> Expr:
    """A negative start counts from the end; one that is outside gives an empty array."""
    count_of(name, arguments, 3)
    items = items_of(name, arguments)
    start, many = (argument_as(name, a, BIGINT).sql for a in arguments[1:])
    t = items.type

    def body(x: str, i: str, n: str) -> str:
        first = f"(CASE WHEN {i} > 0 THEN {i} ELSE len({x}) + {i} + 1 END)"
        cut = f"list_slice({x}, {first}, {first} + least({n}, len({x})) - 1)"
        sql = (
            f"(CASE WHEN {i} = 0 THEN {wrong('SQL array indices start at 1', t)}"
            f" WHEN {n} > 2147483647 THEN {raising('NOT_SUPPORTED', 'so long a slice', t)}"
            f" WHEN {n} < 0 THEN {wrong('length must be greater than or equal to 0', t)}"
            f" WHEN {i} > len({x}) OR {i} < -len({x}) THEN CAST([] AS {duckdb_type(t)})"
            f" ELSE {cut} END)"
        )
        return if_known([x, i, n], sql, t)

    return Expr(let([items.sql, start, many], body), t)


def _trim(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    items, many = items_of(name, arguments), argument_as(name, arguments[1], BIGINT).sql
    t = items.type

    def body(x: str, n: str) -> str:
        sql = (
            f"(CASE WHEN {n} < 0 THEN {wrong('size must not be negative', t)}"
            f" WHEN {n} > len({x}) THEN {wrong('size must not exceed array cardinality', t)}"
            f" ELSE list_slice({x}, 1, len({x}) - {n}) END)"
        )
        return if_known([x, n], sql, t)

    return Expr(let([items.sql, many], body), t)


def _flatten(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    items = items_of(name, arguments)
    if items.type.element == UNKNOWN:
        items = coerce(items, array(array(UNKNOWN)))
    if items.type.element.name != "array":
        raise unexpected(name, arguments)
    t = items.type.element
    return Expr(f"CAST(flatten({items.sql}) AS {duckdb_type(t)})", t)


def _repeat(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    value, many = arguments[0], argument_as(name, arguments[1], BIGINT).sql
    t = array(value.type)
    few = "count argument of repeat function must be greater than or equal to 0"
    long = "count argument of repeat function must be less than or equal to 10000"

    def body(v: str, n: str) -> str:
        return (
            f"(CASE WHEN {n} < 0 THEN {wrong(few, t)} WHEN {n} > 10000 THEN {wrong(long, t)}"
            f" ELSE {each(f'range({n})', lambda _: v)} END)"
        )

    return Expr(let([value.sql, many], body), t)


def concatenated(name: str, arguments: list[Expr]) -> Expr:
    """Arrays one after the other, or one array with one element before or after it."""
    count_of(name, arguments, 2, 127)
    if len(arguments) > 2:
        return _chained(name, arguments)
    first, second = arguments
    forms = []
    if common_type(first.type, second.type) is not None and "array" in _names(arguments):
        forms.append(arguments)
    if first.type.name == "array" and common_type(first.type.element, second.type) is not None:
        forms.append([first, _alone(second)])
    if second.type.name == "array" and common_type(second.type.element, first.type) is not None:
        forms.append([_alone(first), second])
    if len(forms) > 1:
        raise QueryFailure("AMBIGUOUS_FUNCTION_CALL", "Could not choose a best candidate operator")
    if not forms:
        raise unexpected(name, arguments)
    return _chained(name, forms[0])


def _chained(name: str, arguments: list[Expr]) -> Expr:
    same, t = alike(name, arguments)
    return Expr(f"({' || '.join(e.sql for e in same)})", t)


def _alone(e: Expr) -> Expr:
    """An element as an array; null when it is."""
    t = array(e.type)
    return Expr(let([e.sql], lambda v: if_known([v], f"[{v}]", t)), t)


def _names(arguments: list[Expr]) -> set[str]:
    return {a.type.name for a in arguments}


def _zip(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 5)
    arrays = [items_of(name, arguments, i) for i in range(len(arguments))]
    row = Type("row", parts=tuple((None, e.type.element) for e in arrays))

    def body(*texts: str) -> str:
        rows = each(
            f"list_zip({', '.join(texts)})",
            lambda e: packed(row, [f"struct_extract_at({e}, {i + 1})" for i in range(len(texts))]),
        )
        return if_known(list(texts), rows, array(row))

    return Expr(let([e.sql for e in arrays], body), array(row))


def _ngrams(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    items, size = items_of(name, arguments), argument_as(name, arguments[1], INTEGER).sql
    t = array(items.type)

    def body(x: str, n: str) -> str:
        starts = f"range(1, greatest(len({x}) - {n} + 1, 1) + 1)"
        grams = each(starts, lambda i: f"list_slice({x}, {i}, {i} + {n} - 1)")
        sql = f"(CASE WHEN {n} <= 0 THEN {wrong('N must be positive', t)} ELSE {grams} END)"
        return if_known([x, n], sql, t)

    return Expr(let([items.sql, f"CAST({size} AS BIGINT)"], body), t)


def _combinations(name: str, arguments: list[Expr]) -> Expr:
    """By the place of their last item, then of the one before it."""
    count_of(name, arguments, 2)
    items, size = items_of(name, arguments), arguments[1].literal
    if not isinstance(size, int) or not can_coerce(arguments[1].type, INTEGER):
        raise not_supported(f"function {name} with a size that is not a literal number")
    if not 0 <= size <= 5:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"combination size must be 0 to 5: {size}")
    t = array(items.type)

    def up_to(x: str, length: str, n: int) -> str:
        if n == 0:
            return f"[CAST([] AS {duckdb_type(items.type)})]"
        return f"flatten({each(f'range(1, {length} + 1)', lambda i: with_last(x, i, n))})"

    def with_last(x: str, last: str, n: int) -> str:
        return each(up_to(x, f"{last} - 1", n - 1), lambda e: f"list_append({e}, {x}[{last}])")

    def body(x: str) -> str:
        many = raising("NOT_SUPPORTED", "combinations of more than 40 items", t)
        sql = f"(CASE WHEN len({x}) > 40 THEN {many} ELSE {up_to(x, f'len({x})', size)} END)"
        return f"CAST({if_known([x], sql, t)} AS {duckdb_type(t)})"

    return Expr(let([items.sql], body), t)


def _join(name: str, arguments: list[Expr]) -> Expr:
    """Nulls are passed over, or written as the third argument."""
    count_of(name, arguments, 2, 3)
    items = items_of(name, arguments)
    if items.type.element.parts:
        raise QueryFailure("OPERATOR_NOT_FOUND", f"Cannot cast {items.type.element} to varchar")
    words = each(items.sql, lambda e: cast(Expr(e, items.type.element), VARCHAR).sql)
    others = [argument_as(name, a, VARCHAR).sql for a in arguments[1:]]

    def body(x: str, between: str, *instead: str) -> str:
        if instead:
            known = each(x, lambda e: f"coalesce({e}, {instead[0]})")
        else:
            known = each(x, lambda e: f"{e} IS NOT NULL", words="list_filter")
        # DuckDB's array_to_string wants a constant between the words.
        led = f"array_to_string({each(known, lambda e: f'{between} || {e}')}, '')"
        joined = f"coalesce(substring({led}, length({between}) + 1), '')"
        return if_known([x, between, *instead], joined, VARCHAR)

    return Expr(let([words, *others], body), VARCHAR)


RULES: dict[str, Rule] = {
    "slice": _slice,
    "trim_array": _trim,
    "flatten": _flatten,
    "repeat": _repeat,
    "zip": _zip,
    "ngrams": _ngrams,
    "combinations": _combinations,
    "array_join": _join,
}

# Names that are functions of text, too.
OVERLOADS: dict[str, Rule] = {"concat": concatenated, "reverse": _reverse}
