"""Trino's types, and how DuckDB, Arrow and Athena's API say them.

Sources: https://trino.io/docs/current/language/types.html,
https://docs.aws.amazon.com/athena/latest/ug/data-types.html and, for Precision and Scale,
https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local.athena.errors import not_supported


@dataclass(frozen=True)
class Type:
    """One Trino type. `sizes` are its numbers; `parts` its element types, named in a row.

    `zone` is that of all values of a zoned timestamp, which in Trino each value carries; it is
    `zones.MIXED` where values of several zones come together.
    """

    name: str
    sizes: tuple[int, ...] = ()
    parts: tuple[tuple[str | None, Type], ...] = ()
    zone: str = "UTC"

    def __str__(self) -> str:
        if self.name == "row":
            inner = ", ".join(f"{n} {t}" if n else str(t) for n, t in self.parts)
            return f"row({inner})"
        if self.parts:
            return f"{self.name}({', '.join(str(t) for _, t in self.parts)})"
        if self.name == "timestamp with time zone":
            return f"timestamp({self.sizes[0]}) with time zone"
        return f"{self.name}({','.join(map(str, self.sizes))})" if self.sizes else self.name

    @property
    def is_integer(self) -> bool:
        return self.name in INTEGER_RANK

    @property
    def is_float(self) -> bool:
        return self.name in ("real", "double")

    @property
    def is_number(self) -> bool:
        return self.is_integer or self.is_float or self.name == "decimal"

    @property
    def is_text(self) -> bool:
        return self.name == "varchar"

    @property
    def is_timestamp(self) -> bool:
        return self.name in ("timestamp", "timestamp with time zone")

    @property
    def element(self) -> Type:
        return self.parts[0][1]


INTEGER_RANK = {"tinyint": 0, "smallint": 1, "integer": 2, "bigint": 3}

BOOLEAN, TINYINT, SMALLINT = Type("boolean"), Type("tinyint"), Type("smallint")
INTEGER, BIGINT, REAL, DOUBLE = Type("integer"), Type("bigint"), Type("real"), Type("double")
VARCHAR, VARBINARY, DATE = Type("varchar"), Type("varbinary"), Type("date")
JSON = Type("json")
UNKNOWN = Type("unknown")
DAY_INTERVAL, MONTH_INTERVAL = Type("interval day to second"), Type("interval year to month")


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", (precision, scale))


def varchar(length: int) -> Type:
    return Type("varchar", (length,))


def timestamp(precision: int, *, zoned: bool = False, zone: str = "UTC") -> Type:
    """Instants are kept as whole microseconds, so 6 is the finest precision there is."""
    if precision > 6:
        raise not_supported(f"type timestamp({precision})")
    if zoned:
        return Type("timestamp with time zone", (precision,), zone=zone)
    return Type("timestamp", (precision,))


def time(precision: int) -> Type:
    if precision > 6:
        raise not_supported(f"type time({precision})")
    return Type("time", (precision,))


def array(element: Type) -> Type:
    return Type("array", parts=((None, element),))


# ---------------------------------------------------------------- saying a type elsewhere

_DUCKDB = {
    "boolean": "BOOLEAN", "tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INTEGER",
    "bigint": "BIGINT", "real": "FLOAT", "double": "DOUBLE", "varchar": "VARCHAR",
    "varbinary": "BLOB", "date": "DATE", "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMPTZ", "json": "VARCHAR", "unknown": "INTEGER",
    # Milliseconds and months, as in Trino.
    "interval day to second": "BIGINT", "interval year to month": "INTEGER", "time": "TIME",
    # Without the blanks at its end.
    "char": "VARCHAR",
    # Not a type of Trino's: 128 bits, in which decimals are divided.
    "hugeint": "HUGEINT",
}  # fmt: skip


def quoted(name: str) -> str:
    """An identifier, quoted as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def duckdb_type(t: Type) -> str:
    """The DuckDB type that holds exactly this type's values (timestamps in microseconds)."""
    if t.name == "decimal":
        return f"DECIMAL({t.sizes[0]},{t.sizes[1]})"
    if t.name == "array":
        return f"{duckdb_type(t.element)}[]"
    if t.name == "map":
        return f"MAP({duckdb_type(t.parts[0][1])}, {duckdb_type(t.parts[1][1])})"
    if t.name == "row":
        inner = ", ".join(f"{quoted(label)} {duckdb_type(p)}" for label, p in row_fields(t))
        return f"STRUCT({inner})"
    return _DUCKDB[t.name]


def row_fields(t: Type) -> Iterator[tuple[str, Type]]:
    """A row's fields, those without a name called `field0`, `field1`, ... as Athena shows them."""
    labels = [label or f"field{index}" for index, (label, _) in enumerate(t.parts)]
    if len({label.lower() for label in labels}) < len(labels):
        raise not_supported(f"two fields of one name in {t}")
    yield from zip(labels, (part for _, part in t.parts), strict=True)


_ARROW: dict[str, pa.DataType] = {
    "boolean": pa.bool_(), "tinyint": pa.int8(), "smallint": pa.int16(), "integer": pa.int32(),
    "bigint": pa.int64(), "real": pa.float32(), "double": pa.float64(), "varchar": pa.string(),
    "varbinary": pa.binary(), "date": pa.date32(), "timestamp": pa.timestamp("us"),
    "timestamp with time zone": pa.timestamp("us", "UTC"), "json": pa.string(),
    "unknown": pa.int32(),
}  # fmt: skip


def arrow_type(t: Type) -> pa.DataType:
    """The Arrow type in which a scan hands this type's values to DuckDB."""
    if t.name == "decimal":
        return pa.decimal128(*t.sizes)
    if t.name == "array":
        return pa.list_(arrow_type(t.element))
    if t.name == "map":
        return pa.map_(arrow_type(t.parts[0][1]), arrow_type(t.parts[1][1]))
    if t.name == "row":
        return pa.struct([(label, arrow_type(part)) for label, part in row_fields(t)])
    return _ARROW[t.name]


_PRECISION = {
    "tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "real": 17, "double": 17,
    "timestamp": 3, "timestamp with time zone": 3, "varbinary": 1073741824,
}  # fmt: skip
_UNBOUNDED = 2147483647


def column_info(name: str, t: Type) -> dict[str, Any]:
    """One entry of ResultSetMetadata.ColumnInfo."""
    precision, scale = _PRECISION.get(t.name, 0), 0
    if t.name == "decimal":
        precision, scale = t.sizes
    elif t.is_text or t.name == "char":
        precision = t.sizes[0] if t.sizes else _UNBOUNDED
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": "float" if t.name == "real" else t.name,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": t.is_text or t.name == "char",
    }
