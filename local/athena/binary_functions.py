"""Functions of bytes.

Source: https://trino.io/docs/current/functions/binary.html
"""

from __future__ import annotations

import re

from local.athena import binary_values
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce, coerce, text
from local.athena.python_functions import PythonFunction
from local.athena.types import BIGINT, VARBINARY, VARCHAR, Type

_DIGESTS = ("sha1", "sha512")
_KEYED = {"hmac_md5": "md5", "hmac_sha1": "sha1", "hmac_sha256": "sha256",
          "hmac_sha512": "sha512"}  # fmt: skip


def _of_bytes(name: str, function: object, result: str = "BLOB", count: int = 1) -> PythonFunction:
    return PythonFunction(f"trino_{name}", ("BLOB",) * count, result, function)  # type: ignore[arg-type]


_FUNCTIONS: dict[str, PythonFunction] = {
    **{name: _of_bytes(name, binary_values.digest(name)) for name in _DIGESTS},
    **{
        name: _of_bytes(name, binary_values.keyed_digest(digest), count=2)
        for name, digest in _KEYED.items()
    },
    "xxhash64": _of_bytes("xxhash64", binary_values.xxhash64),
    "crc32": _of_bytes("crc32", binary_values.crc32, "BIGINT"),
    "to_base64": _of_bytes("to_base64", binary_values.to_base64, "VARCHAR"),
    "to_base64url": _of_bytes("to_base64url", binary_values.to_base64url, "VARCHAR"),
}
# These take text as well, as its bytes.
_DECODERS: dict[str, PythonFunction] = {
    "from_hex": _of_bytes("from_hex", binary_values.from_hex),
    "from_base64": _of_bytes("from_base64", binary_values.from_base64),
    "from_base64url": _of_bytes("from_base64url", binary_values.from_base64url),
}
_FROM_UTF8 = PythonFunction(
    "trino_from_utf8", ("BLOB", "VARCHAR"), "VARCHAR", binary_values.from_utf8
)
_SUBSTR = PythonFunction("trino_substr", ("BLOB", "BIGINT", "BIGINT"), "BLOB", binary_values.substr)
_REVERSE = _of_bytes("reverse_bytes", binary_values.reverse)
PYTHON = (*_FUNCTIONS.values(), *_DECODERS.values(), _FROM_UTF8, _SUBSTR, _REVERSE)
_RESULTS: dict[str, Type] = {"BLOB": VARBINARY, "BIGINT": BIGINT, "VARCHAR": VARCHAR}


def literal(digits: str) -> Expr:
    """X'...'"""
    if len(digits) % 2 or not re.fullmatch("[0-9A-Fa-f]*", digits):
        raise QueryFailure("SYNTAX_ERROR", "Binary literal can only contain hexadecimal digits")
    return Expr(f"unhex({text(digits)})", VARBINARY)


def _call(name: str, arguments: list[Expr]) -> Expr:
    function = _FUNCTIONS[name]
    count_of(name, arguments, len(function.parameters))
    texts = [argument_as(name, a, VARBINARY).sql for a in arguments]
    return Expr(function(*texts), _RESULTS[function.result])


def _decode(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    e = arguments[0]
    source = f"encode({e.sql})" if e.type.is_text else argument_as(name, e, VARBINARY).sql
    return Expr(_DECODERS[name](source), VARBINARY)


def _from_utf8(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1, 2)
    source = argument_as(name, arguments[0], VARBINARY).sql
    if len(arguments) == 1:
        return Expr(_FROM_UTF8(source, text("\ufffd")), VARCHAR)
    if can_coerce(arguments[1].type, BIGINT):
        number = coerce(arguments[1], BIGINT)
        if not isinstance(number.literal, int) or not 0 < number.literal < 0xD800:
            raise unexpected(name, arguments)
        return Expr(_FROM_UTF8(source, text(chr(number.literal))), VARCHAR)
    return Expr(_FROM_UTF8(source, argument_as(name, arguments[1], VARCHAR).sql), VARCHAR)


def concat(arguments: list[Expr]) -> Expr:
    return Expr(f"({' || '.join(coerce(a, VARBINARY).sql for a in arguments)})", VARBINARY)


def substr(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    numbers = [argument_as(name, a, BIGINT).sql for a in arguments[1:]]
    return Expr(_SUBSTR(arguments[0].sql, *[*numbers, str(2**62)][:2]), VARBINARY)


def reverse(argument: Expr) -> Expr:
    return Expr(_REVERSE(argument.sql), VARBINARY)


RULES: dict[str, Rule] = {
    **dict.fromkeys(_FUNCTIONS, _call),
    **dict.fromkeys(_DECODERS, _decode),
    "from_utf8": _from_utf8,
}
