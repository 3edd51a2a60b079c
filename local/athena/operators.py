"""Arithmetic and comparison with Trino's types, roundings and errors, in DuckDB's words.

DuckDB differs in: division (`/` is on doubles, and by zero is null), the widths of decimals,
and NaN (which it holds equal to itself and above all else).
Source of the rules: https://trino.io/docs/current/functions/decimal.html and `math`.
"""

from __future__ import annotations

import re

from local.athena import interval_functions
from local.athena.coercion import as_decimal, common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, raising
from local.athena.nested_comparison import compare_nested
from local.athena.types import (
    DAY_INTERVAL,
    MONTH_INTERVAL,
    REAL,
    UNKNOWN,
    Type,
    decimal,
    duckdb_type,
)


def arithmetic(symbol: str, a: Expr, b: Expr) -> Expr:
    """`a symbol b`, for + - * / and %."""
    if a.type == UNKNOWN or b.type == UNKNOWN:
        a, b = _typed_null(a, b), _typed_null(b, a)
    if a.type.is_number and b.type.is_number:
        return _on_numbers(symbol, a, b)
    found = interval_functions.arithmetic(symbol, a, b)
    if found is None:
        raise mismatch(symbol, a, b)
    return found


def mismatch(symbol: str, a: Expr, b: Expr) -> QueryFailure:
    return QueryFailure("TYPE_MISMATCH", f"Cannot apply operator: {a.type} {symbol} {b.type}")


def _typed_null(e: Expr, other: Expr) -> Expr:
    return coerce(e, other.type) if e.type == UNKNOWN and other.type.is_number else e


def _on_numbers(symbol: str, a: Expr, b: Expr) -> Expr:
    result = common_type(a.type, b.type)
    if result is None:
        raise mismatch(symbol, a, b)
    if result.name == "decimal":
        return _DECIMAL[symbol](a, b)
    left, right = coerce(a, result), coerce(b, result)
    if symbol in "/%" and result.is_integer:
        return _divide_integers(symbol, left, right)
    if symbol == "%":
        return Expr(_float_remainder(left.sql, right.sql, result), result)
    if result == REAL:
        return Expr(f"CAST(({left.sql} {symbol} {right.sql}) AS FLOAT)", result)
    return Expr(f"({left.sql} {symbol} {right.sql})", result)


def _divide_integers(symbol: str, a: Expr, b: Expr) -> Expr:
    """By -1 the least integer has no quotient, and the remainder 0; DuckDB fails on both."""
    t = a.type
    if b.literal == 0:
        # DuckDB would fold what depends on no column, and fail where there is nothing to divide.
        failing = raising("DIVISION_BY_ZERO", "Division by zero", t)
        return Expr(f"(CASE WHEN {a.sql} IS NOT NULL THEN {failing} END)", t)
    plain = f"({a.sql} {'//' if symbol == '/' else '%'} {_not_zero(b, a.sql)})"
    if isinstance(b.literal, int) and b.literal != -1:
        return Expr(plain, t)
    if symbol == "%":
        zero = f"CAST(0 AS {duckdb_type(t)})"
        return Expr(
            f"(CASE WHEN {b.sql} = -1 AND {a.sql} IS NOT NULL THEN {zero} ELSE {plain} END)", t
        )
    least = f"CAST('{_LEAST[t.name]}' AS {duckdb_type(t)})"
    code = "NUMERIC_VALUE_OUT_OF_RANGE" if t.name == "bigint" else "GENERIC_INTERNAL_ERROR"
    failing = raising(code, "division overflow", t)
    return Expr(
        f"(CASE WHEN {b.sql} = -1 AND {a.sql} = {least} THEN {failing} ELSE {plain} END)", t
    )


