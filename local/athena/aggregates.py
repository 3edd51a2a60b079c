"""Aggregate functions, with the result types of Athena.

DuckDB sums whole numbers in 128 bits; the result is cast to Athena's type, so what overflows
there fails here too.
Source: https://trino.io/docs/current/functions/aggregate.html
"""

from __future__ import annotations

from local.athena import collection_aggregates
from local.athena.arguments import count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.estimates import ESTIMATES
from local.athena.expression import Expr, can_coerce, coerce, raising
from local.athena.operators import divided
from local.athena.shapes import Rule, Shape
from local.athena.statistics import STATISTICS
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DAY_INTERVAL,
    DOUBLE,
    JSON,
    MONTH_INTERVAL,
    UNKNOWN,
    Type,
    array,
    decimal,
    duckdb_type,
)


def _count(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 0, 1)
    inner = arguments[0].sql if arguments else "*"
    return Expr(f"CAST({shape('count', inner)} AS BIGINT)", BIGINT)


def _count_if(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, BOOLEAN):
        raise unexpected(name, arguments)
    # DuckDB's count_if of no rows is null.
    many = shape("count", f"CASE WHEN {coerce(arguments[0], BOOLEAN).sql} THEN 1 END")
    return Expr(f"CAST({many} AS BIGINT)", BIGINT)


def _sum(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    t = arguments[0].type
    result = BIGINT if t.is_integer else decimal(38, t.sizes[1]) if t.name == "decimal" else t
    if not t.is_number:
        raise _no_number(name, arguments)
    return Expr(f"CAST({shape('sum', arguments[0].sql)} AS {duckdb_type(result)})", result)


def _no_number(name: str, arguments: list[Expr]) -> QueryFailure:
    t = arguments[0].type
    if t == UNKNOWN:
        return QueryFailure(
            "AMBIGUOUS_FUNCTION_CALL",
            "Could not choose a best candidate operator. Explicit type casts must be added.",
        )
    if t in (DAY_INTERVAL, MONTH_INTERVAL):
        return not_supported(f"function {name} of {t}")
    return unexpected(name, arguments)


def _avg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of whole numbers a double; of decimals a decimal of the same scale, rounded half up."""
    count_of(name, arguments, 1)
    e = arguments[0]
    if e.type.is_integer:
        return Expr(shape("avg", coerce(e, DOUBLE).sql), DOUBLE)
    if e.type.is_float:
        return Expr(f"CAST({shape('avg', e.sql)} AS {duckdb_type(e.type)})", e.type)
    if e.type.name != "decimal":
        raise _no_number(name, arguments)
    total, many = _sum("sum", arguments, shape), Expr(shape("count", e.sql), BIGINT)
    mean = divided(total, many, e.type)
    return Expr(f"(CASE WHEN {many.sql} > 0 THEN {mean} END)", e.type)


def _extreme(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1, 2)
    e, t = arguments[0], arguments[0].type
    if t == JSON:
        raise unexpected(name, arguments)
    if t.parts and len(arguments) == 1:
        return collection_aggregates.extreme_of_nested(name, e, shape)
    if not _is_ordered(t):
        raise not_supported(f"function {name} of {t}")
    if len(arguments) == 2:
        return _several(name, arguments, shape)
    if t.is_float:
        # NaN is the answer only where there is nothing else; DuckDB holds it above all.
        numbers = f"CASE WHEN NOT isnan({e.sql}) THEN {e.sql} END"
        return Expr(f"coalesce({shape(name, numbers)}, {shape(name, e.sql)})", t)
    return Expr(shape(name, e.sql), t)


def _is_ordered(t: Type) -> bool:
    return not t.parts and t.name not in ("varbinary",)


def _several(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """min(x, n) and max(x, n): the n first, in an array."""
    e = arguments[0]
    if e.type.is_float:
        raise not_supported(f"function {name} of {e.type} with a number")
    return Expr(shape(name, f"{e.sql}, {_number(name, arguments)}"), array(e.type))


def _number(name: str, arguments: list[Expr]) -> int:
    """How many are asked for. Trino allows 10000 of them at most."""
    asked = arguments[-1]
    if not can_coerce(asked.type, BIGINT):
        raise unexpected(name, arguments)
    if not isinstance(asked.literal, int) or asked.literal > 10_000:
        raise not_supported(f"function {name} with a number that is not a literal up to 10000")
    if asked.literal < 1:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"last argument of {name} must be positive")
    return asked.literal


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
        count_of(name, arguments, 2, 3)
        value, order = arguments[:2]
        if order.type == JSON:
            raise unexpected(name, arguments)
        if not _is_ordered(order.type):
            raise not_supported(f"function {name} ordered by {order.type}")
        if len(arguments) == 2:
            found = Expr(shape(words, f"{value.sql}, {order.sql}"), value.type)
            suspects = f"isnan({order.sql})" if order.type.is_float else ""
        else:
            many = f"{value.sql}, {order.sql}, {_number(name, arguments)}"
            found = Expr(shape(words.removesuffix("_null"), many), array(value.type))
            suspects = f"{value.sql} IS NULL" + (
                f" OR isnan({order.sql})" if order.type.is_float else ""
            )
        return _unless(shape("bool_or", suspects), name, found) if suspects else found

    return rule


def _unless(suspect: str, name: str, found: Expr) -> Expr:
    """Trino's own answer depends on the order of the rows where there are NaN, or nulls."""
    failing = raising("NOT_SUPPORTED", f"function {name} of NaN or null", found.type)
    return Expr(f"(CASE WHEN {suspect} THEN {failing} ELSE {found.sql} END)", found.type)


def _array_agg(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    return Expr(shape("list", arguments[0].sql), array(arguments[0].type))


AGGREGATES: dict[str, Rule] = {
    "count": _count,
    "count_if": _count_if,
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
    **STATISTICS,
    **ESTIMATES,
    **collection_aggregates.AGGREGATES,
}
