"""JSON values as a Glue table's columns: what Firehose's JSON deserializer makes of them.

Lenient where it is (a number in text, a text column's number), strict where it would lose data
silently: what does not fit its column fails the record, and Firehose files it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import partial
from typing import Any

import pyarrow as pa

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_INTEGER = re.compile(r"[+-]?\d+")
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?")


class ColumnTypeError(ValueError):
    """A column type that is not converted here; the message names it."""


@dataclass(frozen=True)
class Column:
    """A column of the table. `convert` raises ValueError if a value (never None) does not fit."""

    name: str
    arrow: pa.DataType
    convert: Callable[[Any], Any]


def columns_of(definitions: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
    """The columns of (name, Glue type) pairs. Raises ColumnTypeError."""
    return tuple(_column(name, glue_type.lower()) for name, glue_type in definitions)


def _column(name: str, glue_type: str) -> Column:
    matched = _DECIMAL.fullmatch(glue_type)
    if matched:
        precision, scale = int(matched[1]), int(matched[2])
        convert = partial(_to_decimal, precision=precision, scale=scale)
        return Column(name, pa.decimal128(precision, scale), convert)
    if glue_type not in _TYPES:
        raise ColumnTypeError(f"column {name}: type {glue_type} is not converted here")
    return Column(name, *_TYPES[glue_type])


def _to_text(value: Any) -> str:
    if isinstance(value, str):
        if not value.isascii():
            value.encode()  # JSON's escapes can spell half a character, which no file can hold
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    raise ValueError("expected a string")


def _to_integer(value: Any, *, bits: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise ValueError("expected an integer")
        value = int(value)
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueError(f"{value} has more than {bits} bits")
    return int(value)


def _to_float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("expected a number")
    return float(value)


def _to_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError("expected true or false")


def _to_date(value: Any) -> date:
    if not isinstance(value, str):
        raise ValueError("expected a date (yyyy-MM-dd)")
    return date.fromisoformat(value)


def _to_timestamp(value: Any) -> datetime:
    """Text in UTC, to the microsecond. Numbers are refused: nobody knows their unit."""
    matched = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise ValueError("expected a timestamp (yyyy-MM-dd HH:mm:ss.SSSSSS)")
    day, clock, fraction = matched.groups()
    # Naive, because Parquet's INT96 has no time zone; Athena takes it as UTC.
    return datetime.fromisoformat(f"{day} {clock}.{(fraction or '')[:6]:0<6}")


def _to_decimal(value: Any, *, precision: int, scale: int) -> Decimal:
    """Rounded to the column's scale as Hive does; Hive would make NULL of what is too large."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("expected a number")
    try:
        with localcontext(prec=precision):
            number = Decimal(value).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(f"{value} does not fit decimal({precision},{scale})") from error
    if not number.is_finite():
        raise ValueError(f"{value} is not a number")
    return number


_TYPES: dict[str, tuple[pa.DataType, Callable[[Any], Any]]] = {
    "string": (pa.string(), _to_text),
    "tinyint": (pa.int8(), partial(_to_integer, bits=8)),
    "smallint": (pa.int16(), partial(_to_integer, bits=16)),
    "int": (pa.int32(), partial(_to_integer, bits=32)),
    "bigint": (pa.int64(), partial(_to_integer, bits=64)),
    "float": (pa.float32(), _to_float),
    "double": (pa.float64(), _to_float),
    "boolean": (pa.bool_(), _to_boolean),
    "date": (pa.date32(), _to_date),
    "timestamp": (pa.timestamp("us"), _to_timestamp),
}
