"""Rows as a table for people, and as CSV or JSON lines for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

from local.console import table

Row = Sequence[Any]
# (where to, columns, rows) -> number of rows
Write = Callable[[TextIO, Sequence[str], Iterable[Row]], int]


def value_of(text: str | None, athena_type: str) -> Any:
    """A value of Athena's text. Types that JSON lacks stay text: a decimal must not lose digits."""
    return text if text is None else _VALUES.get(athena_type, str)(text)


def write_table(to: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Columns as wide as their widest value, so all rows are read before the first is written."""
    read = list(rows)
    to.write(f"{table(columns, read)}\n")
    return len(read)


def write_csv(to: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """RFC 4180, with a line of names; a null is an empty cell."""
    count = 0
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow(row)
    return count


def write_json(to: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """One object per line."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        to.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
    return count


FORMATS: Mapping[str, Write] = {"table": write_table, "csv": write_csv, "json": write_json}

_VALUES: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "boolean": "true".__eq__,
}
