"""The one type that Trino gives to values of two.

Source: https://trino.io/docs/current/functions/conversion.html
"""

from __future__ import annotations

from local.athena.errors import not_supported
from local.athena.types import (
    DOUBLE,
    INTEGER_RANK,
    REAL,
    UNKNOWN,
    VARCHAR,
    Type,
    decimal,
    time,
    timestamp,
    varchar,
)

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
