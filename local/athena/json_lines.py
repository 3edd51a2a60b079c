"""JSON-lines objects of a Hive table, as the OpenX and Hive JSON SerDes read them.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from local.athena.errors import QueryFailure, not_supported
from local.athena.parquet import Columns, batch_of
from local.athena.storage import StoredObject
from local.athena.types import Type, arrow_type, row_fields

_BATCH_ROWS = 16_384


class _Number(str):
    """A number as it is written: a text column shows exactly that."""


def read_json_lines(
    stored: StoredObject, content: bytes, columns: Columns, serde: Mapping[str, str]
) -> Iterator[pa.RecordBatch]:
    """Batches of `columns`, a column that a line lacks being null. Raises HIVE_CURSOR_ERROR."""
    skips = serde.get("ignore.malformed.json", "").lower() == "true"
    if stored.key.endswith(".gz"):
        content = _unzipped(content, stored)
    lines = [line for line in content.split(b"\n") if line.strip()]
    for start in range(0, len(lines), _BATCH_ROWS):
        rows = [_row(line, stored, skips=skips) for line in lines[start : start + _BATCH_ROWS]]
        arrays = [_column(rows, name, t, stored) for name, t in columns]
        yield batch_of([name for name, _ in columns], arrays, len(rows))


def _unzipped(content: bytes, stored: StoredObject) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise QueryFailure("HIVE_CURSOR_ERROR", f"s3://{stored.path} is not gzip") from error


def _row(line: bytes, stored: StoredObject, *, skips: bool) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_float=_Number, parse_int=_Number)
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except ValueError as error:
        if skips:
            return {}
        raise QueryFailure(
            "HIVE_CURSOR_ERROR", f"Row is not a valid JSON Object in s3://{stored.path}"
        ) from error
    return {key.lower(): value for key, value in found.items()}


def _column(rows: list[dict[str, Any]], name: str, t: Type, stored: StoredObject) -> pa.Array:
    try:
        return pa.array([_value(row.get(name), t) for row in rows], arrow_type(t))
    except (ValueError, TypeError, InvalidOperation, pa.ArrowInvalid) as error:
        raise QueryFailure(
            "HIVE_BAD_DATA", f"Error parsing field {name} as {t} in s3://{stored.path}: {error}"
        ) from error


def _value(value: Any, t: Type) -> Any:
    if value is None:
        return None
    if t.name == "array":
        return [_value(item, t.element) for item in _of(list, value)]
    if t.name == "map":
        inner = t.parts[1][1]
        return [(_value(k, t.parts[0][1]), _value(v, inner)) for k, v in _of(dict, value).items()]
    if t.name == "row":
        lowered = {k.lower(): v for k, v in _of(dict, value).items()}
        return {name: _value(lowered.get(name.lower()), part) for name, part in row_fields(t)}
    if t.is_integer:
        return int(_scalar(value))
    if t.name not in _READ:
        raise not_supported(f"a JSON column of type {t}")
    return _READ[t.name](value)


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"not a {kind.__name__}: {value!r}")
    return value


def _scalar(value: Any) -> str:
    return str(_of(str, value))


def _text(value: Any) -> str:
    """Whatever it is, as text; objects and arrays as their JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return str(value)
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return _scalar(value).lower() == "true"


def _timestamp(value: Any) -> datetime:
    """`2026-11-20 10:05:00.123` or the same with a T and a Z; to the millisecond."""
    if isinstance(value, _Number):
        raise ValueError("a number as a timestamp is not read by the local Athena")
    written = _scalar(value)
    at = datetime.fromisoformat(written.removesuffix("Z"))
    if at.tzinfo is not None:
        raise ValueError(f"a time with an offset: {written}")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


_READ: dict[str, Callable[[Any], Any]] = {
    "varchar": _text,
    "boolean": _boolean,
    "real": lambda value: float(_scalar(value)),
    "double": lambda value: float(_scalar(value)),
    "decimal": lambda value: Decimal(_scalar(value)),
    "date": lambda value: date.fromisoformat(_scalar(value)),
    "timestamp": _timestamp,
}
