"""Functions of text. Lengths and places are in code points, as in Trino.

Source: https://trino.io/docs/current/functions/string.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.types import BIGINT, VARCHAR, array


def _concat(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 127)
    if any(not a.type.is_text for a in arguments):
        raise unexpected(name, arguments)
    return Expr(f"({' || '.join(a.sql for a in arguments)})", VARCHAR)


def _substr(name: str, arguments: list[Expr]) -> Expr:
    """A start of 0, or before the text's begin, gives '' on Trino; DuckDB clips it."""
    count_of(name, arguments, 2, 3)
    source = argument_as(name, arguments[0], VARCHAR).sql
    numbers = [argument_as(name, a, BIGINT).sql for a in arguments[1:]]
    cut = f"substring({', '.join([source, *numbers])})"
    empty = f"{numbers[0]} = 0 OR {numbers[0]} < -length({source})"
    if len(numbers) == 2:
        empty += f" OR {numbers[1]} <= 0"
    has_null = " OR ".join(f"{n} IS NULL" for n in [source, *numbers])
    return Expr(
        f"(CASE WHEN {has_null} THEN {null_of(VARCHAR)} WHEN {empty} THEN '' ELSE {cut} END)",
        VARCHAR,
    )


def _replace(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    _need_text(name, arguments[1])
    texts = [argument_as(name, a, VARCHAR).sql for a in arguments]
    return Expr(f"replace({', '.join([*texts, text('')][:3])})", VARCHAR)


def _pad(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    _need_text(name, arguments[2])
    source = argument_as(name, arguments[0], VARCHAR).sql
    size = argument_as(name, arguments[1], BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Target length must be in the range", VARCHAR)
    return Expr(
        f"(CASE WHEN {size} < 0 OR {size} > 2147483647 THEN {failing}"
        f" ELSE {name}({source}, CAST({size} AS INTEGER), {arguments[2].sql}) END)",
        VARCHAR,
    )


def _split(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    _need_text(name, arguments[1])
    source = argument_as(name, arguments[0], VARCHAR).sql
    return Expr(f"string_split({source}, {arguments[1].sql})", array(VARCHAR))


def _split_part(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    index = arguments[2].literal
    if not isinstance(index, int) or index < 1:
        raise not_supported("split_part with an index that is not a literal from 1")
    return Expr(f"{_split(name, arguments[:2]).sql}[{index}]", VARCHAR)


def _need_text(name: str, argument: Expr) -> None:
    if not isinstance(argument.literal, str) or not argument.literal:
        raise not_supported(f"function {name} with a pattern that is not a literal text")


RULES: dict[str, Rule] = {
    "concat": _concat,
    "substr": _substr,
    "substring": _substr,
    "replace": _replace,
    "lpad": _pad,
    "rpad": _pad,
    "split": _split,
    "split_part": _split_part,
}
