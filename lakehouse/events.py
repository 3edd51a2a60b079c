"""Bytes to a checked event, by one pure function that both paths and the batch job share.

So all accept the same set. `decoder(dataset)` is built once and called per record: typed JSON
takes the fast way through msgspec; anything that this refuses is looked at field by field, which
finds the reason, or counts the fields that a newer producer added.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from lakehouse.dataset import Dataset, Field
from lakehouse.field_types import FieldType
from lakehouse.times import microseconds, parse_date, parse_time

MAX_NESTING = (
    200  # in fields that are ignored; beyond it the depth of a parser's stack would decide
)
_SHOWN = 40  # characters of a wrong value in a reason

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Event(msgspec.Struct, frozen=True):
    """One valid event: a value per field in the dataset's order, null as None.

    `event_us` is its time in whole microseconds since 1970, `unknown` how many fields were ignored.
    """

    values: tuple[Any, ...]
    event_us: int
    unknown: int = 0


class Invalid(msgspec.Struct, frozen=True):
    """The verdict on bytes that are no event; the reason names the field."""

    reason: str


Decode = Callable[[bytes], Event | Invalid]


@dataclass(frozen=True)
class _Reader:
    """How one field is read: its JSON annotation, the rest of its check, and its text form."""

    field: Field
    annotation: Any
    finish: Callable[[Any], Any] | None
    from_text: Callable[[str], Any]


def decoder(dataset: Dataset) -> Decode:
    """The function that turns a record's bytes into an event of `dataset`, or says why not."""
    required = (dataset.event_id, dataset.event_time)
    readers = [_reader(field) for field in dataset.fields]
    fast = msgspec.json.Decoder(_struct(readers, required))
    finishers = [(i, reader.finish) for i, reader in enumerate(readers) if reader.finish]
    time_index = [field.name for field in dataset.fields].index(dataset.event_time)
    as_tuple = msgspec.structs.astuple

    def event(values: list[Any], unknown: int) -> Event:
        return Event(tuple(values), microseconds(values[time_index]), unknown)

    def decode(data: bytes) -> Event | Invalid:
        try:
            values = list(as_tuple(fast.decode(data)))
            for index, finish in finishers:
                if values[index] is not None:
                    values[index] = finish(values[index])
            return event(values, 0)
        except (*_MALFORMED, ValueError):
            return look_closer(data)

    def look_closer(data: bytes) -> Event | Invalid:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            return Invalid(f"record: not UTF-8 at byte {error.start}")
        try:
            if dataset.line_format and not text.lstrip().startswith("{"):
                values = _from_line(text, readers, dataset.line_format.delimiter)
                unknown = 0
            else:
                values, unknown = _from_json(data, readers)
            for name, value in zip((r.field.name for r in readers), values, strict=True):
                if name in required and value in (None, ""):
                    raise ValueError(f"{name}: missing")
        except ValueError as error:
            return Invalid(str(error))
        return event(values, unknown)

    return decode


def encoder(dataset: Dataset) -> Callable[[Mapping[str, Any]], bytes]:
    """The function that turns an event's fields into the JSON bytes of a record.

    Aware datetimes become ISO 8601 text in UTC; `dataset` gives the order of the fields.
    """
    names = tuple(field.name for field in dataset.fields)
    encode = msgspec.json.Encoder(decimal_format="number").encode

    def to_bytes(values: Mapping[str, Any]) -> bytes:
        if tuple(values) == names:  # as the producer makes them
            return encode(values)
        return encode({name: values[name] for name in names if name in values})

    return to_bytes


# --- One field


def _reader(field: Field) -> _Reader:
    annotation, finish, from_text = _READERS[field.type.name](field.type)
    return _Reader(field, annotation, finish, from_text)


def _integer(type_: FieldType) -> tuple[Any, None, Callable[[str], Any]]:
    def from_text(text: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,19}", text, re.ASCII):
            raise ValueError("expected an int")
        return int(text)

    return Annotated[int, msgspec.Meta(ge=type_.low, le=type_.high)], None, from_text


def _decimal(type_: FieldType) -> tuple[Any, Callable[[Any], Any], Callable[[str], Any]]:
    quantum = Decimal(1).scaleb(-type_.scale)
    digits = type_.precision - type_.scale

    def finish(value: Decimal) -> Decimal:
        # By its exponent first: arithmetic on 9e1000000 overflows.
        if not value.is_finite() or (value and value.adjusted() >= digits):
            raise ValueError(f"expected {type_.noun}")
        rounded = value.quantize(quantum) if value else Decimal(0).quantize(quantum)
        if rounded != value:
            raise ValueError(f"expected {type_.noun}")
        return rounded

    def from_text(text: str) -> Decimal:
        if not re.fullmatch(r"[+-]?\d{1,40}(\.\d{1,40})?", text, re.ASCII):
            raise ValueError(f"expected {type_.noun}")
        return finish(Decimal(text))

    return Decimal, finish, from_text


