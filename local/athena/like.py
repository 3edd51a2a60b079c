"""LIKE, whose escape character stands before %, _ or itself alone.

Source: https://trino.io/docs/current/functions/comparison.html#pattern-comparison-like
"""

from __future__ import annotations

import re

from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce, coerce, raising, text
from local.athena.operators import mismatch
from local.athena.types import BOOLEAN, VARCHAR

_WRONG = "Escape character must be followed by %, _ or the escape character itself"


def like(word: str, value: Expr, pattern: Expr, escape: str | None) -> Expr:
    """`word` is LIKE or NOT LIKE. Without an escape character no character is one."""
    if not can_coerce(value.type, VARCHAR) or not can_coerce(pattern.type, VARCHAR):
        raise mismatch("LIKE", value, pattern)
    left, right = coerce(value, VARCHAR).sql, coerce(pattern, VARCHAR).sql
    if escape is None:
        return Expr(f"({left} {word} {right})", BOOLEAN)
    if len(escape) != 1:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", "Escape string must be a single character")
    if isinstance(pattern.literal, str):
        _check(pattern.literal, escape)
    else:
        mark = f"\\x{{{ord(escape):x}}}"
        is_wrong = f"NOT regexp_full_match({right}, '(?s:[^{mark}]|{mark}[%_{mark}])*')"
        failing = raising("INVALID_FUNCTION_ARGUMENT", _WRONG, VARCHAR)
        right = f"(CASE WHEN {is_wrong} THEN {failing} ELSE {right} END)"
    return Expr(f"({left} {word} {right} ESCAPE {text(escape)})", BOOLEAN)


def _check(pattern: str, escape: str) -> None:
    mark = re.escape(escape)
    if not re.fullmatch(f"(?s:[^{mark}]|{mark}[%_{mark}])*", pattern):
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", _WRONG)
