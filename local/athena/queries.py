"""Queries to relations: SELECT, and common tables.

Common tables and views are put in where they are named, once for each time, as Athena does;
each occurrence of a table is a scan of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlglot import exp

from local.athena import grouping, pushdown, select_list
from local.athena.binder import ExpressionBinder
from local.athena.catalog import Catalog, View
from local.athena.clauses import alias_columns
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.frames import refuse_unordered
from local.athena.from_clause import FromBinder
from local.athena.ordering import Tail, bare_tail
from local.athena.parsing import parse
from local.athena.plan import Plan
from local.athena.positions import position_of
from local.athena.relations import Field, Query, Select, derive, without_origins
from local.athena.scope import Scope, only
from local.athena.set_operations import SET_OPERATIONS, set_operation, values


@dataclass(frozen=True)
class CommonTable:
    """A WITH query as written, and the common tables that it may name."""

    node: exp.Expr
    column_names: tuple[str, ...]
    known: dict[str, CommonTable]


@dataclass
class Context:
    """What is the same for a whole statement, however deep the view."""

    catalog: Catalog
    plan: Plan
    now: datetime
    evaluate: Callable[[str], Any]
    last_alias: int = 0

    def alias(self, kind: str = "r") -> str:
        self.last_alias += 1
        return f"{kind}{self.last_alias}"


class QueryBinder:
    """Binds the queries of one text: the statement's own, or one view's."""

    def __init__(
        self, sql: str, context: Context, *, database: str, open_views: tuple[str, ...] = ()
    ) -> None:
        self.sql = sql
        self.context = context
        self.plan = context.plan
        self.now = context.now
        self.database = database
        self.open_views = open_views
        self.common: dict[str, CommonTable] = {}
        # The columns of enclosing queries that nested ones have named.
        self.outer_uses: list[Field] = []
        # How many queries have made their rows of such columns.
        self.made_of_outer = 0
        self._from = FromBinder(self)

    # ------------------------------------------------------------ queries

    def query(self, node: exp.Expr, outer: Scope | None = None) -> Query:
        """Any query: SELECT, VALUES, a set operation, or one of them in parentheses."""
        known = self.common
        try:
            self._common_tables(node)
            if isinstance(node, exp.Select):
                return self._select(node, outer)
            if isinstance(node, SET_OPERATIONS):
                return set_operation(node, outer, self)
            if isinstance(node, exp.Values):
                return values(node, outer, self)
            if isinstance(node, exp.Subquery) and not node.args.get("alias"):
                return self._parenthesized(node, outer)
        finally:
            self.common = known
        raise not_supported(f"statement {node.key.upper()}")

    def nested(self, node: exp.Expr, around: ExpressionBinder) -> Query:
        """A query inside an expression, which may name columns of the one around it."""
        if isinstance(node, exp.Subquery):
            only(node, "this")
            node = node.this
        return self.query(node, around.scope)

    def of_view(self, view: View) -> Query:
        """A view's query, bound in its own database. Raises VIEW_IS_RECURSIVE."""
        open_views = (*self.open_views, view.full_name)
        if view.full_name in self.open_views:
            raise QueryFailure(
                "VIEW_IS_RECURSIVE", f"The view names itself: {' -> '.join(open_views)}"
            )
        inside = QueryBinder(view.sql, self.context, database=view.schema, open_views=open_views)
        try:
            return inside.query(parse(view.sql))
        except QueryFailure as failure:
            failure.message = f"{failure.message} (in view '{view.full_name}')"
            raise

    def note_outer(self, column: Field) -> None:
        """A nested query names a column of an enclosing one."""
        self.plan.required.add(column)
        self.outer_uses.append(column)

    def is_correlated(self, scope: Scope, since: int) -> bool:
        """Has something that was bound since then named a column beyond `scope`?"""
        return any(column not in scope.fields for column in self.outer_uses[since:])

    def _common_tables(self, node: exp.Expr) -> None:
        clause = node.args.get("with_")
        if clause is None:
            return
        only(clause, "expressions")
        self.common, seen = dict(self.common), set[str]()
        for entry in clause.expressions:
            only(entry, "this", "alias")
            name, known = entry.alias.lower(), dict(self.common)
            if name in seen:
                raise QueryFailure(
                    "DUPLICATE_NAMED_QUERY",
                    f"WITH query name '{name}' specified more than once",
                    position_of(entry.args["alias"], self.sql),
                )
            seen.add(name)
            if not any(table.name.lower() == name for table in node.find_all(exp.Table)):
                self._check_unused(entry.this)
            self.common[name] = CommonTable(entry.this, alias_columns(entry), known)

    def _check_unused(self, node: exp.Expr) -> None:
        """What nobody reads must be right, too; nothing of it stays in the plan."""
        with self.plan.forgetting():
            self.query(node)

    def _parenthesized(self, node: exp.Subquery, outer: Scope | None) -> Query:
        only(node, "this", "with_", "order", "limit", "offset")
        inner = self.query(node.this, outer)
        if not any(node.args.get(k) for k in ("order", "limit", "offset")):
            return inner
        derived = derive(inner, alias=self.context.alias(), qualifier=None)
        columns = [Field(f.name, f.type, f"c{i}", needs=(f,)) for i, f in enumerate(derived.fields)]
        tail = bare_tail(node, columns, outer, self)
        self.plan.required.update(columns)
        return Select(columns, [f.sql for f in derived.fields], derived, tail=tail)

    # ------------------------------------------------------------ SELECT

    def _select(self, node: exp.Select, outer: Scope | None) -> Query:
        only(node, "expressions", "from_", "joins", "where", "group", "having", "distinct",
             "order", "limit", "offset", "with_", "windows")  # fmt: skip
        start = len(self.outer_uses)
        source = self._from.bind(node, outer)
        scope = Scope(source.fields, outer, windows=_windows(node))
        self.made_of_outer += self.is_correlated(scope, start)
        start = len(self.outer_uses)
        where = self._where(node, scope)
        after_where = len(self.outer_uses)
        entries = select_list.entries(node, scope, self.sql)
        keys = ExpressionBinder(scope, self)
        group_by, scope.groups = grouping.bind_groups(node.args.get("group"), entries, keys)
        binder = ExpressionBinder(scope, self, place="list")
        columns, items, aggregates = select_list.bind_list(entries, binder)
        having = None
        if node.args.get("having"):
            place = ExpressionBinder(scope, self, place="having")
            having = self.required(place, node.args["having"].this, "HAVING clause")
            aggregates += 1
        is_distinct = self._is_distinct(node, columns)
        tail = Tail(columns, binder, items)
        tail_text = tail.text(node)
        aggregates += tail.aggregates
        if self.is_correlated(scope, start):
            in_list = self.is_correlated(scope, after_where)
            self.made_of_outer += in_list
            _check_correlated(node, scope, in_list=in_list)
        if aggregates or group_by is not None:
            grouping.check(scope, self)
        self._settle(node, columns, is_grouped=bool(aggregates or group_by))
        if is_distinct:
            self.plan.required.update(columns)
        elif aggregates and not scope.groups:
            # Without a column left, one row of totals would become a row for each row below.
            self.plan.required.add(columns[0])
        return Select(
            columns, items, source, where, group_by, having, is_distinct=is_distinct, tail=tail_text
        )

    def _where(self, node: exp.Select, scope: Scope) -> str | None:
        clause = node.args.get("where")
        if clause is None:
            return None
        pushdown.push(clause.this, scope.fields, self)
        return self.required(ExpressionBinder(scope, self), clause.this, "WHERE clause")

    def required(self, binder: ExpressionBinder, node: exp.Expr, what: str) -> str:
        """A condition that decides which rows there are: what it uses is always read."""
        with binder.collecting() as uses:
            condition = binder.filter(node, what)
        self.plan.required.update(uses.fields)
        return condition

    def _is_distinct(self, node: exp.Select, columns: list[Field]) -> bool:
        clause = node.args.get("distinct")
        if clause is None:
            return False
        only(clause)
        for column in columns:
            refuse_unordered(Expr(column.sql, column.type), "DISTINCT")
        return True

    def _settle(self, node: exp.Select, columns: list[Field], *, is_grouped: bool) -> None:
        """Through groups, windows and limits a condition on the output prunes nothing below."""
        has_window = any(item.find(exp.Window) for item in node.expressions)
        if is_grouped or has_window or node.args.get("limit") or node.args.get("offset"):
            without_origins(columns)


def _check_correlated(node: exp.Select, scope: Scope, *, in_list: bool) -> None:
    """Queries that name columns of an enclosing one and that Trino cannot take apart."""
    has_source = node.args.get("from_") is not None
    has_limit = any(node.args.get(key) for key in ("limit", "group", "distinct"))
    has_window = any(item.find(exp.Window) for item in node.expressions)
    if has_source and (in_list or has_window or (scope.is_unequal and has_limit)):
        raise not_supported("this correlated subquery")
    if not has_source and node.args.get("where"):
        raise not_supported("this correlated subquery")


def _windows(node: exp.Select) -> dict[str, exp.Window]:
    found: dict[str, exp.Window] = {}
    for window in node.args.get("windows") or ():
        name = window.name.lower()
        if name in found:
            raise QueryFailure(
                "DUPLICATE_WINDOW_NAME", f"WINDOW name '{name}' specified more than once"
            )
        found[name] = window
    return found
