"""The scalar functions that are known to be the same as Athena's, each with its words in DuckDB.

A function that is not here is refused. A row of `_SIGNATURES` is enough where DuckDB has an
equal one; what needs a look at its arguments is a rule. Both are compared with a real Trino
by `tests/athena` through recorded answers.
Source: https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

import re

from local.athena import (
    binary_functions,
    collection_functions,
    date_formats,
    format_function,
    interval_functions,
    json_casts,
    json_functions,
    number_functions,
    regexp_functions,
    text_casts,
    text_functions,
    time_functions,
    url_functions,
    zone_functions,
)
from local.athena.arguments import Rule, Signature, count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, text, tried, unify
from local.athena.function_names import NAMES
from local.athena.operators import compare
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    JSON,
    VARBINARY,
    VARCHAR,
)

# What Java and Trino hold to be white space; DuckDB's trim() knows the blank alone.
_SPACES = "".join(
    map(chr, (9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2028, 0x2029, 0x205F, 0x3000,
              *range(0x2000, 0x2007), *range(0x2008, 0x200B)))
)  # fmt: skip
_BLANKS = text(_SPACES)

# Trino's geospatial functions, which the Trino that was asked for its names does not have.
_GEOSPATIAL = re.compile("st_|geometry_|bing_tile|great_circle_|spatial_|line_|to_g|from_g|convex_")

_SIGNATURES: dict[str, tuple[Signature, ...]] = {
    "lower": (Signature((VARCHAR,), VARCHAR, "lower({0})"),),
    # Java leaves ß as it is, DuckDB makes a capital of it: a noncharacter stands in for it.
    "upper": (
        Signature(
            (VARCHAR,), VARCHAR, "replace(upper(replace({0}, 'ß', '\ufdd0')), '\ufdd0', 'ß')"
        ),
    ),
    "length": (
        Signature((VARCHAR,), BIGINT, "CAST(length({0}) AS BIGINT)"),
        Signature((VARBINARY,), BIGINT, "CAST(octet_length({0}) AS BIGINT)"),
    ),
    "trim": (
        Signature((VARCHAR,), VARCHAR, f"trim({{0}}, {_BLANKS})"),
        Signature((VARCHAR, VARCHAR), VARCHAR, "trim({0}, {1})"),
    ),
    "ltrim": (
        Signature((VARCHAR,), VARCHAR, f"ltrim({{0}}, {_BLANKS})"),
        Signature((VARCHAR, VARCHAR), VARCHAR, "ltrim({0}, {1})"),
    ),
    "rtrim": (
        Signature((VARCHAR,), VARCHAR, f"rtrim({{0}}, {_BLANKS})"),
        Signature((VARCHAR, VARCHAR), VARCHAR, "rtrim({0}, {1})"),
    ),
    "starts_with": (Signature((VARCHAR, VARCHAR), BOOLEAN, "starts_with({0}, {1})"),),
    "to_utf8": (Signature((VARCHAR,), VARBINARY, "encode({0})"),),
    "to_hex": (Signature((VARBINARY,), VARCHAR, "hex({0})"),),
    "md5": (Signature((VARBINARY,), VARBINARY, "unhex(md5({0}))"),),
    "sha256": (Signature((VARBINARY,), VARBINARY, "unhex(sha256({0}))"),),
}


def call(name: str, arguments: list[Expr]) -> Expr:
    """The scalar function `name` of `arguments`, or a QueryFailure that says why not."""
    rule = collection_functions.overload(name, arguments) or _RULES.get(name)
    if rule is not None:
        return rule(name, arguments)
    signatures = _SIGNATURES.get(name)
    if signatures is None:
        raise unknown(name)
    for signature in signatures:
        if _fits(signature, arguments):
            pairs = zip(arguments, signature.parameters, strict=True)
            texts = [coerce(argument, to).sql for argument, to in pairs]
            return Expr(signature.sql.format(*texts), signature.result)
    raise unexpected(name, arguments)


def unknown(name: str) -> QueryFailure:
    """A function that is not here: Athena's, or nobody's."""
    if name in NAMES or _GEOSPATIAL.match(name):
        return not_supported(f"function {name}")
    return QueryFailure("FUNCTION_NOT_FOUND", f"Function '{name}' not registered")


def is_known(name: str) -> bool:
    return name in _RULES or name in _SIGNATURES


def _fits(signature: Signature, arguments: list[Expr]) -> bool:
    return len(arguments) == len(signature.parameters) and all(
        can_coerce(argument.type, to)
        for argument, to in zip(arguments, signature.parameters, strict=True)
    )


# ---------------------------------------------------------------- conditions


def _coalesce(_name: str, arguments: list[Expr]) -> Expr:
    if len(arguments) < 2:
        raise QueryFailure(
            "SYNTAX_ERROR", "The 'coalesce' function must have at least two arguments"
        )
    same, result = unify(arguments, "All COALESCE operands")
    return Expr(f"coalesce({', '.join(e.sql for e in same)})", result)


def _nullif(_name: str, arguments: list[Expr]) -> Expr:
    if len(arguments) != 2:
        raise QueryFailure("SYNTAX_ERROR", "Invalid number of arguments for 'nullif' function")
    first, second = arguments
    equal = compare("=", first, second)
    return Expr(f"(CASE WHEN {equal} THEN {null_of(first.type)} ELSE {first.sql} END)", first.type)


def _extreme(symbol: str) -> Rule:
    """greatest and least are null when any argument is; DuckDB's skip nulls."""

    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1, 127)
        try:
            same, result = unify(arguments, name)
        except QueryFailure:
            raise unexpected(name, arguments) from None
        if result.parts or result in (VARBINARY, JSON):
            raise not_supported(f"function {name} of {result}")
        texts = [e.sql for e in same]
        if result.is_float:
            return number_functions.extreme_of_floats(name, arguments)
        any_null = " OR ".join(f"{sql} IS NULL" for sql in texts)
        return Expr(
            f"(CASE WHEN {any_null} THEN {null_of(result)} ELSE {symbol}({', '.join(texts)}) END)",
            result,
        )

    return rule


def _try(_name: str, arguments: list[Expr]) -> Expr:
    if len(arguments) != 1:
        raise QueryFailure("SYNTAX_ERROR", "The 'try' function must have exactly one argument")
    return Expr(tried(arguments[0].sql), arguments[0].type)


def _typeof(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(text(str(arguments[0].type)), VARCHAR)


_RULES: dict[str, Rule] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "try": _try,
    "typeof": _typeof,
    **text_functions.RULES,
    **regexp_functions.RULES,
    **json_functions.RULES,
    **url_functions.RULES,
    **binary_functions.RULES,
    **format_function.RULES,
    **collection_functions.RULES,
    **time_functions.RULES,
    **zone_functions.RULES,
    **interval_functions.RULES,
    **date_formats.RULES,
    **number_functions.RULES,
}

# What has to be known to DuckDB before any of their calls.
PYTHON = (
    *json_casts.PYTHON,
    *json_functions.PYTHON,
    *text_functions.PYTHON,
    *url_functions.PYTHON,
    *binary_functions.PYTHON,
    *format_function.PYTHON,
    *date_formats.PYTHON,
    *interval_functions.PYTHON,
    *number_functions.PYTHON,
    *text_casts.PYTHON,
    *zone_functions.PYTHON,
)
