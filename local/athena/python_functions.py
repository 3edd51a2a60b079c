"""Functions for which DuckDB has no words that are equal: written in Python, called from SQL.

They are total functions of values that are not null; of a null they are null. What they raise
as a QueryFailure fails the query under its name, and inside TRY is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from local.athena import json_paths, json_text, json_values
from local.athena.errors import QueryFailure


@dataclass(frozen=True)
class PythonFunction:
    """`name` in DuckDB; `parameters` and `result` are DuckDB's types."""

    name: str
    parameters: tuple[str, ...]
    result: str
    function: Callable[..., Any]

    def __call__(self, *arguments: str) -> str:
        """The text of a call."""
        return f"{self.name}({', '.join(arguments)})"


def _text(name: str, function: Callable[..., Any], count: int = 1) -> PythonFunction:
    return PythonFunction(f"trino_{name}", ("VARCHAR",) * count, "VARCHAR", function)


JSON_PARSE = _text("json_parse", json_text.parsed)
JSON_QUOTE = _text("json_quote", json_text.quoted)
JSON_OF_DOUBLE = PythonFunction("trino_of_double", ("DOUBLE",), "VARCHAR", json_text.of_double)
JSON_OF_REAL = PythonFunction("trino_of_real", ("FLOAT",), "VARCHAR", json_text.of_real)
JSON_OF_OBJECT = PythonFunction(
    "trino_json_object", ("VARCHAR[]", "VARCHAR[]"), "VARCHAR", json_text.of_object
)
JSON_AS_SCALAR = _text("json_as_scalar", json_values.as_scalar, 2)
JSON_AS_NESTED = _text("json_as_nested", json_values.as_nested, 2)
JSON_EXTRACT = _text("json_extract", json_paths.extract, 2)
JSON_EXTRACT_SCALAR = _text("json_extract_scalar", json_paths.extract_scalar, 2)
JSON_SIZE = PythonFunction("trino_json_size", ("VARCHAR",) * 2, "BIGINT", json_paths.size)
JSON_ARRAY_LENGTH = PythonFunction(
    "trino_json_array_length", ("VARCHAR",), "BIGINT", json_paths.array_length
)
JSON_ARRAY_GET = PythonFunction(
    "trino_json_array_get", ("VARCHAR", "BIGINT"), "VARCHAR", json_paths.array_get
)
JSON_HAS = {
    kind: PythonFunction(
        f"trino_json_has_{kind}", ("VARCHAR", parameter), "BOOLEAN", function
    )
    for kind, parameter, function in (
        ("int", "BIGINT", lambda text, wanted: json_paths.array_contains(text, "int", wanted)),
        ("float", "DOUBLE", lambda text, wanted: json_paths.array_contains(text, "float", wanted)),
        ("string", "VARCHAR", lambda text, wanted: json_paths.array_contains(text, "string", wanted)),
        ("truth", "BOOLEAN", lambda text, wanted: json_paths.array_contains(text, "true" if wanted else "false", wanted)),
    )
}
IS_JSON_SCALAR = PythonFunction("trino_is_json_scalar", ("VARCHAR",), "BOOLEAN", json_text.is_scalar)

FUNCTIONS = (
    JSON_PARSE, JSON_QUOTE, JSON_OF_DOUBLE, JSON_OF_REAL, JSON_OF_OBJECT, JSON_AS_SCALAR,
    JSON_AS_NESTED, JSON_EXTRACT, JSON_EXTRACT_SCALAR, JSON_SIZE, JSON_ARRAY_LENGTH,
    JSON_ARRAY_GET, *JSON_HAS.values(), IS_JSON_SCALAR,
)  # fmt: skip


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make them known to every cursor of the connection."""
    for f in FUNCTIONS:
        connection.create_function(
            f.name,
            _of_nulls(f.function, len(f.parameters)),
            list(f.parameters),  # type: ignore[arg-type]
            f.result,  # type: ignore[arg-type]
            null_handling="special",  # type: ignore[arg-type]
        )


def _of_nulls(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    def one(a: Any) -> Any:
        return None if a is None else _failing(function, a)

    def two(a: Any, b: Any) -> Any:
        return None if a is None or b is None else _failing(function, a, b)

    def three(a: Any, b: Any, c: Any) -> Any:
        return None if a is None or b is None or c is None else _failing(function, a, b, c)

    return (one, two, three)[count - 1]


def _failing(function: Callable[..., Any], *values: Any) -> Any:
    """Say a failure in the words that `engine` looks for in DuckDB's errors."""
    try:
        return function(*values)
    except QueryFailure as failure:
        said = re.sub(r"[:'\r\n]", " ", failure.message)
        raise ValueError(f"'athena:{failure.code}:{said}:'") from None
