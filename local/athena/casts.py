"""CAST and TRY_CAST as Trino does them; `text_casts` has those to and from text.

DuckDB rounds doubles half to even and drops trailing zeros of timestamps; each is put right
here, and a pair of types that is not listed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from local.athena import json_casts, text_casts, time_literals, zones
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, raising, tried
from local.athena.nested import converted, each, let
from local.athena.plan import HELD
from local.athena.types import BIGINT, DOUBLE, UNKNOWN, Type, duckdb_type
from local.athena.zones import to_precision


def cast(e: Expr, to: Type) -> Expr:
    """CAST(e AS to). What cannot be cast at run time fails the query."""
    to = _in_zones_of(e.type, to)
    if e.type == UNKNOWN:
        return Expr(null_of(to), to)
    if e.type == to:
        return e
    if e.type.is_text and to.name == "timestamp with time zone":
        return time_literals.zoned_of_text(e, to)
    rule = _RULES.get((_family(e.type), _family(to)))
    if rule is not None:
        return Expr(rule(e, to), to)
    if can_coerce(e.type, to):
        return coerce(e, to)
    if e.type.name == to.name and len(e.type.parts) == len(to.parts) > 0:
        return Expr(_nested(e, to), to)
    raise QueryFailure("TYPE_MISMATCH", f"Cannot cast {e.type} to {to}")


def try_cast(e: Expr, to: Type) -> Expr:
    """Null where the cast fails. What fails in `e` fails the query: it is evaluated outside."""
    value = cast(e, to)
    tried(cast(Expr("x", e.type), to).sql)
    attempt = tried(value.sql) if HELD in value.sql else f"TRY({value.sql})"
    if e.literal is None and not re.fullmatch(r"[a-z0-9_.]+", e.sql):
        attempt = f"(CASE WHEN {e.sql} IS NOT NULL THEN {attempt} END)"
    return Expr(attempt, value.type)


def _in_zones_of(frm: Type, to: Type) -> Type:
    """`to`, in which zoned values keep their zones."""
    if frm.name == to.name == "timestamp with time zone":
        return replace(to, zone=frm.zone)
    if frm.name != to.name or len(frm.parts) != len(to.parts):
        return to
    pairs = zip(frm.parts, to.parts, strict=True)
    return replace(to, parts=tuple((label, _in_zones_of(a, b)) for (_, a), (label, b) in pairs))


def _nested(e: Expr, to: Type) -> str:
    """Part by part; keys that become the same fail."""

    def part(sql: str, frm: Type, wanted: Type) -> str:
        return cast(Expr(sql, frm), wanted).sql

    made = converted(e.sql, e.type, to, part)
    if to.name != "map" or e.type.parts[0] == to.parts[0]:
        return made
    failing = raising("INVALID_CAST_ARGUMENT", "duplicate keys", to)
    keys = each(f"map_keys({e.sql})", lambda k: part(k, e.type.element, to.element))
    clash = let([keys], lambda k: f"list_unique({k}) < len({k})")
    return f"(CASE WHEN {clash} THEN {failing} ELSE {made} END)"


def _family(t: Type) -> str:
    if t.is_integer:
        return "integer"
    return "float" if t.is_float else t.name


def _plain(e: Expr, to: Type) -> str:
    return f"CAST({e.sql} AS {duckdb_type(to)})"


def _exact(e: Expr, to: Type) -> str:
    return coerce(e, to).sql


def _rounded(e: Expr, to: Type) -> str:
    """Half away from zero; NaN, infinities and what does not fit fail."""
    value = f"CAST(round({e.sql}) AS {duckdb_type(to)})"
    if to == BIGINT:
        return value
    failing = raising("NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {to}", to)
    limit = _LIMITS[to.name]
    is_too_great = f"NOT isnan({e.sql}) AND round({e.sql}) NOT BETWEEN {-limit} AND {limit - 1}"
    return f"(CASE WHEN {is_too_great} THEN {failing} ELSE {value} END)"


_LIMITS = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31}


def _float_to_float(e: Expr, to: Type) -> str:
    """What is too great for a real becomes infinite."""
    if to == DOUBLE:
        return _plain(e, to)
    # Half way between the greatest real and what would be the next.
    is_too_great = f"isfinite({e.sql}) AND abs({e.sql}) >= 3.4028235677973366e38"
    return (
        f"(CASE WHEN {is_too_great} THEN CAST(sign({e.sql}) * CAST('inf' AS DOUBLE) AS FLOAT)"
        f" ELSE {_plain(e, to)} END)"
    )


def _float_to_decimal(e: Expr, to: Type) -> str:
    """From the shortest decimal that reads back as the double, rounded half away from zero."""
    precision, scale = to.sizes
    written = f"CAST({e.sql} AS VARCHAR)"
    if precision == scale < 38:
        # DuckDB reads no 1e-05 as a number without digits before the point.
        written = f"CAST({written} AS DECIMAL({precision + 1},{scale}))"
    return f"CAST({written} AS {duckdb_type(to)})"


def _timestamp_to_timestamp(e: Expr, to: Type) -> str:
    """A zoned value becomes what the clock in its zone shows; a zone is kept."""
    zoned = to.name == "timestamp with time zone"
    clock = zones.utc_time(e) if zoned else zones.local_time(e)
    rounded = to_precision(clock, e.type.sizes[0], to.sizes[0])
    return f"({rounded} AT TIME ZONE 'UTC')" if zoned else rounded


def _timestamp_to_date(e: Expr, to: Type) -> str:
    return f"CAST({zones.local_time(e)} AS {duckdb_type(to)})"


def _timestamp_to_time(e: Expr, to: Type) -> str:
    """Before 1970 Trino takes a second off."""
    clock = zones.local_time(e)
    failing = raising("NOT_SUPPORTED", "the time of a timestamp before 1970", to)
    value = _rounded_time(f"CAST({clock} AS TIME)", e.type.sizes[0], to.sizes[0])
    return f"(CASE WHEN {clock} < TIMESTAMP '1970-01-01' THEN {failing} ELSE {value} END)"


def _time_to_time(e: Expr, to: Type) -> str:
    return _rounded_time(e.sql, e.type.sizes[0], to.sizes[0])


def _rounded_time(sql: str, have: int, want: int) -> str:
    """Rounded half up; past the last one of the day it is midnight."""
    if want >= have:
        return sql
    at = f"(DATE '1970-01-01' + {sql})"
    return f"CAST({to_precision(at, have, want)} AS TIME)"


def _time_to_timestamp(e: Expr, to: Type) -> str:
    raise not_supported(f"CAST({e.type} AS {to})")


def _boolean_to_number(e: Expr, to: Type) -> str:
    if to.name == "decimal" and to.sizes[0] == to.sizes[1]:
        raise not_supported(f"CAST({e.type} AS {to})")
    return f"CAST(CAST({e.sql} AS INTEGER) AS {duckdb_type(to)})"


_RULES: dict[tuple[str, str], Callable[[Expr, Type], str]] = {
    **text_casts.RULES,
    ("integer", "integer"): _plain,
    ("integer", "float"): _plain,
    ("integer", "decimal"): _plain,
    ("integer", "boolean"): _plain,
    ("float", "integer"): _rounded,
    ("float", "float"): _float_to_float,
    ("float", "decimal"): _float_to_decimal,
    ("decimal", "integer"): _plain,
    ("decimal", "decimal"): _plain,
    ("decimal", "float"): _exact,
    ("boolean", "integer"): _boolean_to_number,
    ("boolean", "float"): _boolean_to_number,
    ("date", "timestamp"): _plain,
    ("boolean", "decimal"): _boolean_to_number,
    ("float", "boolean"): lambda e, _to: f"({e.sql} <> 0)",
    ("decimal", "boolean"): lambda e, _to: f"({e.sql} <> 0)",
    ("timestamp", "date"): _timestamp_to_date,
    ("timestamp with time zone", "date"): _timestamp_to_date,
    ("timestamp", "timestamp"): _timestamp_to_timestamp,
    ("timestamp", "timestamp with time zone"): _timestamp_to_timestamp,
    ("timestamp with time zone", "timestamp"): _timestamp_to_timestamp,
    ("timestamp with time zone", "timestamp with time zone"): _timestamp_to_timestamp,
    ("timestamp", "time"): _timestamp_to_time,
    ("timestamp with time zone", "time"): _timestamp_to_time,
    ("time", "time"): _time_to_time,
    ("time", "timestamp"): _time_to_timestamp,
    ("time", "timestamp with time zone"): _time_to_timestamp,
    **json_casts.rules(cast),
}
