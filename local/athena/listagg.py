"""listagg(value, separator) WITHIN GROUP (ORDER BY ...): texts of many rows as one.

Source: https://trino.io/docs/current/functions/aggregate.html#listagg
"""

from __future__ import annotations

from local.athena.arguments import count_of
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, raising, text
from local.athena.types import UNKNOWN, VARCHAR

# More bytes than this fail, unless told otherwise.
_MOST_BYTES = 1_048_576


def listagg(arguments: list[Expr], *, is_distinct: bool, order: str, condition: str) -> Expr:
    """Nulls are passed over; of nothing it is null."""
    count_of("listagg", arguments, 1, 2)
    value = arguments[0]
    if not value.type.is_text and value.type != UNKNOWN:
        raise QueryFailure("TYPE_MISMATCH", f"Expected expression of varchar, not {value.type}")
    separator = arguments[1].literal if len(arguments) == 2 else ""
    if not isinstance(separator, str) or not (len(arguments) == 1 or arguments[1].type.is_text):
        raise not_supported("listagg with a separator that is not a literal")
    distinct = "DISTINCT " if is_distinct else ""
    inner = f"{distinct}{coerce(value, VARCHAR).sql}, {text(separator)} {order}"
    joined = f"string_agg({inner}){condition}"
    failing = raising(
        "EXCEEDED_FUNCTION_MEMORY_LIMIT", f"Concatenated string is longer than {_MOST_BYTES} bytes",
        VARCHAR,
    )  # fmt: skip
    return Expr(
        f"(CASE WHEN octet_length(encode({joined})) > {_MOST_BYTES} THEN {failing}"
        f" ELSE {joined} END)",
        VARCHAR,
    )