_LEAST = {"tinyint": -(2**7), "smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


def _float_remainder(a: str, b: str, t: Type) -> str:
    nan = f"CAST('nan' AS {duckdb_type(t)})"
    return f"(CASE WHEN {b} = 0 THEN {nan} ELSE {a} % {b} END)"


def _not_zero(divisor: Expr, dividend: str) -> str:
    """The divisor, which fails when it is 0 and there is something to divide."""
    if isinstance(divisor.literal, int) and divisor.literal != 0:
        return divisor.sql
    failing = raising("DIVISION_BY_ZERO", "Division by zero", divisor.type)
    return (
        f"(CASE WHEN {divisor.sql} = 0 AND {dividend} IS NOT NULL THEN {failing}"
        f" ELSE {divisor.sql} END)"
    )


# ---------------------------------------------------------------- decimals


def _sizes(a: Expr, b: Expr) -> tuple[int, int, int, int]:
    return (*as_decimal(a.type).sizes, *as_decimal(b.type).sizes)  # type: ignore[return-value]


def _add_decimals(symbol: str, a: Expr, b: Expr) -> Expr:
    p1, s1, p2, s2 = _sizes(a, b)
    scale = max(s1, s2)
    result = decimal(min(38, max(p1 - s1, p2 - s2) + scale + 1), scale)
    name = duckdb_type(result)
    return Expr(
        f"CAST((CAST({a.sql} AS {name}) {symbol} CAST({b.sql} AS {name})) AS {name})", result
    )


def _multiply_decimals(a: Expr, b: Expr) -> Expr:
    p1, s1, p2, s2 = _sizes(a, b)
    if s1 + s2 > 38:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", "DECIMAL scale must be in range [0, 38]")
    result = decimal(min(38, p1 + p2), s1 + s2)
    # A product of two that fit 64 bits has to fit them, too, in DuckDB: one is made wider.
    wide = decimal(38, s1) if p1 + p2 > 18 else as_decimal(a.type)
    left, right = coerce(coerce(a, as_decimal(a.type)), wide), coerce(b, as_decimal(b.type))
    return Expr(f"CAST(({left.sql} * {right.sql}) AS {duckdb_type(result)})", result)


def _divide_decimals(a: Expr, b: Expr) -> Expr:
    p1, s1, _, s2 = _sizes(a, b)
    scale = max(s1, s2)
    result = decimal(min(38, p1 + s2 + max(0, s2 - s1)), scale)
    return Expr(divided(a, b, result), result)


def divided(a: Expr, b: Expr, result: Type) -> str:
    """a / b on decimals or integers, rounded half up to `result`'s scale.

    Computed on the digits as 128-bit integers; what does not fit there fails the query.
    """
    s1, s2 = as_decimal(a.type).sizes[1], as_decimal(b.type).sizes[1]
    shift = result.sizes[1] + s2 - s1
    if shift > 38:
        raise not_supported(f"{a.type} / {b.type}")
    dividend = f"({digits_of(a)} * CAST({10**shift} AS HUGEINT))"
    divisor = _not_zero(Expr(digits_of(b), Type("hugeint"), b.literal), a.sql)
    quotient = f"(abs({dividend}) // abs({divisor}))"
    rest = f"(abs({dividend}) % abs({digits_of(b)}))"
    # rest >= divisor - rest is rest * 2 >= divisor without leaving 128 bits.
    rounded = f"({quotient} + CASE WHEN {rest} >= abs({digits_of(b)}) - {rest} THEN 1 ELSE 0 END)"
    signed = f"({rounded} * sign({dividend}) * sign({digits_of(b)}))"
    return from_digits(signed, result)


def digits_of(e: Expr) -> str:
    """The unscaled value of a decimal, as a HUGEINT."""
    if e.type.is_integer or e.type.sizes[1] == 0:
        return f"CAST({e.sql} AS HUGEINT)"
    return f"CAST(replace(CAST({e.sql} AS VARCHAR), '.', '') AS HUGEINT)"


def from_digits(digits: str, result: Type) -> str:
    precision, scale = result.sizes
    if precision == 38:
        limit = f"CAST('{10**38}' AS HUGEINT)"
        failing = raising("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", Type("hugeint"))
        digits = f"(CASE WHEN abs({digits}) >= {limit} THEN {failing} ELSE {digits} END)"
    if scale == 0:
        return f"CAST({digits} AS {duckdb_type(result)})"
    # 10^-scale as a decimal(scale, scale): a product of exact decimals.
    unit = "0." + "0" * (scale - 1) + "1"
    whole = f"CAST({digits} AS DECIMAL({min(38, precision)},0))"
    return f"CAST(({whole} * CAST('{unit}' AS DECIMAL({scale},{scale}))) AS {duckdb_type(result)})"


def _remainder_of_decimals(a: Expr, b: Expr) -> Expr:
    p1, s1, p2, s2 = _sizes(a, b)
    scale = max(s1, s2)
    result = decimal(min(p1 - s1, p2 - s2) + scale, scale)
    if max(p1 - s1, p2 - s2) + scale > 38:
        raise not_supported(f"{a.type} % {b.type}")
    left = f"({digits_of(a)} * CAST('{10 ** (scale - s1)}' AS HUGEINT))"
    right = f"({digits_of(b)} * CAST('{10 ** (scale - s2)}' AS HUGEINT))"
    divisor = _not_zero(Expr(right, Type("hugeint"), b.literal), a.sql)
    return Expr(from_digits(f"({left} % {divisor})", result), result)


_DECIMAL = {
    "+": lambda a, b: _add_decimals("+", a, b),
    "-": lambda a, b: _add_decimals("-", a, b),
    "*": _multiply_decimals,
    "/": _divide_decimals,
    "%": _remainder_of_decimals,
}


def negate(e: Expr) -> Expr:
    if e.type in (DAY_INTERVAL, MONTH_INTERVAL):
        return interval_functions.negate(e)
    if not e.type.is_number:
        raise QueryFailure("TYPE_MISMATCH", f"Cannot negate {e.type}")
    literal = -e.literal if isinstance(e.literal, int) else None
    return Expr(f"(-{e.sql})", e.type, literal)


# ---------------------------------------------------------------- logic


# A failure, or a function in Python, which may have one inside.
_MAY_FAIL = re.compile("'athena:|trino_[a-z]")


def in_turn(word: str, conditions: list[str]) -> str:
    """AND or OR that looks at no condition once one before it has decided.

    DuckDB computes all of them, which fails where a later one may not be computed at all.
    """
    first, *rest = conditions
    if not rest:
        return first
    if not any(_MAY_FAIL.search(condition) for condition in rest):
        return f"({f' {word} '.join(conditions)})"
    later = in_turn(word, rest)
    decided, answer = (f"NOT {first}", "FALSE") if word == "AND" else (first, "TRUE")
    return f"(CASE WHEN {decided} THEN {answer} ELSE ({first} {word} {later}) END)"


def plus(e: Expr) -> Expr:
    if not e.type.is_integer and not e.type.is_float:
        raise QueryFailure(
            "TYPE_MISMATCH", f"Unary '+' operator cannot by applied to {e.type} type"
        )
    return Expr(f"(+{e.sql})", e.type, e.literal)


# ---------------------------------------------------------------- comparison

_COMPARABLE = (
    "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal",
    "varchar", "varbinary", "date", "timestamp", "timestamp with time zone", "time", "char",
    "json", "unknown",
    "interval day to second", "interval year to month",
)  # fmt: skip


def compare(symbol: str, a: Expr, b: Expr) -> str:
    """`a symbol b` for = <> < <= > >= and IS [NOT] DISTINCT FROM."""
    left, right = comparable(symbol, a, b)
    if left.type.parts:
        return compare_nested(symbol, left, right)
    plain = f"({left.sql} {symbol} {right.sql})"
    if not left.type.is_float or "DISTINCT" in symbol:
        return plain
    suspects = [e.sql for e in (left, right) if e.literal is None]
    if not suspects:
        return plain
    has_nan = " OR ".join(f"isnan({sql})" for sql in suspects)
    answer = "TRUE" if symbol == "<>" else "FALSE"
    present = " AND ".join(f"{sql} IS NOT NULL" for sql in (left.sql, right.sql))
    return f"(CASE WHEN ({has_nan}) AND {present} THEN {answer} ELSE {plain} END)"


def comparable(symbol: str, a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both sides as the type in which they are compared."""
    found = common_type(a.type, b.type)
    if found is None:
        raise mismatch(symbol, a, b)
    if found.name == "json" and symbol in ("<", "<=", ">", ">="):
        raise mismatch(symbol, a, b)
    if found.name not in _COMPARABLE and not found.parts:
        raise not_supported(f"comparison of {found}")
    return coerce(a, found), coerce(b, found)
