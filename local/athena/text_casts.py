"""Casts to text and from text.

DuckDB reads more spellings than Trino ('1_000', '0x10', ' 12', '1.5' as an integer). Those that
Trino reads and this does not (digits of other scripts, years without four digits, zones behind a
timestamp) are refused, so that TRY_CAST makes no null of them.
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena import float_texts, interval_functions, zones
from local.athena.errors import not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import DOUBLE, VARCHAR, Type, duckdb_type
from local.athena.zones import to_precision

_OF_DOUBLE = PythonFunction("trino_text_of_double", ("DOUBLE",), "VARCHAR", float_texts.of_double)
_OF_REAL = of_texts("trino_text_of_real", float_texts.of_real)
PYTHON = (_OF_DOUBLE, _OF_REAL)

Rule = Callable[[Expr, Type], str]

# ---------------------------------------------------------------- to text


def shortened(sql: str, e: Expr, to: Type, code: str = "INVALID_CAST_ARGUMENT") -> str:
    """A value that is not text must fit a varchar(n); text is cut to it."""
    if not to.sizes:
        return sql
    if e.type.is_text or e.type.name == "char":
        return f"left({sql}, {to.sizes[0]})"
    failing = raising(code, f"Value cannot be represented as {to}", VARCHAR)
    return f"(CASE WHEN length({sql}) > {to.sizes[0]} THEN {failing} ELSE {sql} END)"


# What Trino has no check for fails when the value is used.
_UNCHECKED = "GENERIC_INTERNAL_ERROR"


def _of_plain(e: Expr, to: Type) -> str:
    return shortened(f"CAST({e.sql} AS VARCHAR)", e, to)


def _of_boolean(e: Expr, to: Type) -> str:
    return shortened(f"CAST({e.sql} AS VARCHAR)", e, to, _UNCHECKED)


def _of_float(e: Expr, to: Type) -> str:
    """Always with an exponent: `1.5E0`."""
    written = _OF_DOUBLE(e.sql) if e.type == DOUBLE else _OF_REAL(f"CAST({e.sql} AS VARCHAR)")
    failing = raising("NOT_SUPPORTED", f"CAST of such a {e.type} to varchar", VARCHAR)
    checked = f"list_transform([{written}], lambda v: CASE WHEN v = '' THEN {failing} ELSE v END)"
    return shortened(f"{checked}[1]", e, to)


def _of_decimal(e: Expr, to: Type) -> str:
    """DuckDB writes .5 where a decimal has no digit before the point."""
    precision, scale = e.type.sizes
    if precision == scale == 38:
        raise not_supported(f"CAST({e.type} AS {to})")
    wider = f"CAST({e.sql} AS DECIMAL({precision + (precision == scale)},{scale}))"
    return shortened(f"CAST({wider} AS VARCHAR)", e, to)


def _of_timestamp(e: Expr, to: Type) -> str:
    """All digits of the precision, and the zone: `2026-11-20 10:05:00.000 Asia/Tokyo`."""
    zone = f" || ' {e.type.zone}'" if e.type.name == "timestamp with time zone" else ""
    precision = e.type.sizes[0]
    written = f"strftime({zones.local_time(e)}, '%Y-%m-%d %H:%M:%S.%f')"
    length = 20 + precision if precision else 19
    return shortened(f"left({written}, {length}){zone}", e, to, _UNCHECKED)


def _of_time(e: Expr, to: Type) -> str:
    precision = e.type.sizes[0]
    written = f"strftime(DATE '1970-01-01' + {e.sql}, '%H:%M:%S.%f')"
    return shortened(f"left({written}, {9 + precision if precision else 8})", e, to, _UNCHECKED)


def _of_interval(e: Expr, to: Type) -> str:
    return shortened(interval_functions.written(e), e, to, _UNCHECKED)


def _of_char(e: Expr, to: Type) -> str:
    """A char is kept without the blanks at its end; as text it has them."""
    return shortened(f"rpad({e.sql}, {e.type.sizes[0]}, ' ')", e, to)


def _to_char(e: Expr, to: Type) -> str:
    return f"rtrim(left({e.sql}, {to.sizes[0]}), ' ')"


# ---------------------------------------------------------------- from text


def _reads(shape: str, convert: Callable[[str, Type], str], odd: str = "[^ -~]") -> Rule:
    """Cast text that matches `shape` as a whole. What has `odd` in it is refused, others fail."""

    def rule(e: Expr, to: Type) -> str:
        failing = raising("INVALID_CAST_ARGUMENT", f"Cannot cast varchar to {to}", to)
        refused = raising("NOT_SUPPORTED", f"CAST of such a text to {to.name}", to)
        return (
            f"(CASE WHEN {e.sql} IS NULL THEN {null_of(to)}"
            f" WHEN regexp_full_match({e.sql}, {text(shape)}) THEN {convert(e.sql, to)}"
            f" WHEN regexp_matches({e.sql}, {text(odd)}) THEN {refused} ELSE {failing} END)"
        )

    return rule


def _trimmed(sql: str, to: Type) -> str:
    return f"CAST(trim({sql}) AS {duckdb_type(to)})"


def _to_float(sql: str, to: Type) -> str:
    """Java reads a d or an f behind a number."""
    return f"CAST(regexp_replace(trim({sql}), '[dDfF]$', '') AS {duckdb_type(to)})"


def _to_timestamp(sql: str, to: Type) -> str:
    return to_precision(f"CAST(trim({sql}) AS TIMESTAMP)", 6, to.sizes[0])


def _to_time(sql: str, to: Type) -> str:
    clock = f"(DATE '1970-01-01' + CAST({sql} AS TIME))"
    return f"CAST({to_precision(clock, 6, to.sizes[0])} AS TIME)"


def _to_boolean(sql: str, _to: Type) -> str:
    return f"(lower({sql}) IN ('t', 'true', '1'))"


_NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
_DAY = " *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} *"
_ANY_DAY = "^ *[+-]?[0-9]+-[0-9]{1,2}-[0-9]{1,2}"
_TIME = "([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]{1,6})?)?"

RULES: dict[tuple[str, str], Rule] = {
    ("integer", "varchar"): _of_plain,
    ("float", "varchar"): _of_float,
    ("decimal", "varchar"): _of_decimal,
    ("boolean", "varchar"): _of_boolean,
    ("date", "varchar"): _of_plain,
    ("timestamp", "varchar"): _of_timestamp,
    ("timestamp with time zone", "varchar"): _of_timestamp,
    ("time", "varchar"): _of_time,
    ("interval day to second", "varchar"): _of_interval,
    ("interval year to month", "varchar"): _of_interval,
    ("char", "varchar"): _of_char,
    ("char", "char"): _to_char,
    ("varchar", "char"): _to_char,
    ("varchar", "varchar"): lambda e, to: shortened(e.sql, e, to),
    ("varchar", "varbinary"): lambda e, _to: f"encode({e.sql})",
    ("varchar", "integer"): _reads(" *[+-]?[0-9]+ *", _trimmed),
    ("varchar", "float"): _reads(
        f" *({_NUMBER}[dDfF]?|[+-]?(Infinity|NaN)) *", _to_float, odd="[^ -~]|0[xX]"
    ),
    ("varchar", "decimal"): _reads(_NUMBER, lambda sql, to: f"CAST({sql} AS {duckdb_type(to)})"),
    ("varchar", "date"): _reads(_DAY, _trimmed, odd=f"[^ -~]|{_ANY_DAY} *$"),
    ("varchar", "timestamp"): _reads(
        f"{_DAY}( {_TIME})? *",
        _to_timestamp,
        odd=f"[^ -~]|{_ANY_DAY}( .*([A-Za-z+/-]|[.][0-9]{{7}}).*)? *$",
    ),
    ("varchar", "time"): _reads(_TIME, _to_time, odd="[^ -~]|^ | $|[.][0-9]{7}"),
    ("varchar", "boolean"): _reads("(?i)t|true|1|f|false|0", _to_boolean),
}
