"""One bound expression: DuckDB text with the Trino type of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.nested import packed
from local.athena.plan import HELD
from local.athena.relations import cast_to_type
from local.athena.types import UNKNOWN, Type, duckdb_type


@dataclass(frozen=True)
class Expr:
    """`literal` is the value of a literal that was written as such, else None."""

    sql: str
    type: Type
    literal: Any = None


def text(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def null_of(t: Type) -> str:
    return f"CAST(NULL AS {duckdb_type(t)})"


# https://trino.io/docs/current/functions/conditional.html#try
_CAUGHT_BY_TRY = (
    "DIVISION_BY_ZERO",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "NUMERIC_VALUE_OUT_OF_RANGE",
)


def raising(code: str, message: str, t: Type) -> str:
    """Text of type `t` that fails the query, when it is evaluated, with this code and message.

    It is a cast that cannot succeed: DuckDB's error() is volatile, which TRY refuses. What TRY
    makes no null of is an unknown time zone, a failure that gets through DuckDB's TRY, too.
    """
    if t.parts:
        # DuckDB folds a constant CASE at once, but not a list whose element fails.
        first, last = raising(code, message, t.parts[0][1]), null_of(t.parts[-1][1])
        made = {"array": f"[{first}]", "map": f"map([{first}], [{last}])"}
        return made.get(t.name) or packed(t, [raising(code, message, p) for _, p in t.parts])
    if code in _CAUGHT_BY_TRY:
        return f"CAST(CAST({text(f'athena:{code}:{message}:')} AS BIGINT) AS {duckdb_type(t)})"
    if code == "NOT_SUPPORTED":
        message = f"{message} is not available in the local Athena"
    failing = f"(TIMESTAMP '2000-01-01' AT TIME ZONE {text(f'athena:{code}:{message}:')})"
    return f"CAST(CAST({failing} AS VARCHAR) AS {duckdb_type(t)})"


def can_coerce(frm: Type, to: Type) -> bool:
    return common_type(frm, to) == to or (to.is_text and not to.sizes and frm.is_text)


def coerce(e: Expr, to: Type) -> Expr:
    """`e` as `to`, which `can_coerce` has allowed."""
    if e.type == UNKNOWN:
        return Expr(null_of(to), to)
    return Expr(cast_to_type(e.sql, e.type, to), to, e.literal)


def unify(expressions: list[Expr], what: str) -> tuple[list[Expr], Type]:
    """All of them as the one type that Trino gives them. Raises TYPE_MISMATCH if it has none."""
    result = expressions[0].type
    for e in expressions[1:]:
        found = common_type(result, e.type)
        if found is None:
            raise QueryFailure(
                "TYPE_MISMATCH", f"{what} must be the same type: {result} and {e.type}"
            )
        result = found
    return [coerce(e, result) for e in expressions], result


def tried(sql: str) -> str:
    """TRY(sql). What Python may refuse would become null: it is refused now."""
    if "_or_refuse(" in sql:
        raise not_supported("TRY of what it may have to refuse")
    if HELD in sql:
        raise not_supported("TRY of a query")
    return f"TRY({sql})"
