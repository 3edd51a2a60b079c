"""Real records, from JSON lines or from CSV with a header row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from lakehouse.dataset import Dataset
from lakehouse.events import Invalid, decoder, encoder
from producer.batches import Refuse
from producer.lines import Readable, SourceError, read_lines
from producer.records import Record, partition_key

_DELIMITERS = ",;\t|"
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_EPOCH_MS = re.compile(r"\d{5,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)

# Where a row began, counted from 1, and its bytes; None when there is nothing for now.
_Numbered = Iterator[tuple[int, bytes] | None]


def read_records(
    stream: Readable, dataset: Dataset, *, name: str, refuse: Refuse
) -> Iterator[Record | None]:
    """The records of a file or a pipe; None when it is silent.

    Lines are sent as they are. If the first one is a header row (it names the event id), the rest
    is CSV, and each row becomes the JSON of the fields that the header names. Whatever the shared
    decoder does not accept goes to `refuse` with the reason, and is left out. Empty lines are
    passed over. Raises SourceError if a header row lacks what every event needs.
    """
    lines = _numbered(read_lines(stream, name))
    decode = decoder(dataset)
    id_index = [field.name for field in dataset.fields].index(dataset.event_id)
    for numbered in _as_records(lines, dataset, name, refuse):
        if numbered is None:
            yield None
            continue
        line, data = numbered
        event = decode(data)
        if isinstance(event, Invalid):
            refuse(Record(data, "", line=line), event.reason)
        else:
            yield Record(data, partition_key(event.values[id_index]), line=line)


def _numbered(lines: Iterable[bytes | None]) -> _Numbered:
    number = 0
    for line in lines:
        number += line is not None
        yield None if line is None else (number, line)


def _as_records(lines: _Numbered, dataset: Dataset, name: str, refuse: Refuse) -> _Numbered:
    """What is to be sent, before it is checked."""
    for first in lines:
        if first is None or not first[1].strip():
            yield None
        elif _is_header(first[1], dataset):
            yield from _from_csv(lines, first[1], dataset, name, refuse)
        else:
            yield from _stripped(chain([first], lines))


def _stripped(lines: _Numbered) -> _Numbered:
    """The lines without their ends; empty ones are left out."""
    for numbered in lines:
        if numbered is None:
            yield None
        elif data := numbered[1].rstrip(b"\r\n"):
            yield numbered[0], data


def _is_header(line: bytes, dataset: Dataset) -> bool:
    """Whether a line names the event id's column, which no record does in its place of values."""
    if line.lstrip().startswith(b"{"):
        return False
    return _plain(dataset.event_id) in map(_plain, _header(line)[0])


def _header(line: bytes) -> tuple[list[str], str]:
    """The columns of a header row and its delimiter: the one that splits it into most columns."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    rows = ((next(csv.reader([text], delimiter=mark)), mark) for mark in _DELIMITERS)
    return max(rows, key=lambda row: len(row[0]))


def _plain(name: str) -> str:
    """A name as it is compared: `Last Name`, `last_name` and `lastName` are one; C/A is ca."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _from_csv(
    lines: _Numbered, header: bytes, dataset: Dataset, name: str, refuse: Refuse
) -> _Numbered:
    columns, delimiter = _header(header)
    fields = {_plain(field.name): field for field in dataset.fields}
    taken = [fields.get(_plain(column)) for column in columns]
    if dataset.field(dataset.event_time) not in taken:
        raise SourceError(
            f"{name}: no column is called {dataset.event_time!r}, the event time "
            f"(columns: {', '.join(columns)})"
        )
    converters = [(field.name, _VALUES[field.type.name]) if field else None for field in taken]
    encode = encoder(dataset)
    for numbered in _whole_rows(lines):
        if numbered is None:
            yield None
            continue
        line, data = numbered
        try:
            text = io.StringIO(data.decode(), newline="")
            rows = list(csv.reader(text, delimiter=delimiter, strict=True))
            values = _row_values(rows, converters)
        except (csv.Error, ValueError) as error:
            refuse(Record(data, "", line=line), f"record: {error}")
            continue
        yield line, encode(values)


def _whole_rows(lines: _Numbered) -> _Numbered:
    """Lines put together while a quoted value goes on; a row has the number of its first line."""
    start, parts, quotes = 0, list[bytes](), 0
    for numbered in lines:
        if numbered is None:
            yield None
            continue
        line, data = numbered
        if not parts and not data.strip():
            continue
        start = start if parts else line
        parts.append(data)
        quotes += data.count(b'"')
        if quotes % 2 == 0:
            yield start, b"".join(parts)
            parts, quotes = [], 0
    if parts:
        yield start, b"".join(parts)


def _row_values(
    rows: list[list[str]], converters: list[tuple[str, Callable[[str], Any]] | None]
) -> dict[str, Any]:
    """One row's values by field, empty cells left out. Raises ValueError if it is no such row."""
    if len(rows) != 1 or len(rows[0]) != len(converters):
        got = len(rows[0]) if len(rows) == 1 else f"{len(rows)} rows"
        raise ValueError(f"expected {len(converters)} cells, as the header has, got {got}")
    return {
        converter[0]: converter[1](cell)
        for converter, cell in zip(converters, rows[0], strict=True)
        if converter and cell != ""
    }


# --- Cells. What cannot be converted stays text, and the decoder says what is wrong with it.


def _integer(text: str) -> Any:
    return int(text) if _INTEGER.fullmatch(text) else text


def _decimal(text: str) -> Any:
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _time(text: str) -> Any:
    return int(text) if _EPOCH_MS.fullmatch(text) else text


def _double(text: str) -> Any:
    return float(text) if _NUMBER.fullmatch(text) else text


def _boolean(text: str) -> Any:
    return {"true": True, "false": False}.get(text.lower(), text)


_VALUES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "int": _integer,
    "bigint": _integer,
    "decimal": _decimal,
    "double": _double,
    "boolean": _boolean,
    "date": str,
    "timestamp": _time,
}
