"""round, truncate, ceil and floor of every type of number.

Source: https://trino.io/docs/current/functions/math.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, count_of, unexpected
from local.athena.casts import cast
from local.athena.coercion import as_decimal
from local.athena.errors import not_supported
from local.athena.expression import Expr, coerce, raising
from local.athena.operators import digits_of, from_digits
from local.athena.types import DOUBLE, REAL, Type, decimal, duckdb_type

# How many digits can be rounded off a whole number.
_INTEGER_DIGITS = 18


def number(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if not arguments[0].type.is_number:
        raise unexpected(name, arguments)
    return arguments[0]


def _whole(name: str, arguments: list[Expr]) -> Expr:
    """ceiling and floor keep the type, but for a decimal's scale."""
    e = number(name, arguments)
    words = "floor" if name == "floor" else "ceil"
    if e.type.is_integer:
        return e
    if e.type.name == "decimal":
        result = _unscaled(e.type)
        return Expr(f"CAST({words}({e.sql}) AS {duckdb_type(result)})", result)
    return Expr(f"{words}({e.sql})", e.type)


def _unscaled(t: Type) -> Type:
    precision, scale = t.sizes
    return decimal(min(38, precision - scale + min(scale, 1)), 0)


def _round(name: str, arguments: list[Expr]) -> Expr:
    """Half away from zero."""
    count_of(name, arguments, 1, 2)
    e = number(name, arguments[:1])
    places = _places(name, arguments)
    if e.type.is_integer:
        return e if places >= 0 else _round_integer(name, e, -places)
    if e.type.name == "decimal":
        precision, scale = e.type.sizes
        result = decimal(min(38, precision + 1), scale)
        return _cut_decimal(e, places, _unscaled(e.type) if len(arguments) == 1 else result)
    return _round_float(name, e, places)


def _places(name: str, arguments: list[Expr]) -> int:
    if len(arguments) == 1:
        return 0
    if arguments[1].type.name not in ("integer", "smallint", "tinyint", "bigint"):
        raise unexpected(name, arguments)
    places = arguments[1].literal
    if not isinstance(places, int):
        raise not_supported(f"function {name} to a number of digits that is not a literal")
    return max(-40, min(40, places))


def _round_integer(name: str, e: Expr, places: int) -> Expr:
    if places > _INTEGER_DIGITS:
        raise not_supported(f"function {name} of so many digits")
    unit = 10**places
    whole = f"CAST({e.sql} AS HUGEINT)"
    rounded = f"(sign({whole}) * ((abs({whole}) + {unit // 2}) // {unit}) * {unit})"
    limit = 2 ** (_BITS[e.type.name] - 1)
    fits = f"{e.sql} IS NULL OR {rounded} BETWEEN {-limit} AND {limit - 1}"
    code = "GENERIC_INTERNAL_ERROR" if e.type.name == "integer" else "NUMERIC_VALUE_OUT_OF_RANGE"
    failing = raising(code, "numerical overflow", e.type)
    cut = f"CAST({rounded} AS {duckdb_type(e.type)})"
    return Expr(f"(CASE WHEN {fits} THEN {cut} ELSE {failing} END)", e.type)


_BITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def _round_float(name: str, e: Expr, places: int) -> Expr:
    """On the double times a power of ten, as Trino does it."""
    if not -15 <= places <= 15:
        raise not_supported(f"function {name} to {places} digits")
    x = f"CAST({e.sql} AS DOUBLE)" if e.type == REAL else e.sql
    # Beyond 2^63, Trino takes another way.
    failing = raising("NOT_SUPPORTED", "round of so great a number", DOUBLE)
    factor = f"CAST({10.0**places!r} AS DOUBLE)"
    scaled = f"({x} * {factor})"
    value = (
        f"(CASE WHEN NOT isfinite({x}) THEN {x} WHEN {x} = 0 THEN CAST(0 AS DOUBLE)"
        f" WHEN abs({scaled}) >= 9e18 THEN {failing} ELSE round({scaled}) / {factor} END)"
    )
    return Expr(f"CAST({value} AS FLOAT)" if e.type == REAL else value, e.type)


def _truncate(name: str, arguments: list[Expr]) -> Expr:
    """Towards zero; whole numbers are decimals here."""
    count_of(name, arguments, 1, 2)
    e = number(name, arguments[:1])
    if e.type.is_float:
        if len(arguments) == 2:
            raise unexpected(name, arguments)
        return Expr(f"trunc({e.sql})", e.type)
    places = _places(name, arguments)
    e = coerce(e, as_decimal(e.type))
    precision, scale = e.type.sizes
    whole = decimal(max(1, precision - scale), 0)
    return _cut_decimal(e, places, whole if len(arguments) == 1 else e.type, is_rounded=False)


def _cut_decimal(e: Expr, places: int, result: Type, *, is_rounded: bool = True) -> Expr:
    """A decimal to so many places after the point, on its digits as a 128-bit integer."""
    precision, scale = e.type.sizes
    if places >= scale:
        return cast(Expr(e.sql, e.type), result)
    if scale - places > precision + 1:
        zero = f"CAST(0 AS {duckdb_type(result)})"
        return Expr(f"(CASE WHEN {e.sql} IS NULL THEN NULL ELSE {zero} END)", result)
    if precision == 38 and scale - places >= 38:
        raise not_supported(f"rounding {e.type} to {places} digits")
    unit = f"CAST('{10 ** (scale - places)}' AS HUGEINT)"
    half = f"CAST('{10 ** (scale - places) // 2 if is_rounded else 0}' AS HUGEINT)"
    digits = digits_of(e)
    cut = f"((abs({digits}) + {half}) // {unit}) * sign({digits})"
    unit_back = f"CAST('{10 ** (result.sizes[1] - places)}' AS HUGEINT)"
    return Expr(from_digits(f"({cut} * {unit_back})", result), result)


RULES: dict[str, Rule] = {
    "ceil": _whole,
    "ceiling": _whole,
    "floor": _whole,
    "round": _round,
    "truncate": _truncate,
}
