"""Functions of the bits of whole numbers.

Source: https://trino.io/docs/current/functions/bitwise.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.expression import Expr, raising
from local.athena.types import BIGINT, duckdb_type

_BITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def _of_two(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 2)
        return Expr(words.format(*(argument_as(name, a, BIGINT).sql for a in arguments)), BIGINT)

    return rule


def _not(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(f"(-1 - {argument_as(name, arguments[0], BIGINT).sql})", BIGINT)


def _shift(name: str, arguments: list[Expr]) -> Expr:
    """In the value's own type; past all its bits nothing is left but, arithmetically, its sign.

    As an unsigned number of 128 bits nothing is lost before the type's bits are cut out.
    """
    count_of(name, arguments, 2)
    value, t = arguments[0], arguments[0].type
    if not t.is_integer:
        raise unexpected(name, arguments)
    many = argument_as(name, arguments[1], BIGINT).sql
    bits = _BITS[t.name]
    wide = f"CAST({value.sql} AS HUGEINT)"
    power = f"CAST(pow(2, {many}) AS HUGEINT)"
    unsigned = f"(({wide} + {2**bits}) % {2**bits})"
    if name == "bitwise_left_shift":
        # Only the bits that stay are moved.
        kept = f"({unsigned} % CAST(pow(2, {bits} - {many}) AS HUGEINT))"
        moved, rest = _signed(f"({kept} * {power})", bits), "0"
    elif name == "bitwise_right_shift":
        moved, rest = _signed(f"({unsigned} // {power})", bits), "0"
    else:
        rest = f"(CASE WHEN {value.sql} < 0 THEN -1 ELSE 0 END)"
        moved = f"(({wide} - (({wide} % {power}) + {power}) % {power}) // {power})"
    within = f"{many} >= 0 AND {many} < {bits}"
    any_null = f"{value.sql} IS NULL OR {many} IS NULL"
    return Expr(
        f"CAST(CASE WHEN {any_null} THEN NULL WHEN {within} THEN {moved} ELSE {rest} END"
        f" AS {duckdb_type(t)})",
        t,
    )


def _signed(unsigned: str, bits: int) -> str:
    return f"({unsigned} - CASE WHEN {unsigned} >= {2 ** (bits - 1)} THEN {2**bits} ELSE 0 END)"


def _bit_count(name: str, arguments: list[Expr]) -> Expr:
    """The ones of a number in two's complement of so many bits."""
    count_of(name, arguments, 2)
    value, bits = (argument_as(name, a, BIGINT).sql for a in arguments)
    out_of_range = raising(
        "INVALID_FUNCTION_ARGUMENT", "Bits specified in bit_count must be between 2 and 64", BIGINT
    )
    too_long = raising(
        "INVALID_FUNCTION_ARGUMENT",
        "Number must be representable with the bits specified",
        BIGINT,
    )
    limit = f"CAST(pow(2, {bits} - 1) AS HUGEINT)"
    ones = f"bit_count({value})"
    # The sign fills all 64 bits.
    counted = f"CAST({ones} - CASE WHEN {value} < 0 THEN 64 - {bits} ELSE 0 END AS BIGINT)"
    return Expr(
        f"(CASE WHEN {value} IS NULL OR {bits} IS NULL THEN NULL"
        f" WHEN {bits} NOT BETWEEN 2 AND 64 THEN {out_of_range}"
        f" WHEN {value} < -{limit} OR {value} >= {limit} THEN {too_long} ELSE {counted} END)",
        BIGINT,
    )


RULES: dict[str, Rule] = {
    "bitwise_and": _of_two("({0} & {1})"),
    "bitwise_or": _of_two("({0} | {1})"),
    "bitwise_xor": _of_two("xor({0}, {1})"),
    "bitwise_not": _not,
    "bitwise_left_shift": _shift,
    "bitwise_right_shift": _shift,
    "bitwise_right_shift_arithmetic": _shift,
    "bit_count": _bit_count,
}
