"""Literals and their types: numbers by how they are written, and intervals."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from local.athena import types
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, text
from local.athena.types import BIGINT, DOUBLE, INTEGER


def number(written: str) -> Expr:
    """A number's type is by how it is written: 1 integer, 1.5 decimal(2,1), 1e0 double."""
    if re.fullmatch("[0-9]+", written):
        value = int(written)
        if value >= 2**63:
            raise QueryFailure("SYNTAX_ERROR", f"Invalid numeric literal: {written}")
        t = INTEGER if value < 2**31 else BIGINT
        return Expr(f"CAST({value} AS {types.duckdb_type(t)})", t, value)
    if "e" in written.lower():
        return Expr(f"CAST({text(written)} AS DOUBLE)", DOUBLE, float(written))
    whole, _, fraction = written.partition(".")
    whole = whole.lstrip("0")
    if len(whole) + len(fraction) > 38:
        raise QueryFailure("INVALID_LITERAL", f"'{written}' is not a valid DECIMAL literal")
    t = types.decimal(max(1, len(whole) + len(fraction)), len(fraction))
    return Expr(f"CAST({text(written)} AS {types.duckdb_type(t)})", t, written)


_INTERVAL_MILLIS = {"SECOND": 1000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000,
                    "WEEK": 604_800_000}  # fmt: skip


def interval(node: exp.Interval) -> Expr:
    """INTERVAL '3' DAY; the literal is in milliseconds, or in months."""
    value, sign = node.this, 1
    if isinstance(value, exp.Neg):
        value, sign = value.this, -1
    unit = node.args["unit"].name.upper() if node.args.get("unit") else ""
    if not isinstance(value, exp.Literal) or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.this):
        raise not_supported("an interval that is not a plain number")
    count = sign * Decimal(value.this)
    millis = count * _INTERVAL_MILLIS.get(unit, 0)
    if count != int(count) and (unit != "SECOND" or millis != int(millis)):
        raise not_supported(f"interval of {value.this} {unit}")
    if unit in _INTERVAL_MILLIS:
        micros = int(millis) * 1000
        return Expr(f"to_microseconds({micros})", types.DAY_INTERVAL, int(millis))
    if unit in ("MONTH", "YEAR"):
        months = int(count) * (12 if unit == "YEAR" else 1)
        return Expr(f"to_months({months})", types.MONTH_INTERVAL, months)
    raise not_supported(f"interval unit {unit}")
