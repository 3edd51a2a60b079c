"""Trino's types: read from Glue and from SQL, and said in DuckDB, in Arrow and in Athena's API.

Sources: https://trino.io/docs/current/language/types.html,
https://docs.aws.amazon.com/athena/latest/ug/data-types.html and, for Precision and Scale,
https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local.athena.errors import QueryFailure, not_supported


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


# ---------------------------------------------------------------- reading a type's text

_ALIASES = {
    "int": INTEGER,
    "long": BIGINT,
    "short": SMALLINT,
    "byte": TINYINT,
    "float": REAL,
    "string": VARCHAR,
    "binary": VARBINARY,
    "timestamptz": timestamp(6, zoned=True),
}
_PLAIN = {
    t.name: t
    for t in (
        *(BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE),
        *(VARCHAR, VARBINARY, DATE, JSON, UNKNOWN),
    )
}
_WORD = re.compile(r'\s*("(?:[^"]|"")*"|[A-Za-z_0-9]+|[(),<>:])')


def parse_type(text: str) -> Type:
    """Read a type as Glue or Trino writes it: `array<string>`, `row(a bigint)`, `decimal(10,2)`.

    A timestamp without a precision is a `timestamp(3)`, as in Athena. A type that is not known
    is a QueryFailure.
    """
    words = _WORD.findall(text)
    if "".join(words).replace(" ", "") != re.sub(r"\s+", "", text) or not words:
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {text}")
    reader = _TypeReader(text, words)
    found = reader.read()
    if reader.words:
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {text}")
    return found


# Where a type has no name before it, these two words are its own.
_TWO_WORDS = (
    ("interval", "day"), ("interval", "year"), ("timestamp", "with"), ("time", "with"),
    ("double", "precision"),
)  # fmt: skip


class _TypeReader:
    def __init__(self, text: str, words: list[str]) -> None:
        self.text = text
        self.words = words

    def read(self) -> Type:
        name = self._next().lower()
        if name in ("timestamp", "time"):
            return self._timestamp(name)
        if name == "interval":
            return self._interval()
        if name == "double" and self._peek().lower() == "precision":
            self._next()
        if name in ("decimal", "numeric", "dec"):
            sizes = self._sizes() if self._peek() == "(" else (38,)
            return decimal(sizes[0], sizes[1] if len(sizes) > 1 else 0)
        if name == "varchar":
            return varchar(self._sizes()[0]) if self._peek() == "(" else VARCHAR
        if name == "char":
            return Type("char", (self._sizes()[0] if self._peek() == "(" else 1,))
        if name in ("array", "map", "row", "struct"):
            return self._nested(name)
        found = _ALIASES.get(name) or _PLAIN.get(name)
        if found is None:
            raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")
        return found

    def _timestamp(self, name: str) -> Type:
        precision = self._sizes()[0] if self._peek() == "(" else 3
        zoned = [w.lower() for w in self.words[:3]] == ["with", "time", "zone"]
        if zoned:
            del self.words[:3]
        if name == "time":
            if zoned:
                raise not_supported("type time with time zone")
            return time(precision)
        return timestamp(precision, zoned=zoned)

    def _interval(self) -> Type:
        name = " ".join(["interval", *(w.lower() for w in self.words[:3])])
        for found in (DAY_INTERVAL, MONTH_INTERVAL):
            if found.name == name:
                del self.words[:3]
                return found
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")

    def _nested(self, name: str) -> Type:
        self._next()
        parts: list[tuple[str | None, Type]] = []
        while True:
            label: str | None = None
            if name in ("row", "struct"):
                two = tuple(word.lower() for word in self.words[:2])
                is_name = len(two) == 2 and two[1] not in (",", ")", "(", "<", ">")
                if is_name and two not in _TWO_WORDS:
                    label = _label(self._next())
                if self._peek() == ":":
                    self._next()
            parts.append((label, self.read()))
            if self._next() in (")", ">"):
                break
        return Type("row" if name == "struct" else name, parts=tuple(parts))

    def _sizes(self) -> tuple[int, ...]:
        self._next()
        sizes: list[int] = []
        while (word := self._next()) != ")":
            if word != ",":
                sizes.append(int(word))
        return tuple(sizes)

    def _peek(self) -> str:
        return self.words[0] if self.words else ""

    def _next(self) -> str:
        if not self.words:
            raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")
        return self.words.pop(0)


def _label(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()


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


# ---------------------------------------------------------------- implicit coercion

_AS_DECIMAL = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}


def as_decimal(t: Type) -> Type:
    """The decimal that an integer type is seen as beside a decimal."""
    return decimal(_AS_DECIMAL[t.name], 0) if t.is_integer else t


def common_type(a: Type, b: Type) -> Type | None:
    """The type to which Trino coerces both, or None when it refuses to compare them."""
    if a == b or b == UNKNOWN:
        return a
    if a == UNKNOWN:
        return b
    if a.is_number and b.is_number:
        return _common_number(a, b)
    if a.is_text and b.is_text:
        return varchar(max(a.sizes[0], b.sizes[0])) if a.sizes and b.sizes else VARCHAR
    if "char" in (a.name, b.name) and (a.is_text or b.is_text):
        raise not_supported(f"implicit conversion of {a} and {b}")
    if a.name == b.name == "char":
        return Type("char", (max(*a.sizes, *b.sizes),))
    if {a.name, b.name} <= {"date", "timestamp", "timestamp with time zone"}:
        zoned = "timestamp with time zone" in (a.name, b.name)
        zone = a.zone if a.zone == b.zone else ""
        return timestamp(max((*a.sizes, *b.sizes)), zoned=zoned, zone=zone)
    if a.name == b.name == "time":
        return time(max(*a.sizes, *b.sizes))
    if a.name == b.name and len(a.parts) == len(b.parts) and a.parts:
        return _common_parts(a, b)
    return None


def _common_number(a: Type, b: Type) -> Type:
    if a.is_integer and b.is_integer:
        return max(a, b, key=lambda t: INTEGER_RANK[t.name])
    if DOUBLE in (a, b):
        return DOUBLE
    if REAL in (a, b):
        return REAL
    (p1, s1), (p2, s2) = as_decimal(a).sizes, as_decimal(b).sizes
    scale = max(s1, s2)
    return decimal(min(38, max(p1 - s1, p2 - s2) + scale), scale)


def _common_parts(a: Type, b: Type) -> Type | None:
    parts: list[tuple[str | None, Type]] = []
    for (left_label, left), (right_label, right) in zip(a.parts, b.parts, strict=True):
        part = common_type(left, right)
        if part is None:
            return None
        parts.append((left_label if left_label == right_label else None, part))
    return Type(a.name, parts=tuple(parts))
