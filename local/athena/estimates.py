"""Aggregates that estimate: answered where Trino's estimate is known, refused where it is not.

Trino counts few distinct values one by one, and keeps few values of a percentile as they are;
beyond that its answer depends on hashes and on how rows met, and is refused at run time.
Source: https://trino.io/docs/current/functions/aggregate.html#approximate-aggregate-functions
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from local.athena.arguments import count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising
from local.athena.nested_comparison import need_no_map
from local.athena.shapes import Rule, Shape
from local.athena.types import BIGINT, DOUBLE, REAL, array, duckdb_type

# A t-digest of compression 100 merges nothing below 79 values.
_EXACT_VALUES = 64
# Of so few, no two are likely to have the same hash of 26 bits.
_DISTINCT_VALUES = 256


def _approx_distinct(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """The exact number of so few values that Trino has not begun to estimate."""
    count_of(name, arguments, 1, 2)
    need_no_map(arguments[0].type, f"function {name} of {arguments[0].type}")
    most = _few_distinct(_error(name, arguments[1]) if len(arguments) == 2 else 0.023)
    many = f"CAST({shape('count', f'DISTINCT {arguments[0].sql}')} AS BIGINT)"
    refused = raising("NOT_SUPPORTED", f"function {name} of more than {most} values", BIGINT)
    return Expr(f"(CASE WHEN {many} > {most} THEN {refused} ELSE {many} END)", BIGINT)


def _few_distinct(error: float) -> int:
    """Hashes are kept one by one until they take more room than a HyperLogLog of this error."""
    buckets = 2 ** math.ceil(math.log2((1.04 / error) ** 2))
    return int(min(buckets // 8, _DISTINCT_VALUES))


def _error(name: str, e: Expr) -> float:
    value = _literal(e)
    if value is None:
        raise not_supported(f"function {name} with an error that is not a literal")
    if not 0.0040625 <= value <= 0.26:
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            f"Max standard error must be in [0.0040625, 0.26]: {value}",
        )
    return value


def _literal(e: Expr) -> float | None:
    is_number = e.type.is_number and e.literal is not None
    return float(e.literal) if is_number else None


def _approx_percentile(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """The value at floor(percentile * count) of the sorted values, or the last of them."""
    count_of(name, arguments, 2, 4)
    if len(arguments) > 2:
        raise not_supported(f"function {name} with weights")
    e, asked = arguments
    if not can_coerce(e.type, DOUBLE):
        raise unexpected(name, arguments)
    kind = BIGINT if e.type.is_integer else DOUBLE if e.type == DOUBLE else REAL
    are_many = isinstance(asked.literal, tuple)
    values = _few(name, coerce(e, kind), shape)
    picked = [
        f"list_extract({values}, CAST(least(floor(CAST({p!r} AS DOUBLE) * len({values})),"
        f" len({values}) - 1) AS BIGINT) + 1)"
        for p in _percentiles(name, asked.literal if are_many else (asked,))
    ]
    if not are_many:
        return Expr(f"CAST({picked[0]} AS {duckdb_type(kind)})", kind)
    found = f"CASE WHEN len({values}) > 0 THEN [{', '.join(picked)}] END"
    return Expr(f"CAST(({found}) AS {duckdb_type(array(kind))})", array(kind))


def _percentiles(name: str, asked: tuple[Expr, ...]) -> Iterator[float]:
    for e in asked:
        value = _literal(e)
        if value is None:
            raise not_supported(f"function {name} with a percentile that is not a literal")
        if not 0 <= value <= 1:
            raise QueryFailure("INVALID_FUNCTION_ARGUMENT", "Percentile must be between 0 and 1")
        yield value


def _few(name: str, e: Expr, shape: Shape) -> str:
    """The sorted values that are not null; more of them than Trino keeps as they are fail."""
    values = f"list_sort(list_filter({shape('list', e.sql)}, lambda v: v IS NOT NULL))"
    refused = raising(
        "NOT_SUPPORTED", f"function {name} of more than {_EXACT_VALUES} values", array(e.type)
    )
    many = shape("count", e.sql)
    # Whole numbers are kept as doubles.
    suspect = (
        f"NOT isfinite({e.sql})"
        if e.type.is_float
        else f"{e.sql} NOT BETWEEN -9007199254740992 AND 9007199254740992"
    )
    odd = f" OR {shape('bool_or', suspect)}"
    return f"(CASE WHEN {many} > {_EXACT_VALUES}{odd} THEN {refused} ELSE {values} END)"


ESTIMATES: dict[str, Rule] = {
    "approx_distinct": _approx_distinct,
    "approx_percentile": _approx_percentile,
}
