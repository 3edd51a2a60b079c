"""Functions of numbers: rounding, powers and logarithms, angles.

What DuckDB fails on (the logarithm of a negative number) is NaN in Java. Sines, exponentials,
logarithms and powers may differ from Trino's in the last bit: both are within one unit of it.
Source: https://trino.io/docs/current/functions/math.html
"""

from __future__ import annotations

import math
from collections.abc import Callable

from local.athena import bases, bit_functions, java_math, rounding
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.casts import cast
from local.athena.errors import not_supported
from local.athena.expression import Expr, can_coerce, null_of, raising, unify
from local.athena.operators import arithmetic
from local.athena.python_functions import PythonFunction
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    UNKNOWN,
    VARCHAR,
    decimal,
    duckdb_type,
)

_TO_BASE = PythonFunction("trino_to_base", ("BIGINT", "BIGINT"), "VARCHAR", bases.to_base)
_FROM_BASE = PythonFunction("trino_from_base", ("VARCHAR", "BIGINT"), "BIGINT", bases.from_base)
_MATH: dict[Callable[..., float], int] = {
    java_math.cbrt: 1, java_math.log10: 1, java_math.asin: 1, java_math.acos: 1,
    java_math.atan: 1, java_math.atan2: 2,
}  # fmt: skip
PYTHON = (
    _TO_BASE,
    _FROM_BASE,
    *(
        PythonFunction(f"trino_{function.__name__}", ("DOUBLE",) * count, "DOUBLE", function)
        for function, count in _MATH.items()
    ),
)

_NAN = "CAST('nan' AS DOUBLE)"
_INFINITY = "CAST('inf' AS DOUBLE)"

# {0} is a double; where a condition stands, Java's answer is NaN.
_OF_DOUBLE: dict[str, tuple[str, str]] = {
    "sqrt": ("sqrt({0})", "{0} < 0"),
    "cbrt": ("trino_cbrt({0})", ""),
    "exp": ("exp({0})", ""),
    "ln": ("ln({0})", "{0} < 0"),
    "log10": ("trino_log10({0})", "{0} < 0"),
    "degrees": (f"({{0}} * {math.degrees(1)!r}::DOUBLE)", ""),
    "radians": (f"({{0}} * {math.radians(1)!r}::DOUBLE)", ""),
    "sin": ("sin({0})", "isinf({0})"),
    "cos": ("cos({0})", "isinf({0})"),
    "tan": ("tan({0})", "isinf({0})"),
    "asin": ("trino_asin({0})", "abs({0}) > 1"),
    "acos": ("trino_acos({0})", "abs({0}) > 1"),
    "atan": ("trino_atan({0})", ""),
    "sinh": ("sinh({0})", ""),
    "cosh": ("cosh({0})", ""),
    "tanh": ("tanh({0})", ""),
}
_CONSTANTS = {"pi": repr(math.pi), "e": repr(math.e), "nan": "'nan'", "infinity": "'inf'"}


