"""JSON records to Parquet, by a Glue table's columns, as Firehose's format conversion does.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html. Timestamps are INT96
and pages Snappy, as its Parquet writer has them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from local.workers.columns import Column
from local.workers.transforms import Transformed

MALFORMED = "DataFormatConversion.MalformedData"
INVALID_SCHEMA = "DataFormatConversion.InvalidSchema"


@dataclass(frozen=True)
class Unconvertible:
    """A record that is not JSON, or does not fit the columns; the message names the column."""

    transformed: Transformed
    code: str
    message: str


@dataclass(frozen=True)
class Converted:
    """One object's worth of rows, the records they came from, and those that did not convert."""

    table: pa.Table
    records: tuple[Transformed, ...]
    failures: tuple[Unconvertible, ...]


class _MisfitError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def convert(transformed: Iterable[Transformed], columns: Sequence[Column]) -> Converted:
    """Rows of `columns`. A record of several JSON objects converts as a whole or not at all."""
    names = frozenset(column.name for column in columns)
    rows: list[tuple[Any, ...]] = []
    records: list[Transformed] = []
    failures: list[Unconvertible] = []
    for one in transformed:
        try:
            rows.extend([_row(each, columns, names) for each in _documents(one.data)])
            records.append(one)
        except _MisfitError as misfit:
            failures.append(Unconvertible(one, misfit.code, str(misfit)))
    return Converted(_table(rows, columns), tuple(records), tuple(failures))


def to_parquet(table: pa.Table) -> bytes:
    """The bytes of a Parquet file like Firehose's: INT96 timestamps, Snappy, no Arrow schema."""
    sink = io.BytesIO()
    pq.write_table(
        table,
        sink,
        compression="snappy",
        use_deprecated_int96_timestamps=True,
        store_schema=False,
    )
    return sink.getvalue()


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_JSON = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def _documents(data: bytes) -> list[dict[str, Any]]:
    """The JSON objects in a record: one, or several one after the other."""
    documents: list[dict[str, Any]] = []
    try:
        text, at = data.decode().strip(), 0
        while at < len(text):
            document, end = _JSON.raw_decode(text, at)
            if not isinstance(document, dict):
                raise _MisfitError(MALFORMED, "expected a JSON object")
            documents.append(document)
            at = end + len(text[end:]) - len(text[end:].lstrip())
    # A number can be too long for an exponent, and braces too deep.
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise _MisfitError(MALFORMED, f"not JSON: {error}") from error
    if not documents:
        raise _MisfitError(MALFORMED, "the record is empty")
    return documents


def _row(document: dict[str, Any], columns: Sequence[Column], names: Set[str]) -> tuple[Any, ...]:
    """A row; keys without a column are ignored, and their case does not matter."""
    is_plain = document.keys() <= names
    values = document if is_plain else {key.lower(): value for key, value in document.items()}
    row = []
    for column in columns:
        value = values.get(column.name)
        if value is not None:
            try:
                value = column.convert(value)
            except ValueError as error:
                raise _MisfitError(INVALID_SCHEMA, f"{column.name}: {error}") from error
        row.append(value)
    return tuple(row)


def _table(rows: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> pa.Table:
    schema = pa.schema([(column.name, column.arrow) for column in columns])
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [
        pa.array(values, type=column.arrow) for values, column in zip(cells, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
