"""Results as Athena stores and shows them: the CSV object, its metadata, and pages of rows.

Every value that is not null stands in quotes and a null is nothing at all, so the two differ
from an empty text. https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from local.athena.errors import not_supported
from local.athena.types import Type, column_info, row_fields
from local.athena.zones import local_datetime

Row = list[str | None]


def shown(value: Any, t: Type) -> str | None:
    """One value as Athena writes it; None is null."""
    return None if value is None else _WRITERS.get(t.name, _plain)(value, t)


def _plain(value: Any, _t: Type) -> str:
    return str(value)


def _boolean(value: bool, _t: Type) -> str:
    return "true" if value else "false"


def _decimal(value: Decimal, _t: Type) -> str:
    return f"{value:f}"


def _timestamp(value: datetime, t: Type) -> str:
    digits = t.sizes[0]
    is_zoned = t.name == "timestamp with time zone"
    clock = local_datetime(value, t.zone) if is_zoned else value
    text = clock.strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)
    text = text[: 20 + digits] if digits else text[:19]
    return f"{text} {t.zone}" if is_zoned else text


def _time(value: time, t: Type) -> str:
    digits = t.sizes[0]
    return value.strftime("%H:%M:%S.%f")[: 9 + digits if digits else 8]


def _day_interval(value: int, _t: Type) -> str:
    days, rest = divmod(abs(value), 86_400_000)
    seconds, millis = divmod(rest, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}"
    return f"{'-' if value < 0 else ''}{days} {clock}"


def _month_interval(value: int, _t: Type) -> str:
    return f"{'-' if value < 0 else ''}{abs(value) // 12}-{abs(value) % 12}"


def _date(value: date, _t: Type) -> str:
    return value.isoformat()


def _bytes(value: bytes, _t: Type) -> str:
    return value.hex(" ")


def java_double(value: float, t: Type) -> str:
    """As Java's Double.toString and Float.toString have it: 1.0, 1.0E10, 1.5E-5."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if t.name == "real":
        value = float(pa.scalar(value, pa.float32()).cast(pa.string()).as_py())
    # Of two digits the nearest are taken where one would do: 4.9E-324.
    two = f"{value:.1e}"
    sign, digits, exponent = Decimal(two if float(two) == value else repr(value)).as_tuple()
    digits_text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + int(exponent)
    minus = "-" if sign else ""
    if value == 0:
        return f"{minus}0.0"
    if 1e-3 <= abs(value) < 1e7:
        if point <= 0:
            return f"{minus}0.{'0' * -point}{digits_text}"
        whole = digits_text[:point].ljust(point, "0")
        return f"{minus}{whole}.{digits_text[point:] or '0'}"
    return f"{minus}{digits_text[0]}.{digits_text[1:] or '0'}E{point - 1}"


def _array(value: list[Any], t: Type) -> str:
    return "[" + ", ".join(_inner(item, t.element) for item in value) + "]"


def _map(value: list[tuple[Any, Any]], t: Type) -> str:
    (_, key_type), (_, value_type) = t.parts
    entries = (f"{_inner(k, key_type)}={_inner(v, value_type)}" for k, v in value)
    return "{" + ", ".join(entries) + "}"


def _row(value: dict[str, Any], t: Type) -> str:
    return "{" + ", ".join(f"{n}={_inner(value[n], p)}" for n, p in row_fields(t)) + "}"


def _inner(value: Any, t: Type) -> str:
    text = shown(value, t)
    return "null" if text is None else text


def _char(value: str, t: Type) -> str:
    return value.ljust(t.sizes[0])


_WRITERS: dict[str, Callable[[Any, Type], str]] = {
    "boolean": _boolean,
    "decimal": _decimal,
    "real": java_double,
    "double": java_double,
    "date": _date,
    "timestamp": _timestamp,
    "timestamp with time zone": _timestamp,
    "char": _char,
    "time": _time,
    "interval day to second": _day_interval,
    "interval year to month": _month_interval,
    "varbinary": _bytes,
    "array": _array,
    "map": _map,
    "row": _row,
}


def rows_of(batch: pa.RecordBatch, columns: list[tuple[str, Type]]) -> Iterator[Row]:
    """A batch's rows as text."""
    texts = [
        [shown(value, t) for value in _values(column)]
        for column, (_, t) in zip(batch.columns, columns, strict=True)
    ]
    for row in zip(*texts, strict=True):
        yield list(row)


def _values(column: pa.Array) -> list[Any]:
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except (OverflowError, ValueError) as error:
        raise not_supported("a date outside the years 1 to 9999") from error


def csv_line(row: Iterable[str | None]) -> str:
    return ",".join("" if v is None else '"' + v.replace('"', '""') + '"' for v in row) + "\n"


_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|)(,|\n)')


def read_csv(text: str) -> Iterator[Row]:
    """The rows of what `csv_line` wrote, line breaks inside values and all."""
    row: Row = []
    for match in _CELL.finditer(text):
        row.append(None if match[1] is None else match[1].replace('""', '"'))
        if match[2] == "\n":
            yield row
            row = []


def metadata(columns: list[dict[str, Any]], *, has_header: bool) -> bytes:
    """The `.metadata` object. Athena's own is a private binary; this one is JSON."""
    return json.dumps({"ColumnInfo": columns, "HasHeader": has_header}).encode()


def column_infos(columns: list[tuple[str, Type]]) -> list[dict[str, Any]]:
    return [column_info(name, t) for name, t in columns]


def page(rows: list[Row]) -> list[dict[str, Any]]:
    """Rows as GetQueryResults gives them."""
    return [
        {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}
        for row in rows
    ]