def _time(_: FieldType) -> tuple[Any, Callable[[Any], Any], Callable[[str], Any]]:
    def from_text(text: str) -> datetime:
        is_number = re.fullmatch(r"\d{5,15}", text, re.ASCII)
        return parse_time(int(text) if is_number else text)

    return str | int, parse_time, from_text


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def _double(text: str) -> float:
    if not re.fullmatch(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise ValueError("expected a number")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("expected a number in the range of a double")
    return value


_READERS: dict[str, Callable[[FieldType], tuple[Any, Any, Callable[[str], Any]]]] = {
    "string": lambda _: (str, None, str),
    "int": _integer,
    "bigint": _integer,
    "double": lambda _: (float, None, _double),
    "boolean": lambda _: (bool, None, _boolean),
    "date": lambda _: (str, parse_date, parse_date),
    "timestamp": _time,
    "decimal": _decimal,
}


# --- One record


def _struct(readers: list[_Reader], required: tuple[str, ...]) -> type[msgspec.Struct]:
    """The typed shape of a record; unknown fields are refused, to be counted on the slower way."""
    fields: list[Any] = []
    for index, reader in enumerate(readers):
        annotation = reader.annotation
        if reader.field.name in required and annotation is str:
            annotation = Annotated[str, msgspec.Meta(min_length=1)]
        fields.append(
            (f"f{index}", annotation if reader.field.name in required else annotation | None)
        )
    optional = [
        field if reader.field.name in required else (*field, None)
        for field, reader in zip(fields, readers, strict=True)
    ]
    return msgspec.defstruct(
        "Record",
        optional,
        rename={f"f{index}": reader.field.name for index, reader in enumerate(readers)},
        forbid_unknown_fields=True,
        kw_only=True,
    )


def _from_json(data: bytes, readers: list[_Reader]) -> tuple[list[Any], int]:
    """A JSON object's values, and how many of its fields are unknown. ValueError says why not."""
    if _nesting(data) > MAX_NESTING:
        raise ValueError(f"record: nested more than {MAX_NESTING} deep")
    try:
        found = _OBJECT.decode(data)
    except _MALFORMED as error:
        raise ValueError(f"record: not a JSON object ({error})") from None
    values = [
        _json_value(reader, found[reader.field.name]) if reader.field.name in found else None
        for reader in readers
    ]
    return values, len(found.keys() - {reader.field.name for reader in readers})


def _json_value(reader: _Reader, raw: msgspec.Raw) -> Any:
    try:
        value = msgspec.json.decode(raw, type=reader.annotation | None)
        return reader.finish(value) if reader.finish and value is not None else value
    except _MALFORMED as error:
        expected = f"expected {reader.field.type.noun}"
        if isinstance(error, msgspec.ValidationError) and (
            "range" in str(error) or "=" in str(error)
        ):
            expected = f"expected {reader.field.type.noun} in the range of {reader.field.type.name}"
        raise ValueError(_reason(reader, expected, bytes(raw).decode("utf-8"))) from None
    except ValueError as error:
        raise ValueError(_reason(reader, str(error), bytes(raw).decode("utf-8"))) from None


def _from_line(text: str, readers: list[_Reader], delimiter: str) -> list[Any]:
    """The values of one delimited line; an empty field is null. ValueError says why not."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValueError(
            f"record: not a line of fields separated by {delimiter!r} ({error})"
        ) from None
    if len(rows) != 1 or len(rows[0]) != len(readers):
        count = len(rows[0]) if len(rows) == 1 else f"{len(rows)} lines"
        raise ValueError(
            f"record: expected one line of {len(readers)} fields separated by {delimiter!r}, "
            f"got {count}"
        )
    return [_text_value(reader, text) for reader, text in zip(readers, rows[0], strict=True)]


def _text_value(reader: _Reader, text: str) -> Any:
    if text == "":
        return None
    try:
        value = reader.from_text(text)
        low, high = reader.field.type.low, reader.field.type.high
        if high and not low <= value <= high:
            raise ValueError(f"expected an int in the range of {reader.field.type.name}")
    except ValueError as error:
        raise ValueError(_reason(reader, str(error), text)) from None
    return value


def _reason(reader: _Reader, expected: str, got: str) -> str:
    shown = got if len(got) <= _SHOWN else got[:_SHOWN] + "…"
    return f"{reader.field.name}: {expected}, got {shown}"


def _nesting(data: bytes) -> int:
    """How deep the brackets of a JSON text go, strings left aside."""
    if data.count(b"[") + data.count(b"{") <= MAX_NESTING:
        return 1
    depth = deepest = 0
    for match in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', data, re.DOTALL):
        first = match.group()[0]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest
