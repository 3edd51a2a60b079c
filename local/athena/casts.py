"""CAST and TRY_CAST as Trino does them.

DuckDB reads more spellings than Trino ('1_000', '0x10', ' 12', '1.5' as an integer), rounds
doubles half to even and drops trailing zeros of timestamps; each is put right here, and a pair
of types that is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from local.athena import interval_functions, time_literals, zones
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, raising
from local.athena.types import DOUBLE, UNKNOWN, VARCHAR, Type, duckdb_type
from local.athena.zones import to_precision


def cast(e: Expr, to: Type) -> Expr:
    """CAST(e AS to). What cannot be cast at run time fails the query."""
    if e.type.name == to.name == "timestamp with time zone":
        to = replace(to, zone=e.type.zone)
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
    if e.type.parts or to.parts:
        raise not_supported(f"CAST({e.type} AS {to})")
    raise QueryFailure("TYPE_MISMATCH", f"Cannot cast {e.type} to {to}")


def try_cast(e: Expr, to: Type) -> Expr:
    value = cast(e, to)
    return Expr(f"TRY({value.sql})", value.type)


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
    return f"CAST(round({e.sql}) AS {duckdb_type(to)})"


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
    if e.type != DOUBLE:
        raise not_supported(f"CAST({e.type} AS {to})")
    return f"CAST(CAST({e.sql} AS VARCHAR) AS {duckdb_type(to)})"


def _text_of_float(e: Expr, to: Type) -> str:
    raise not_supported(f"CAST({e.type} AS {to})")


def _text_of_decimal(e: Expr, to: Type) -> str:
    """DuckDB writes .5 where a decimal has no digit before the point."""
    precision, scale = e.type.sizes
    if precision == scale == 38:
        raise not_supported(f"CAST({e.type} AS {to})")
    wider = f"CAST({e.sql} AS DECIMAL({precision + (precision == scale)},{scale}))"
    return _shortened(f"CAST({wider} AS VARCHAR)", e, to)


def _text_of(e: Expr, to: Type) -> str:
    return _shortened(f"CAST({e.sql} AS VARCHAR)", e, to)


def _shortened(sql: str, e: Expr, to: Type) -> str:
    """A value that is not text must fit a varchar(n); text is cut to it."""
    if not to.sizes:
        return sql
    if e.type.is_text:
        return f"left({sql}, {to.sizes[0]})"
    failing = raising("INVALID_CAST_ARGUMENT", f"Value cannot be represented as {to}", VARCHAR)
    return f"(CASE WHEN length({sql}) > {to.sizes[0]} THEN {failing} ELSE {sql} END)"


def _text_of_timestamp(e: Expr, to: Type) -> str:
    """All digits of the precision, and the zone: `2026-11-20 10:05:00.000 Asia/Tokyo`."""
    zone = f" || ' {e.type.zone}'" if e.type.name == "timestamp with time zone" else ""
    precision = e.type.sizes[0]
    written = f"strftime({zones.local_time(e)}, '%Y-%m-%d %H:%M:%S.%f')"
    length = 20 + precision if precision else 19
    return _shortened(f"left({written}, {length}){zone}", e, to)


def _text_of_time(e: Expr, to: Type) -> str:
    precision = e.type.sizes[0]
    written = f"strftime(DATE '1970-01-01' + {e.sql}, '%H:%M:%S.%f')"
    return _shortened(f"left({written}, {9 + precision if precision else 8})", e, to)


def _text_of_interval(e: Expr, to: Type) -> str:
    return _shortened(interval_functions.written(e), e, to)


def _from_text(pattern: str, convert: Callable[[str, Type], str]) -> Callable[[Expr, Type], str]:
    """Cast text that matches `pattern` as a whole; anything else fails."""

    def rule(e: Expr, to: Type) -> str:
        failing = raising("INVALID_CAST_ARGUMENT", f"Cannot cast varchar to {to}", to)
        return (
            f"(CASE WHEN {e.sql} IS NULL THEN {null_of(to)}"
            f" WHEN regexp_full_match({e.sql}, '{pattern}')"
            f" THEN {convert(e.sql, to)} ELSE {failing} END)"
        )

    return rule


def _trimmed(sql: str, to: Type) -> str:
    return f"CAST(trim({sql}) AS {duckdb_type(to)})"


def _to_float(sql: str, to: Type) -> str:
    """Java reads a d or an f behind a number."""
    return f"CAST(regexp_replace(trim({sql}), '[dDfF]$', '') AS {duckdb_type(to)})"


def _simple(sql: str, to: Type) -> str:
    return f"CAST({sql} AS {duckdb_type(to)})"


def _to_timestamp(sql: str, to: Type) -> str:
    return to_precision(f"CAST(trim({sql}) AS TIMESTAMP)", 6, to.sizes[0])


def _to_time(sql: str, to: Type) -> str:
    return _rounded_time(f"CAST(trim({sql}) AS TIME)", 6, to.sizes[0])


def _timestamp_to_timestamp(e: Expr, to: Type) -> str:
    """A zoned value becomes what the clock in its zone shows; a zone is kept."""
    zoned = to.name == "timestamp with time zone"
    clock = zones.utc_time(e) if zoned else zones.local_time(e)
    rounded = to_precision(clock, e.type.sizes[0], to.sizes[0])
    return f"({rounded} AT TIME ZONE 'UTC')" if zoned else rounded


def _timestamp_to_date(e: Expr, to: Type) -> str:
    return _simple(zones.local_time(e), to)


def _timestamp_to_time(e: Expr, to: Type) -> str:
    return _rounded_time(f"CAST({zones.local_time(e)} AS TIME)", e.type.sizes[0], to.sizes[0])


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
    return f"CAST(CAST({e.sql} AS INTEGER) AS {duckdb_type(to)})"


def _text_to_boolean(sql: str, _to: Type) -> str:
    return f"(lower({sql}) IN ('t', 'true', '1'))"


_WHOLE = " *[+-]?[0-9]+ *"
_NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
_FLOAT = f" *({_NUMBER}[dDfF]?|[+-]?(Infinity|NaN)) *"
_DAY = " *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} *"
_TIME = "[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]{1,6})?)?"

_RULES: dict[tuple[str, str], Callable[[Expr, Type], str]] = {
    ("integer", "integer"): _plain,
    ("integer", "float"): _plain,
    ("integer", "decimal"): _plain,
    ("integer", "varchar"): _text_of,
    ("integer", "boolean"): _plain,
    ("float", "integer"): _rounded,
    ("float", "float"): _float_to_float,
    ("float", "decimal"): _float_to_decimal,
    ("float", "varchar"): _text_of_float,
    ("decimal", "integer"): _plain,
    ("decimal", "decimal"): _plain,
    ("decimal", "float"): _exact,
    ("decimal", "varchar"): _text_of_decimal,
    ("boolean", "integer"): _boolean_to_number,
    ("boolean", "float"): _boolean_to_number,
    ("boolean", "varchar"): _text_of,
    ("date", "varchar"): _text_of,
    ("date", "timestamp"): _plain,
    ("timestamp", "varchar"): _text_of_timestamp,
    ("timestamp with time zone", "varchar"): _text_of_timestamp,
    ("timestamp", "date"): _timestamp_to_date,
    ("timestamp with time zone", "date"): _timestamp_to_date,
    ("timestamp", "timestamp"): _timestamp_to_timestamp,
    ("timestamp", "timestamp with time zone"): _timestamp_to_timestamp,
    ("timestamp with time zone", "timestamp"): _timestamp_to_timestamp,
    ("timestamp with time zone", "timestamp with time zone"): _timestamp_to_timestamp,
    ("varchar", "varchar"): lambda e, to: _shortened(e.sql, e, to),
    ("varchar", "integer"): _from_text(_WHOLE, _trimmed),
    ("varchar", "float"): _from_text(_FLOAT, _to_float),
    ("varchar", "decimal"): _from_text(_NUMBER, _simple),
    ("varchar", "date"): _from_text(_DAY, _trimmed),
    ("varchar", "timestamp"): _from_text(f"{_DAY}( {_TIME})? *", _to_timestamp),
    ("varchar", "time"): _from_text(f" *{_TIME} *", _to_time),
    ("timestamp", "time"): _timestamp_to_time,
    ("timestamp with time zone", "time"): _timestamp_to_time,
    ("time", "time"): _time_to_time,
    ("time", "varchar"): _text_of_time,
    ("time", "timestamp"): _time_to_timestamp,
    ("time", "timestamp with time zone"): _time_to_timestamp,
    ("interval day to second", "varchar"): _text_of_interval,
    ("interval year to month", "varchar"): _text_of_interval,
    ("varchar", "boolean"): _from_text("(?i)t|true|1|f|false|0", _text_to_boolean),
}
