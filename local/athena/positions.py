"""Where in a statement something stands, as Trino says it: line and column, both from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlglot import exp

from local.athena.errors import QueryFailure

Position = tuple[int, int]

# What stands between a node's sides, or before its one side.
_SYMBOLS: dict[type, tuple[str, ...]] = {
    exp.Add: ("+",), exp.Sub: ("-",), exp.Mul: ("*",), exp.Div: ("/",), exp.Mod: ("%",),
    exp.EQ: ("=",), exp.NEQ: ("<>", "!="), exp.LT: ("<",), exp.LTE: ("<=",), exp.GT: (">",),
    exp.GTE: (">=",), exp.DPipe: ("||",), exp.Between: ("BETWEEN",),
}  # fmt: skip


def position_at(sql: str, start: int) -> Position:
    """The place of the character at `start`."""
    return sql.count("\n", 0, start) + 1, start - sql.rfind("\n", 0, start)


def position_of(node: exp.Expr, sql: str) -> Position | None:
    """Where Trino says that `node` is: at its operator, or at its beginning; None if it is lost."""
    start = _operator_start(node, sql)
    if start is None:
        start = _first_start(node)
    return None if start is None else position_at(sql, start)


def _first_start(node: exp.Expr) -> int | None:
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts, default=None)


def _operator_start(node: exp.Expr, sql: str) -> int | None:
    symbols = _SYMBOLS.get(type(node))
    if symbols is None:
        return None
    right = node.args["low"] if isinstance(node, exp.Between) else node.args["expression"]
    start = _first_start(right)
    if start is None:
        return None
    before = sql[:start].rstrip(" \t\r\n(")
    for symbol in symbols:
        if before.upper().endswith(symbol):
            return len(before) - len(symbol)
    return None


@contextmanager
def placed(node: exp.Expr, sql: str) -> Iterator[None]:
    """Give a failure that is raised inside, and says not where, the place of `node`."""
    try:
        yield
    except QueryFailure as failure:
        if failure.position is None and failure.code != "NOT_SUPPORTED":
            failure.position = position_of(node, sql)
        raise


_WHOLE = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"/-]+|[/-]""", re.DOTALL
)


def open_quote(sql: str) -> Position | None:
    """Where the quote begins that nothing ends."""
    start = 0
    while start < len(sql):
        match = _WHOLE.match(sql, start)
        if match is None:
            return position_at(sql, start)
        start = match.end()
    return None
