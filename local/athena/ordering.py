"""ORDER BY, OFFSET, LIMIT and FETCH: what stands at the end of a query.

Source: https://trino.io/docs/current/sql/select.html#order-by-clause
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.binder import ExpressionBinder
from local.athena.clauses import limit_text, ties, whole_number
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.frames import sort_key
from local.athena.relations import Field
from local.athena.scope import Scope, direction, only
from local.athena.select_list import ordinal

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder


def bare_tail(
    node: exp.Expr, columns: list[Field], outer: Scope | None, queries: QueryBinder
) -> str:
    """The end of a query that is not a SELECT: it sees what comes out, and nothing else."""
    return Tail(columns, ExpressionBinder(Scope(columns, outer), queries)).text(node)


class Tail:
    """The end of one query. An output column's name comes before a source's."""

    def __init__(
        self, columns: list[Field], binder: ExpressionBinder, items: list[str] | None = None
    ) -> None:
        self._columns = columns
        self._binder = binder
        self._items = items
        self._has_ties = False
        self.aggregates = 0

    def text(self, node: exp.Expr) -> str:
        pieces, order = [], node.args.get("order")
        limit, offset = node.args.get("limit"), node.args.get("offset")
        self._has_ties = limit is not None and ties(limit)
        sorted_by = self._sorted_by(node, order.expressions) if order else ""
        if limit is not None and self._has_ties:
            pieces.append(self._ties(node, limit, sorted_by))
            limit = None
        if sorted_by:
            pieces.append(f"ORDER BY {sorted_by}")
        if limit is not None:
            pieces.append(limit_text(limit))
        if offset is not None:
            only(offset, "expression")
            pieces.append(f"OFFSET {whole_number(offset.expression)}")
        return " ".join(piece for piece in pieces if piece)

    def _ties(self, node: exp.Expr, limit: exp.Fetch, sorted_by: str) -> str:
        """FETCH FIRST n ROWS WITH TIES: all rows whose rank is not beyond n."""
        if not sorted_by:
            raise QueryFailure("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY")
        if node.args.get("offset") or node.args.get("distinct"):
            raise not_supported("FETCH WITH TIES with OFFSET or DISTINCT")
        if " OVER (" in sorted_by:
            raise not_supported("FETCH WITH TIES by a window function")
        many = whole_number(limit.args["count"]) if limit.args.get("count") else 1
        return f"QUALIFY rank() OVER (ORDER BY {sorted_by}) <= {many}"

    def _sorted_by(self, node: exp.Expr, order: list[exp.Ordered]) -> str:
        keys = [self._key(item.this) for item in order]
        shown = {*(self._items or ()), *(column.sql for column in self._columns)}
        is_distinct = isinstance(node, exp.Select) and node.args.get("distinct")
        if is_distinct and {key.sql for key in keys} - shown:
            raise QueryFailure(
                "EXPRESSION_NOT_IN_DISTINCT",
                "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
            )
        pairs = zip(keys, order, strict=True)
        return ", ".join(_sortable(key) + direction(item) for key, item in pairs)

    def _key(self, key: exp.Expr) -> Expr:
        key, required = key.unnest(), self._binder.queries.plan.required
        if isinstance(key, exp.Literal) and not key.is_string:
            index = ordinal(key, len(self._columns), "ORDER BY", self._binder.queries.sql)
            required.add(self._columns[index])
            return self._shown(index)
        named = [
            c for c in self._columns if isinstance(key, exp.Column) and c.name == _bare_name(key)
        ]
        if named:
            if len(named) > 1:
                raise QueryFailure("AMBIGUOUS_NAME", f"Column '{named[0].name}' is ambiguous")
            required.add(named[0])
            return self._shown(self._columns.index(named[0]))
        if (
            isinstance(key, exp.Neg)
            and isinstance(key.this, exp.Literal)
            and not key.this.is_string
        ):
            raise QueryFailure(
                "INVALID_COLUMN_REFERENCE", f"ORDER BY position {key} is not in select list"
            )
        binder = self._seeing_output()
        with binder.collecting() as uses:
            e = binder.bind(key)
        self.aggregates += uses.aggregates
        required.update(uses.fields)
        return e

    def _shown(self, index: int) -> Expr:
        """An output column. Within an expression DuckDB would take its name for a source's."""
        column = self._columns[index]
        is_wrapped = self._has_ties or column.type.is_float or column.type.parts
        return Expr(self._items[index] if self._items and is_wrapped else column.sql, column.type)

    def _seeing_output(self) -> ExpressionBinder:
        if self._items is None:
            return self._binder
        pairs = zip(self._columns, self._items, strict=True)
        shown = [replace(c, sql=item) for c, item in pairs if c.name]
        scope = replace(self._binder.scope, preferred=shown)
        return ExpressionBinder(scope, self._binder.queries, place="list")


def _sortable(e: Expr) -> str:
    """DuckDB refuses to sort by a text that is the same for all rows."""
    return "(0 + 1)" if isinstance(e.literal, str) else sort_key(e)


def _bare_name(column: exp.Column) -> str | None:
    return None if column.table else str(column.name).lower()
