"""What stands in OVER (...): a named window, PARTITION BY, ORDER BY and a frame.

Source: https://trino.io/docs/current/sql/select.html#window-clause
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, raising
from local.athena.interval_functions import duckdb_interval
from local.athena.nested_comparison import is_orderable, need_no_map, orderly
from local.athena.scope import direction, only
from local.athena.types import BIGINT, DATE, DAY_INTERVAL, MONTH_INTERVAL

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder

_UNBOUNDED = {("start", "FOLLOWING"): "start", ("end", "PRECEDING"): "end"}


def window_text(binder: ExpressionBinder, node: exp.Window) -> str:
    """The text between the parentheses of OVER."""
    node = resolved(binder, node)
    spec, order = node.args.get("spec"), node.args.get("order")
    keys = [binder.bind(item.this) for item in order.expressions] if order else []
    frame = ""
    if spec is not None:
        keys, frame = _frame(binder, spec, keys)
    pieces = []
    if node.args.get("partition_by"):
        parts = [_partition_key(binder.bind(key)) for key in node.args["partition_by"]]
        pieces.append(f"PARTITION BY {', '.join(parts)}")
    if order:
        items = zip(keys, order.expressions, strict=True)
        sorted_by = [sort_key(key) + direction(item) for key, item in items]
        pieces.append("ORDER BY " + ", ".join(sorted_by))
    return " ".join([*pieces, frame]).strip()


def _partition_key(e: Expr) -> str:
    refuse_unordered(e, "PARTITION BY")
    return without_sign(e)


def without_sign(e: Expr) -> str:
    """Zeros as one. DuckDB reads sorted columns back from their keys, in which -0.0 is 0.0."""
    return f"(CASE WHEN {e.sql} = 0 THEN 0 ELSE {e.sql} END)" if e.type.is_float else e.sql


def sort_key(e: Expr) -> str:
    """`e` in an ORDER BY. Raises TYPE_MISMATCH for what has no order."""
    refuse_unordered(e, "ORDER BY")
    return orderly(without_sign(e), e.type)


def refuse_unordered(e: Expr, clause: str) -> None:
    """Rows that are sorted or grouped by maps: DuckDB sees an order of entries, Trino none."""
    if clause == "ORDER BY" and not is_orderable(e.type):
        raise QueryFailure(
            "TYPE_MISMATCH",
            f"Type {e.type} is not orderable, and therefore cannot be used in {clause}",
        )
    need_no_map(e.type, f"{clause} of {e.type}")


def resolved(binder: ExpressionBinder, node: exp.Window) -> exp.Window:
    """A window with what the one that it names says put in."""
    alias = node.args.get("alias")
    if alias is None:
        return node
    named = binder.scope.windows.get(alias.name.lower())
    if named is None:
        raise QueryFailure("INVALID_WINDOW_REFERENCE", f"Cannot resolve WINDOW name {alias.name}")
    base = resolved(binder, named)
    if node.args.get("partition_by"):
        raise QueryFailure(
            "INVALID_PARTITION_BY",
            "WINDOW specification with named WINDOW reference cannot specify PARTITION BY",
        )
    if node.args.get("order") and base.args.get("order"):
        raise QueryFailure(
            "INVALID_ORDER_BY",
            "Cannot specify ORDER BY if the referenced named WINDOW specifies ORDER BY",
        )
    parts = {key: node.args.get(key) or base.args.get(key) for key in ("order", "spec")}
    return exp.Window(this=node.this, partition_by=base.args.get("partition_by"), **parts)


def _frame(
    binder: ExpressionBinder, spec: exp.WindowSpec, keys: list[Expr]
) -> tuple[list[Expr], str]:
    """The sort keys, as the frame compares them, and the frame."""
    only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args["kind"]).upper()
    _check_sides(spec)
    bounds = {
        side: binder.bind(spec.args[side])
        for side in ("start", "end")
        if isinstance(spec.args.get(side), exp.Expr)
    }
    if bounds and kind != "ROWS" and not keys:
        raise QueryFailure(
            "MISSING_ORDER_BY",
            f"Window frame of type {kind} PRECEDING or FOLLOWING requires ORDER BY",
        )
    if kind == "RANGE" and bounds:
        keys, bounds = _ranged(keys, bounds)
    else:
        bounds = {side: _counted(kind, side, e) for side, e in bounds.items()}
    words = []
    for side in ("start", "end"):
        value, side_word = spec.args.get(side), spec.args.get(f"{side}_side") or ""
        said = bounds[side].sql if side in bounds else value or "CURRENT ROW"
        words.append(said if said == "CURRENT ROW" else f"{said} {side_word}")
    return keys, f"{kind} BETWEEN {words[0]} AND {words[1]}"


def _check_sides(spec: exp.WindowSpec) -> None:
    """A frame starts where it may, and not after its end."""
    start, end = (_place(spec, side) for side in ("start", "end"))
    if start == 4 or end == 0 or start > end:
        raise QueryFailure("INVALID_WINDOW_FRAME", "Window frame cannot start or end there")


def _place(spec: exp.WindowSpec, side: str) -> int:
    """Unbounded preceding, preceding, the current row, following, unbounded following: 0 to 4."""
    value = spec.args.get(side)
    if value is None or value == "CURRENT ROW":
        return 2
    is_before = str(spec.args.get(f"{side}_side")).upper() == "PRECEDING"
    if isinstance(value, exp.Expr):
        return 1 if is_before else 3
    return 0 if is_before else 4


def _counted(kind: str, side: str, e: Expr) -> Expr:
    """How many rows or groups: neither null nor less than none."""
    if not can_coerce(e.type, BIGINT):
        raise QueryFailure(
            "TYPE_MISMATCH",
            f"Window frame {kind} {side} value type must be exact numeric type with scale 0"
            f" (actual {e.type})",
        )
    sql = coerce(e, BIGINT).sql
    failing = raising(
        "INVALID_WINDOW_FRAME", "Window frame offset must not be negative or null", BIGINT
    )
    return Expr(f"(CASE WHEN {sql} >= 0 THEN {sql} ELSE {failing} END)", BIGINT)


def _ranged(keys: list[Expr], bounds: dict[str, Expr]) -> tuple[list[Expr], dict[str, Expr]]:
    """A distance from the one sort key, in the type in which both are compared."""
    if len(keys) != 1:
        raise QueryFailure(
            "INVALID_ORDER_BY",
            "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in"
            f" ORDER BY (actual: {len(keys)})",
        )
    key = keys[0]
    if key.type in (DAY_INTERVAL, MONTH_INTERVAL) or key.type.name == "time":
        raise not_supported(f"a RANGE of {key.type}")
    if not (
        key.type.is_number or key.type.name in ("date", "timestamp", "timestamp with time zone")
    ):
        raise QueryFailure(
            "TYPE_MISMATCH",
            "Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be"
            f" numeric, datetime or interval (actual: {key.type})",
        )
    if key.type.is_float or any(e.type.is_float for e in bounds.values()):
        raise not_supported(f"a RANGE of {key.type}")
    if any(e.literal is None for e in bounds.values()):
        raise not_supported("a RANGE by something that is not a literal")
    if any(_is_negative(e) for e in bounds.values()):
        raise not_supported("a RANGE by less than nothing")
    if not key.type.is_number:
        if any(e.type not in (DAY_INTERVAL, MONTH_INTERVAL) for e in bounds.values()):
            raise QueryFailure("TYPE_MISMATCH", f"Window frame RANGE of {key.type} by no interval")
        if key.type == DATE and any(_has_hours(e) for e in bounds.values()):
            raise QueryFailure(
                "INVALID_FUNCTION_ARGUMENT", "Cannot subtract hour, minutes or seconds from a date"
            )
        if key.type.zone != "UTC" and any(e.type == MONTH_INTERVAL for e in bounds.values()):
            raise not_supported("a RANGE of months in a time zone")
        return keys, {side: Expr(duckdb_interval(e), e.type) for side, e in bounds.items()}
    return _numbers(key, bounds)


def _has_hours(e: Expr) -> bool:
    return e.type == DAY_INTERVAL and int(e.literal) % 86_400_000 != 0


def _is_negative(e: Expr) -> bool:
    return float(e.literal) < 0


def _numbers(key: Expr, bounds: dict[str, Expr]) -> tuple[list[Expr], dict[str, Expr]]:
    found = key.type
    for e in bounds.values():
        common = common_type(found, e.type)
        if common is None:
            raise QueryFailure("TYPE_MISMATCH", f"Window frame RANGE of {key.type} by {e.type}")
        found = common
    return [coerce(key, found)], {side: coerce(e, found) for side, e in bounds.items()}
