"""Functions that DuckDB has no words for, computed in Python a value at a time.

A null gives null. A ValueError is the statement's INVALID_FUNCTION_ARGUMENT, or that of another
name in a QueryFailure.
Source: https://duckdb.org/docs/stable/clients/python/function
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from local.athena import bases, date_texts, durations, float_texts, iso8601, java_math
from local.athena.errors import QueryFailure

# The name in DuckDB, the types of its arguments and of its value, and what it does.
_FUNCTIONS: tuple[tuple[str, tuple[str, ...], str, Callable[..., Any]], ...] = (
    ("athena_date_parse", ("VARCHAR", "VARCHAR"), "BIGINT", date_texts.from_mysql),
    ("athena_parse_datetime", ("VARCHAR", "VARCHAR"), "BIGINT", date_texts.from_joda),
    ("athena_text_of_double", ("DOUBLE",), "VARCHAR", float_texts.of_double),
    ("athena_text_of_real", ("VARCHAR",), "VARCHAR", float_texts.of_real),
    ("athena_cbrt", ("DOUBLE",), "DOUBLE", java_math.cbrt),
    ("athena_log10", ("DOUBLE",), "DOUBLE", java_math.log10),
    ("athena_asin", ("DOUBLE",), "DOUBLE", java_math.asin),
    ("athena_acos", ("DOUBLE",), "DOUBLE", java_math.acos),
    ("athena_atan", ("DOUBLE",), "DOUBLE", java_math.atan),
    ("athena_atan2", ("DOUBLE", "DOUBLE"), "DOUBLE", java_math.atan2),
    ("athena_to_base", ("BIGINT", "BIGINT"), "VARCHAR", bases.to_base),
    ("athena_from_base", ("VARCHAR", "BIGINT"), "BIGINT", bases.from_base),
    ("athena_parse_duration", ("VARCHAR",), "BIGINT", durations.parse),
    ("athena_human_readable_seconds", ("DOUBLE",), "VARCHAR", durations.human_readable),
    ("athena_from_iso8601_timestamp", ("VARCHAR",), "BIGINT", iso8601.timestamp),
    ("athena_from_iso8601_date", ("VARCHAR",), "BIGINT", iso8601.days),
)
_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all of them known to a DuckDB, for every connection to it."""
    for name, parameters, result, function in _FUNCTIONS:
        connection.create_function(
            name,
            _on_columns(function, len(parameters), _ARROW[result]),
            list(parameters),
            result,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )


def _on_columns(
    function: Callable[..., Any], count: int, result: pa.DataType
) -> Callable[..., pa.Array]:
    def on_columns(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return pa.array(
            [None if None in row else _called(function, row) for row in rows], type=result
        )

    # DuckDB asks how many arguments there are.
    names = [f"c{i}" for i in range(count)]
    parameters = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in names]
    on_columns.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return on_columns


def _called(function: Callable[..., Any], row: tuple[Any, ...]) -> Any:
    try:
        return function(*row)
    except QueryFailure as failure:
        code, message = failure.code, failure.message
    except (ValueError, OverflowError) as error:
        code, message = "INVALID_FUNCTION_ARGUMENT", str(error)
    # In the form that `expression.raising` gives a failure.
    raise ValueError(f"'athena:{code}:{message.replace(':', ' ').replace(chr(10), ' ')}:'")