def _of_double(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(_words(name, _double(name, arguments[0])), DOUBLE)


def _words(name: str, x: str) -> str:
    words, not_a_number = _OF_DOUBLE[name]
    value = words.format(x)
    if name in ("ln", "log10"):
        value = f"CASE WHEN {x} = 0 THEN -{_INFINITY} ELSE {value} END"
    # DuckDB holds NaN above all numbers.
    cases = f"WHEN isnan({x}) THEN {x}"
    if not_a_number:
        cases += f" WHEN {not_a_number.format(x)} THEN {_NAN}"
    return f"(CASE {cases} ELSE {value} END)"


def _double(name: str, argument: Expr) -> str:
    if argument.type.name == "real":
        return f"CAST({argument.sql} AS DOUBLE)"
    return argument_as(name, argument, DOUBLE).sql


def _log2(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    value = _words("ln", _double(name, arguments[0]))
    return Expr(f"({value} / {math.log(2)!r}::DOUBLE)", DOUBLE)


def _log(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    base, value = (_words("ln", _double(name, a)) for a in arguments)
    return Expr(f"({value} / {base})", DOUBLE)


def _of_two(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 2)
        return Expr(words.format(*(_double(name, a) for a in arguments)), DOUBLE)

    return rule


# C's pow has 1 for 1^NaN and for (-1)^infinity, Java's has NaN.
_POWER = (
    f"(CASE WHEN isnan({{1}}) AND {{0}} IS NOT NULL THEN {_NAN}"
    f" WHEN abs({{0}}) = 1 AND isinf({{1}}) THEN {_NAN} ELSE pow({{0}}, {{1}}) END)"
)


def _constant(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 0)
    return Expr(f"CAST({_CONSTANTS[name]} AS DOUBLE)", DOUBLE)


def _mod(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    if any(not a.type.is_number and a.type != UNKNOWN for a in arguments):
        raise unexpected(name, arguments)
    return arithmetic("%", *arguments)


def _abs(name: str, arguments: list[Expr]) -> Expr:
    e = rounding.number(name, arguments)
    return Expr(f"abs({e.sql})", e.type)


def _sign(name: str, arguments: list[Expr]) -> Expr:
    e = rounding.number(name, arguments)
    if e.type.is_integer:
        return cast(Expr(f"CAST(sign({e.sql}) AS INTEGER)", INTEGER), e.type)
    if e.type.name == "decimal":
        return Expr(f"CAST(sign({e.sql}) AS DECIMAL(1,0))", decimal(1, 0))
    # NaN and the zeros stay what they are.
    known = f"isnan({e.sql}) OR {e.sql} = 0 OR {e.sql} IS NULL"
    return Expr(
        f"(CASE WHEN {known} THEN {e.sql} ELSE CAST(sign({e.sql}) AS {duckdb_type(e.type)}) END)",
        e.type,
    )


def _is(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1)
        return Expr(words.format(_double(name, arguments[0])), BOOLEAN)

    return rule


def extreme_of_floats(name: str, arguments: list[Expr]) -> Expr:
    """greatest and least of doubles: NaN only if there is nothing else, null if any is null."""
    same, result = unify(arguments, f"All {name} arguments")
    values = f"[{', '.join(e.sql for e in same)}]"
    any_null = " OR ".join(f"{e.sql} IS NULL" for e in same)
    numbers = f"list_filter({values}, lambda x: NOT isnan(x))"
    found = f"list_{'max' if name == 'greatest' else 'min'}({numbers})"
    zeros = f"list_filter({values}, lambda x: x = 0)"
    signs = f"len(list_distinct(list_transform({zeros}, lambda x: signbit(x)))) > 1"
    failing = raising("NOT_SUPPORTED", f"{name} of 0.0 and -0.0", result)
    return Expr(
        f"(CASE WHEN {any_null} THEN {null_of(result)}"
        f" WHEN {found} = 0 AND {signs} THEN {failing}"
        f" ELSE coalesce({found}, CAST('nan' AS {duckdb_type(result)})) END)",
        result,
    )


def _bucket_of_bins(name: str, arguments: list[Expr]) -> Expr:
    """How many of the bins' lower ends, which must be sorted, a number has reached."""
    x, bins = _double(name, arguments[0]), arguments[1]
    if bins.type.name != "array" or not bins.type.element.is_number:
        raise unexpected(name, arguments)
    ends = f"list_transform({bins.sql}, lambda b: CAST(b AS DOUBLE))"
    is_odd = f"len({ends}) = 0 OR list_count({ends}) < len({ends}) OR list_sort({ends}) <> {ends}"
    is_odd += f" OR len(list_filter({ends}, lambda b: NOT isfinite(b))) > 0"
    odd = raising("NOT_SUPPORTED", f"{name} of such bins", BIGINT)
    failing = raising("INVALID_FUNCTION_ARGUMENT", "operand cannot be NaN", BIGINT)
    return Expr(
        f"(CASE WHEN {x} IS NULL OR {bins.sql} IS NULL THEN NULL WHEN isnan({x}) THEN {failing}"
        f" WHEN {is_odd} THEN {odd}"
        f" ELSE CAST(len(list_filter({ends}, lambda b: b <= {x})) AS BIGINT) END)",
        BIGINT,
    )


def _width_bucket(name: str, arguments: list[Expr]) -> Expr:
    """The bucket of equal width that a number is in, 0 below them; they may run downwards."""
    if len(arguments) == 2:
        return _bucket_of_bins(name, arguments)
    count_of(name, arguments, 4)
    x, low, high = (_double(name, a) for a in arguments[:3])
    many = argument_as(name, arguments[3], BIGINT).sql
    checks = (
        (f"{many} <= 0", "bucketCount must be greater than 0"),
        (f"isnan({x})", "operand must not be NaN"),
        (f"NOT isfinite({low})", "first bound must be finite"),
        (f"NOT isfinite({high})", "second bound must be finite"),
        (f"{low} = {high}", "bounds cannot equal each other"),
    )
    failures = " ".join(
        f"WHEN {condition} THEN {raising('INVALID_FUNCTION_ARGUMENT', message, BIGINT)}"
        for condition, message in checks
    )
    least, most = f"least({low}, {high})", f"greatest({low}, {high})"
    within = f"CAST(trunc({many} * ({x} - {least}) / ({most} - {least}) + 1) AS BIGINT)"
    upwards = f"CASE WHEN {x} < {least} THEN 0 WHEN {x} >= {most} THEN {many} + 1 ELSE {within} END"
    any_null = " OR ".join(f"{sql} IS NULL" for sql in (x, low, high, many))
    turned = f"CASE WHEN {low} > {high} THEN {many} - ({upwards}) + 1 ELSE ({upwards}) END"
    return Expr(f"(CASE WHEN {any_null} THEN NULL {failures} ELSE {turned} END)", BIGINT)


def _to_base(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    value, radix = (argument_as(name, a, BIGINT).sql for a in arguments)
    return Expr(_TO_BASE(value, radix), VARCHAR)


def _from_base(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    if not can_coerce(arguments[0].type, VARCHAR):
        raise unexpected(name, arguments)
    source, radix = (
        argument_as(name, arguments[0], VARCHAR),
        argument_as(name, arguments[1], BIGINT),
    )
    return Expr(_FROM_BASE(source.sql, radix.sql), BIGINT)


def _random(name: str, _arguments: list[Expr]) -> Expr:
    raise not_supported(f"function {name}")


RULES: dict[str, Rule] = {
    **dict.fromkeys(_OF_DOUBLE, _of_double),
    **dict.fromkeys(_CONSTANTS, _constant),
    "log2": _log2,
    "log": _log,
    "power": _of_two(_POWER),
    "pow": _of_two(_POWER),
    "atan2": _of_two("trino_atan2({0}, {1})"),
    "is_nan": _is("isnan({0})"),
    "is_finite": _is("isfinite({0})"),
    "is_infinite": _is("isinf({0})"),
    "mod": _mod,
    "abs": _abs,
    "sign": _sign,
    "width_bucket": _width_bucket,
    "to_base": _to_base,
    "from_base": _from_base,
    "random": _random,
    "rand": _random,
    **rounding.RULES,
    **bit_functions.RULES,
}
