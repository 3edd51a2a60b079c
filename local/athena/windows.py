"""Functions that need OVER, with the result types of Athena.

Source: https://trino.io/docs/current/functions/window.html
"""

from __future__ import annotations

from local.athena.arguments import count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, raising, unify
from local.athena.shapes import Rule, Shape
from local.athena.types import BIGINT, DOUBLE, UNKNOWN, Type, duckdb_type


def _numbering(result: Type) -> Rule:
    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 0)
        return Expr(f"CAST({shape(name, '')} AS {duckdb_type(result)})", result)

    return rule


def _ntile(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of null buckets a null. Trino numbers by each row's own count of buckets; one is wanted."""
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, BIGINT):
        raise unexpected(name, arguments)
    if not isinstance(arguments[0].literal, int):
        raise not_supported(f"function {name} of what is not a literal")
    buckets = arguments[0].sql
    if arguments[0].literal < 1:
        buckets = raising("INVALID_FUNCTION_ARGUMENT", "Buckets must be greater than 0", BIGINT)
    return Expr(f"CAST({shape('ntile', f'CAST({buckets} AS BIGINT)')} AS BIGINT)", BIGINT)


def _first_or_last(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 1)
    return Expr(shape(name, _typed(arguments[0]).sql), arguments[0].type)


def _typed(e: Expr) -> Expr:
    return Expr(null_of(UNKNOWN), UNKNOWN) if e.type == UNKNOWN else e


def _nth_value(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    count_of(name, arguments, 2)
    value, offset = arguments
    if not can_coerce(offset.type, BIGINT):
        raise unexpected(name, arguments)
    sql = coerce(offset, BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Offset must be at least 1", BIGINT)
    checked = f"(CASE WHEN {sql} < 1 THEN {failing} ELSE {sql} END)"
    found = shape(name, f"{_typed(value).sql}, {checked}")
    return Expr(f"(CASE WHEN {sql} IS NOT NULL THEN {found} END)", value.type)


def _neighbour(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """The default is evaluated in the row that asks, as in Trino."""
    count_of(name, arguments, 1, 3)
    value, result, texts = arguments[0], arguments[0].type, [_typed(arguments[0]).sql]
    if len(arguments) > 2:
        try:
            (value, default), result = unify([value, arguments[2]], "lag")
        except QueryFailure:
            raise unexpected(name, arguments) from None
        texts = [value.sql]
    if len(arguments) > 1:
        texts.append(_offset(name, arguments))
    if len(arguments) > 2:
        texts.append(default.sql)
    return Expr(shape(name, ", ".join(texts)), result)


def _offset(name: str, arguments: list[Expr]) -> str:
    if not can_coerce(arguments[1].type, BIGINT):
        raise unexpected(name, arguments)
    sql = coerce(arguments[1], BIGINT).sql
    code = "INVALID_FUNCTION_ARGUMENT"
    negative = raising(code, "Offset must be at least 0", BIGINT)
    missing = raising(code, "Offset must not be null", BIGINT)
    return f"(CASE WHEN {sql} < 0 THEN {negative} WHEN {sql} IS NULL THEN {missing} ELSE {sql} END)"


WINDOWS: dict[str, Rule] = {
    "row_number": _numbering(BIGINT),
    "rank": _numbering(BIGINT),
    "dense_rank": _numbering(BIGINT),
    "percent_rank": _numbering(DOUBLE),
    "cume_dist": _numbering(DOUBLE),
    "ntile": _ntile,
    "lag": _neighbour,
    "lead": _neighbour,
    "first_value": _first_or_last,
    "last_value": _first_or_last,
    "nth_value": _nth_value,
}
# Those whose answer no frame changes: one is an error.
FRAMELESS = frozenset(WINDOWS) - {"first_value", "last_value", "nth_value"}
# Those that need an order.
ORDERED = frozenset({"lag", "lead"})
# Those that may pass over nulls: IGNORE NULLS.
NULLABLE = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})
