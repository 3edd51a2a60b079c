"""Aggregate and window functions, with the result types of Athena.

DuckDB sums whole numbers in 128 bits; the result is cast to Athena's type, so what overflows
there fails here too.
Source: https://trino.io/docs/current/functions/aggregate.html and `window`.
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.arguments import count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.operators import divided
from local.athena.types import BIGINT, BOOLEAN, DOUBLE, JSON, Type, array, decimal, duckdb_type

# Makes the text of a call from the arguments' texts, with DISTINCT, FILTER and OVER in place.
Shape = Callable[[str, str], str]
Rule = Callable[[str, list[Expr], Shape], Expr]


def _count(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 0, 1)
    inner = arguments[0].sql if arguments else "*"
    return Expr(f"CAST({shape('count', inner)} AS BIGINT)", BIGINT)


def _count_if(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, BOOLEAN):
        raise unexpected(name, arguments)
    return Expr(f"CAST({shape('count_if', coerce(arguments[0], BOOLEAN).sql)} AS BIGINT)", BIGINT)


def _approx_distinct(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """The exact number: an estimate that happens to be right."""
    count_of(name, arguments, 1)
    return Expr(f"CAST({shape('count', f'DISTINCT {arguments[0].sql}')} AS BIGINT)", BIGINT)


def _sum(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    t = arguments[0].type
    result = BIGINT if t.is_integer else decimal(38, t.sizes[1]) if t.name == "decimal" else t
    if not t.is_number:
        raise unexpected(name, arguments)
    return Expr(f"CAST({shape('sum', arguments[0].sql)} AS {duckdb_type(result)})", result)


def _avg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of whole numbers a double; of decimals a decimal of the same scale, rounded half up."""
    count_of(name, arguments, 1)
    e = arguments[0]
    if e.type.is_integer:
        return Expr(shape("avg", coerce(e, DOUBLE).sql), DOUBLE)
    if e.type.is_float:
        return Expr(f"CAST({shape('avg', e.sql)} AS {duckdb_type(e.type)})", e.type)
    if e.type.name != "decimal":
        raise unexpected(name, arguments)
    total, many = _sum("sum", arguments, shape), Expr(shape("count", e.sql), BIGINT)
    mean = divided(total, many, e.type)
    return Expr(f"(CASE WHEN {many.sql} > 0 THEN {mean} END)", e.type)


def _extreme(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    t = arguments[0].type
    if t == JSON:
        raise unexpected(name, arguments)
    if t.parts:
        raise not_supported(f"function {name} of {t}")
    if t.is_float:
        # NaN is the answer only where there is nothing else; DuckDB holds it above all.
        numbers = f"CASE WHEN NOT isnan({arguments[0].sql}) THEN {arguments[0].sql} END"
        return Expr(f"coalesce({shape(name, numbers)}, {shape(name, arguments[0].sql)})", t)
    return Expr(shape(name, arguments[0].sql), t)


def _same_type(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 1)
        return Expr(shape(words, arguments[0].sql), arguments[0].type)

    return rule


def _boolean(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 1)
        if not can_coerce(arguments[0].type, BOOLEAN):
            raise unexpected(name, arguments)
        return Expr(shape(words, coerce(arguments[0], BOOLEAN).sql), BOOLEAN)

    return rule


def _by(words: str) -> Rule:
    """min_by and max_by may answer null; DuckDB's plain arg_min and arg_max skip nulls."""

    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 2)
        value, order = arguments
        if order.type == JSON:
            raise unexpected(name, arguments)
        if order.type.is_float or order.type.parts:
            raise not_supported(f"function {name} ordered by {order.type}")
        return Expr(shape(words, f"{value.sql}, {order.sql}"), value.type)

    return rule


def _array_agg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    return Expr(shape("list", arguments[0].sql), array(arguments[0].type))


AGGREGATES: dict[str, Rule] = {
    "count": _count,
    "count_if": _count_if,
    "approx_distinct": _approx_distinct,
    "sum": _sum,
    "avg": _avg,
    "min": _extreme,
    "max": _extreme,
    "bool_and": _boolean("bool_and"),
    "every": _boolean("bool_and"),
    "bool_or": _boolean("bool_or"),
    "arbitrary": _same_type("any_value"),
    "any_value": _same_type("any_value"),
    "min_by": _by("arg_min_null"),
    "max_by": _by("arg_max_null"),
    "array_agg": _array_agg,
}


# ---------------------------------------------------------------- functions that need OVER


def _numbering(result: Type) -> Rule:
    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 0)
        return Expr(f"CAST({shape(name, '')} AS {duckdb_type(result)})", result)

    return rule


def _ntile(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, BIGINT):
        raise unexpected(name, arguments)
    return Expr(f"CAST({shape('ntile', coerce(arguments[0], BIGINT).sql)} AS BIGINT)", BIGINT)


def _neighbour(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1, 3)
    value = arguments[0]
    texts = [value.sql]
    if len(arguments) > 1:
        if not isinstance(arguments[1].literal, int) or arguments[1].literal < 0:
            raise not_supported(f"function {name} with an offset that is not a literal from 0")
        texts.append(str(arguments[1].literal))
    if len(arguments) > 2:
        if not can_coerce(arguments[2].type, value.type):
            raise unexpected(name, arguments)
        texts.append(coerce(arguments[2], value.type).sql)
    return Expr(shape(name, ", ".join(texts)), value.type)


WINDOWS: dict[str, Rule] = {
    "row_number": _numbering(BIGINT),
    "rank": _numbering(BIGINT),
    "dense_rank": _numbering(BIGINT),
    "percent_rank": _numbering(DOUBLE),
    "cume_dist": _numbering(DOUBLE),
    "ntile": _ntile,
    "lag": _neighbour,
    "lead": _neighbour,
    "first_value": _same_type("first_value"),
    "last_value": _same_type("last_value"),
}
