"""Functions of JSON, in text or of the type json.

A path may be a column. The functions of the SQL standard (json_query, json_value) are refused.
Source: https://trino.io/docs/current/functions/json.html
"""

from __future__ import annotations

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce, coerce, null_of, text
from local.athena.json_paths import (
    array_contains,
    array_get,
    array_length,
    extract,
    extract_scalar,
    path_of,
    size,
)
from local.athena.json_text import is_scalar, parsed
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import BIGINT, BOOLEAN, DOUBLE, JSON, UNKNOWN, VARCHAR, Type, duckdb_type

_PARSE = of_texts("trino_json_parse", parsed)
_EXTRACT = of_texts("trino_json_extract", extract, 2)
_EXTRACT_SCALAR = of_texts("trino_json_extract_scalar", extract_scalar, 2)
_SIZE = PythonFunction("trino_json_size", ("VARCHAR",) * 2, "BIGINT", size)
_LENGTH = PythonFunction("trino_json_array_length", ("VARCHAR",), "BIGINT", array_length)
_GET = PythonFunction("trino_json_array_get", ("VARCHAR", "BIGINT"), "VARCHAR", array_get)
_IS_SCALAR = PythonFunction("trino_is_json_scalar", ("VARCHAR",), "BOOLEAN", is_scalar)
# By the type of what is looked for, the first that it can be.
_HAS = {
    to: PythonFunction(
        f"trino_json_has_{to}", ("VARCHAR", duckdb_type(to)), "BOOLEAN", array_contains
    )
    for to in (BOOLEAN, BIGINT, DOUBLE, VARCHAR)
}
PYTHON = (_PARSE, _EXTRACT, _EXTRACT_SCALAR, _SIZE, _LENGTH, _GET, _IS_SCALAR, *_HAS.values())


def literal(written: str) -> Expr:
    """JSON '...'."""
    try:
        return Expr(text(parsed(written)), JSON)
    except QueryFailure as failure:
        raise QueryFailure(
            "INVALID_LITERAL", f"'{written}' is not a valid JSON literal"
        ) from failure


def _source(name: str, arguments: list[Expr]) -> str:
    """JSON in text, or a value of the type json."""
    t = arguments[0].type
    if not (t.is_text or t in (JSON, UNKNOWN)):
        raise unexpected(name, arguments)
    return null_of(VARCHAR) if t == UNKNOWN else arguments[0].sql


def _parse(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if arguments[0].type == JSON:
        raise unexpected(name, arguments)
    return Expr(_PARSE(_source(name, arguments)), JSON)


def _format(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if arguments[0].type not in (JSON, UNKNOWN):
        raise unexpected(name, arguments)
    return Expr(_source(name, arguments), VARCHAR)


def _at_path(function: PythonFunction, result: Type) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 2)
        if name == "json_extract_scalar" and arguments[0].type == UNKNOWN:
            raise QueryFailure(
                "AMBIGUOUS_FUNCTION_CALL", f"Could not choose a best candidate for {name}"
            )
        path = argument_as(name, arguments[1], VARCHAR)
        if isinstance(path.literal, str):
            path_of(path.literal)
        t = arguments[0].type if result == VARCHAR and arguments[0].type.is_text else result
        return Expr(function(_source(name, arguments), path.sql), t)

    return rule


def _of_one(function: PythonFunction, result: Type) -> Rule:
    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1)
        return Expr(function(_source(name, arguments)), result)

    return rule


def _array_get(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    index = argument_as(name, arguments[1], BIGINT).sql
    return Expr(_GET(_source(name, arguments), index), JSON)


def _array_contains(name: str, arguments: list[Expr]) -> Expr:
    """1 is found by a whole number alone, 1.0 by a double."""
    count_of(name, arguments, 2)
    source, wanted = _source(name, arguments), arguments[1]
    for to, function in _HAS.items():
        if can_coerce(wanted.type, to):
            return Expr(function(source, coerce(wanted, to).sql), BOOLEAN)
    raise unexpected(name, arguments)


RULES: dict[str, Rule] = {
    "json_parse": _parse,
    "json_format": _format,
    "json_extract": _at_path(_EXTRACT, JSON),
    "json_extract_scalar": _at_path(_EXTRACT_SCALAR, VARCHAR),
    "json_size": _at_path(_SIZE, BIGINT),
    "json_array_length": _of_one(_LENGTH, BIGINT),
    "json_array_get": _array_get,
    "json_array_contains": _array_contains,
    "is_json_scalar": _of_one(_IS_SCALAR, BOOLEAN),
}
