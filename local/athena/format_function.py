"""format(): the format is a literal, and each part of it becomes a text of its own.

Source: https://trino.io/docs/current/functions/conversion.html#format
"""

from __future__ import annotations

from local.athena.arguments import Rule
from local.athena.casts import cast
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, text
from local.athena.java_format import Specifier, exact, null, pieces, real, string, whole
from local.athena.json_text import java_text
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import BIGINT, DOUBLE, UNKNOWN, VARCHAR

_WHOLE = PythonFunction("trino_format_whole", ("BIGINT", "VARCHAR"), "VARCHAR", whole)
_REAL = PythonFunction("trino_format_real", ("DOUBLE", "VARCHAR"), "VARCHAR", real)
_EXACT = of_texts("trino_format_exact", exact, 2)
_STRING = of_texts("trino_format_string", string, 2)
_JAVA_TEXT = PythonFunction("trino_java_text", ("DOUBLE",), "VARCHAR", java_text)
PYTHON = (_WHOLE, _REAL, _EXACT, _STRING, _JAVA_TEXT)


def _format(_name: str, arguments: list[Expr]) -> Expr:
    if len(arguments) < 2:
        raise QueryFailure("SYNTAX_ERROR", "The 'format' function must have at least two arguments")
    if not arguments[0].type.is_text:
        raise QueryFailure("TYPE_MISMATCH", "Type of first argument to format() must be VARCHAR")
    written = arguments[0].literal
    if not isinstance(written, str):
        raise not_supported("format with a format that is not a literal text")
    texts, place = [], 0
    for piece in pieces(written):
        if isinstance(piece, str):
            texts.append(text(piece))
        elif piece.conversion in "%n":
            texts.append(text("%" if piece.conversion == "%" else "\n"))
        else:
            if piece.index is None:
                place += 1
            texts.append(_one(piece, arguments, piece.index or place))
    return Expr(f"({' || '.join(texts or [text('')])})", VARCHAR)


def _one(piece: Specifier, arguments: list[Expr], place: int) -> str:
    if place >= len(arguments):
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"Format specifier '{piece.written}'")
    e = arguments[place]
    if e.type == UNKNOWN:
        return text(null(piece))
    wanted = text(piece.written)
    if piece.conversion == "s":
        value = _STRING(_as_text(e), wanted)
    elif e.type.is_integer and piece.conversion in "dxX":
        if piece.conversion in "xX" and e.type != BIGINT and e.type.name != "integer":
            raise not_supported(f"format {piece.written} of {e.type}")
        value = _WHOLE(coerce(e, BIGINT).sql, wanted)
    elif e.type == DOUBLE and piece.conversion == "f":
        value = _REAL(e.sql, wanted)
    elif e.type.name == "decimal" and piece.conversion == "f":
        value = _EXACT(cast(e, VARCHAR).sql, wanted)
    elif e.type.name == "real":
        raise not_supported(f"format {piece.written} of {e.type}")
    else:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"{piece.written} is no format of {e.type}")
    return f"(CASE WHEN {e.sql} IS NULL THEN {text(null(piece))} ELSE {value} END)"


def _as_text(e: Expr) -> str:
    if e.type == DOUBLE:
        return _JAVA_TEXT(e.sql)
    if e.type.is_integer or e.type.is_text or e.type.name in ("boolean", "decimal", "date"):
        return cast(e, VARCHAR).sql
    raise not_supported(f"format %s of {e.type}")


RULES: dict[str, Rule] = {"format": _format}
