"""Functions for which DuckDB has no words that are equal: written in Python, called from SQL.

They are total functions of values that are not null; of a null they are null. What they raise
as a QueryFailure fails the query under its name, a ValueError as INVALID_FUNCTION_ARGUMENT;
inside TRY both are null.
Source: https://duckdb.org/docs/stable/clients/python/function
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

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


def of_texts(name: str, function: Callable[..., Any], count: int = 1) -> PythonFunction:
    """One of texts, with a text for its value."""
    return PythonFunction(name, ("VARCHAR",) * count, "VARCHAR", function)


def register(connection: duckdb.DuckDBPyConnection, functions: tuple[PythonFunction, ...]) -> None:
    """Make them known to every cursor of the connection."""
    for f in functions:
        # A NaN comes back as it is from Arrow alone.
        is_arrow = f.result == "DOUBLE"
        connection.create_function(
            f.name,
            _on_columns(f) if is_arrow else _on_values(f),
            list(f.parameters),
            f.result,
            type=PythonUDFType.ARROW if is_arrow else PythonUDFType.NATIVE,
            null_handling=FunctionNullHandling.SPECIAL,
        )


def _on_values(f: PythonFunction) -> Callable[..., Any]:
    return _taking(len(f.parameters), lambda *values: _called(f.function, values))


def _on_columns(f: PythonFunction) -> Callable[..., Any]:
    def on_columns(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return pa.array([_called(f.function, row) for row in rows], type=pa.float64())

    return _taking(len(f.parameters), on_columns)


def _taking(count: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """DuckDB asks how many arguments there are."""
    parameters = [Parameter(f"a{i}", Parameter.POSITIONAL_ONLY) for i in range(count)]
    function.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return function


def _called(function: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    """Say a failure in the words that `engine` looks for in DuckDB's errors."""
    if any(value is None for value in values):
        return None
    try:
        return function(*values)
    except QueryFailure as failure:
        code, message = failure.code, failure.message
    except (ValueError, OverflowError) as error:
        code, message = "INVALID_FUNCTION_ARGUMENT", str(error)
    said = re.sub(r"[:'\r\n]", " ", message)
    raise ValueError(f"'athena:{code}:{said}:'")
