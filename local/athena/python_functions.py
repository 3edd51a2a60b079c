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
from duckdb.func import FunctionNullHandling

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
        connection.create_function(
            f.name,
            _of_nulls(f.function, len(f.parameters)),
            list(f.parameters),
            f.result,
            null_handling=FunctionNullHandling.SPECIAL,
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
