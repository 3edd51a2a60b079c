"""The scalar functions that are known to be the same as Athena's, each with its words in DuckDB.

A function that is not here is refused. A row of `_SIGNATURES` is enough where DuckDB has an
equal one; what needs a look at its arguments is a rule. Both are compared with a real Trino
by `tests/athena` through recorded answers.
Source: https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

from local.athena import (
    collection_functions,
    format_functions,
    interval_functions,
    number_functions,
    text_functions,
    time_functions,
    zone_functions,
)
from local.athena.arguments import Rule, Signature, count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, text, unify
from local.athena.operators import compare
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    VARBINARY,
    VARCHAR,
)

# What Java and Trino hold to be white space; DuckDB's trim() knows the blank alone.
_SPACES = "".join(
    map(chr, (9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2028, 0x2029, 0x205F, 0x3000,
              *range(0x2000, 0x2007), *range(0x2008, 0x200B)))
)  # fmt: skip
_BLANKS = text(_SPACES)

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
    "trim": (Signature((VARCHAR,), VARCHAR, f"trim({{0}}, {_BLANKS})"),),
    "ltrim": (Signature((VARCHAR,), VARCHAR, f"ltrim({{0}}, {_BLANKS})"),),
    "rtrim": (Signature((VARCHAR,), VARCHAR, f"rtrim({{0}}, {_BLANKS})"),),
    "starts_with": (Signature((VARCHAR, VARCHAR), BOOLEAN, "starts_with({0}, {1})"),),
    "strpos": (Signature((VARCHAR, VARCHAR), BIGINT, "CAST(strpos({0}, {1}) AS BIGINT)"),),
    "to_utf8": (Signature((VARCHAR,), VARBINARY, "encode({0})"),),
    "to_hex": (Signature((VARBINARY,), VARCHAR, "hex({0})"),),
    "md5": (Signature((VARBINARY,), VARBINARY, "unhex(md5({0}))"),),
    "sha256": (Signature((VARBINARY,), VARBINARY, "unhex(sha256({0}))"),),
}


def call(name: str, arguments: list[Expr]) -> Expr:
    """The scalar function `name` of `arguments`, or a QueryFailure that says why not."""
    rule = _RULES.get(name)
    if rule is not None:
        return rule(name, arguments)
    signatures = _SIGNATURES.get(name)
    if signatures is None:
        raise not_supported(f"function {name}")
    for signature in signatures:
        if _fits(signature, arguments):
            pairs = zip(arguments, signature.parameters, strict=True)
            texts = [coerce(argument, to).sql for argument, to in pairs]
            return Expr(signature.sql.format(*texts), signature.result)
    raise unexpected(name, arguments)


def _fits(signature: Signature, arguments: list[Expr]) -> bool:
    return len(arguments) == len(signature.parameters) and all(
        can_coerce(argument.type, to)
        for argument, to in zip(arguments, signature.parameters, strict=True)
    )


# ---------------------------------------------------------------- conditions


def _coalesce(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 10**6)
    same, result = unify(arguments, "All COALESCE operands")
    return Expr(f"coalesce({', '.join(e.sql for e in same)})", result)


def _nullif(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    first, second = arguments
    equal = compare("=", first, second)
    return Expr(f"(CASE WHEN {equal} THEN {null_of(first.type)} ELSE {first.sql} END)", first.type)


def _extreme(symbol: str) -> Rule:
    """greatest and least are null when any argument is; DuckDB's skip nulls."""

    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1, 127)
        same, result = unify(arguments, f"All {name} arguments")
        if result.is_float:
            return number_functions.extreme_of_floats(name, arguments)
        if result.parts:
            raise not_supported(f"function {name} of {result}")
        texts = [e.sql for e in same]
        any_null = " OR ".join(f"{sql} IS NULL" for sql in texts)
        return Expr(
            f"(CASE WHEN {any_null} THEN {null_of(result)} ELSE {symbol}({', '.join(texts)}) END)",
            result,
        )

    return rule


def _try(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(f"TRY({arguments[0].sql})", arguments[0].type)


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
    **collection_functions.RULES,
    **time_functions.RULES,
    **zone_functions.RULES,
    **interval_functions.RULES,
    **format_functions.RULES,
    **number_functions.RULES,
}
