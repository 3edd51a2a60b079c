"""Queries to relations: SELECT, grouping, ordering, set operations, VALUES, common tables.

Common tables and views are put in where they are named, once for each time, as Athena does;
each occurrence of a table is a scan of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlglot import exp

from local.athena import pushdown, types
from local.athena.binder import ExpressionBinder
from local.athena.catalog import Catalog, View
from local.athena.clauses import alias_columns, limit_text, whole_number
from local.athena.dialect import parse, position_of
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, coerce, unify
from local.athena.from_clause import FromBinder
from local.athena.operators import need_order
from local.athena.relations import (
    Field,
    Plan,
    Query,
    Select,
    SetOperation,
    Values,
    derive,
    without_origins,
)
from local.athena.scope import Scope, direction, only

SET_OPERATIONS = (exp.Union, exp.Intersect, exp.Except)


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
                return self._set_operation(node, outer)
            if isinstance(node, exp.Values):
                return self.values(node, outer)
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

    def _common_tables(self, node: exp.Expr) -> None:
        clause = node.args.get("with_")
        if clause is None:
            return
        only(clause, "expressions")
        self.common = dict(self.common)
        for entry in clause.expressions:
            only(entry, "this", "alias")
            names = alias_columns(entry)
            known = dict(self.common)
            self.common[entry.alias.lower()] = CommonTable(entry.this, names, known)

    def _parenthesized(self, node: exp.Subquery, outer: Scope | None) -> Query:
        only(node, "this", "with_", "order", "limit", "offset")
        inner = self.query(node.this, outer)
        if not any(node.args.get(k) for k in ("order", "limit", "offset")):
            return inner
        derived = derive(inner, alias=self.context.alias(), qualifier=None)
        columns = [Field(f.name, f.type, f"c{i}", needs=(f,)) for i, f in enumerate(derived.fields)]
        tail = self._tail(node, columns, ExpressionBinder(Scope(columns, outer), self))
        self.plan.required.update(columns)
        return Select(columns, [f.sql for f in derived.fields], derived, tail=tail)

    # ------------------------------------------------------------ SELECT

    def _select(self, node: exp.Select, outer: Scope | None) -> Query:
        only(node, "expressions", "from_", "joins", "where", "group", "having", "distinct",
             "order", "limit", "offset", "with_", "windows")  # fmt: skip
        source = self._from.bind(node, outer)
        windows = {w.name.lower(): w for w in node.args.get("windows") or ()}
        scope = Scope(source.fields, outer, windows=windows)
        where = self._where(node, scope)
        binder = ExpressionBinder(scope, self, may_aggregate=True)
        columns, items, aggregates = self._items(node, binder)
        group_by, keys = self._group_by(node, binder, items)
        having = None
        if node.args.get("having"):
            having = self.required(binder, node.args["having"].this, "HAVING clause")
            aggregates += 1
        is_distinct = self._is_distinct(node)
        tail = self._tail(node, columns, binder, items)
        self._settle(node, columns, is_grouped=bool(aggregates or group_by))
        if is_distinct:
            self.plan.required.update(columns)
        elif aggregates and not keys:
            # Without a column left, one row of totals would become a row for each row below.
            self.plan.required.add(columns[0])
        return Select(
            columns, items, source, where, group_by, having, is_distinct=is_distinct, tail=tail
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
            condition = binder.condition(node, what)
        self.plan.required.update(uses.fields)
        return condition

    def _is_distinct(self, node: exp.Select) -> bool:
        clause = node.args.get("distinct")
        if clause is not None:
            only(clause)
        return clause is not None

    def _items(
        self, node: exp.Select, binder: ExpressionBinder
    ) -> tuple[list[Field], list[str], int]:
        columns: list[Field] = []
        items: list[str] = []
        aggregates = 0
        for item in node.expressions:
            stars = self._star(item, binder)
            if stars is not None:
                for f in stars:
                    columns.append(
                        replace(f, sql=f"c{len(columns)}", qualifier=None, schema=None, needs=(f,))
                    )
                    items.append(f.sql)
                continue
            with binder.collecting() as uses:
                value = binder.bind(item.unalias())
            aggregates += uses.aggregates
            passed = uses.fields[0] if _is_plain_column(item, uses.fields, value) else None
            label = _output_name(item)
            columns.append(
                Field(
                    label and label.lower(),
                    value.type,
                    f"c{len(columns)}",
                    needs=tuple(uses.fields),
                    origins=passed.origins if passed else (),
                    label=label,
                )
            )
            items.append(value.sql)
        return columns, items, aggregates

    def _star(self, item: exp.Expr, binder: ExpressionBinder) -> list[Field] | None:
        if isinstance(item, exp.Star):
            only(item)
            found = binder.scope.fields
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            only(item.this)
            found = [f for f in binder.scope.fields if f.qualifier == item.table.lower()]
            if not found:
                raise QueryFailure(
                    "SYNTAX_ERROR", f"Unable to resolve reference {item.table}",
                    position_of(item, self.sql),
                )  # fmt: skip
        else:
            return None
        if not found:
            raise QueryFailure(
                "SYNTAX_ERROR", "SELECT * not allowed in queries without FROM clause"
            )
        return found

    def _settle(self, node: exp.Select, columns: list[Field], *, is_grouped: bool) -> None:
        """Through groups, windows and limits a condition on the output prunes nothing below."""
        has_window = any(item.find(exp.Window) for item in node.expressions)
        if is_grouped or has_window or node.args.get("limit") or node.args.get("offset"):
            without_origins(columns)

    def _group_by(
        self, node: exp.Select, binder: ExpressionBinder, items: list[str]
    ) -> tuple[str | None, int]:
        clause = node.args.get("group")
        if clause is None:
            return None, 0
        only(clause, "expressions")
        keys = [self._group_key(key, binder, items) for key in clause.expressions]
        return ", ".join(keys), len(keys)

    def _group_key(self, key: exp.Expr, binder: ExpressionBinder, items: list[str]) -> str:
        if isinstance(key, exp.Rollup | exp.Cube):
            inner = [self._group_key(k, binder, items) for k in key.expressions]
            return f"{key.key.upper()} ({', '.join(inner)})"
        if isinstance(key, exp.GroupingSets):
            sets = [self._group_key(k, binder, items) for k in key.expressions]
            return f"GROUPING SETS ({', '.join(sets)})"
        if isinstance(key, exp.Tuple):
            return f"({', '.join(self._group_key(k, binder, items) for k in key.expressions)})"
        if isinstance(key, exp.Literal) and not key.is_string:
            return items[self._ordinal(key, len(items), "GROUP BY")]
        before, binder.may_aggregate = binder.may_aggregate, False
        with binder.collecting() as uses:
            text = binder.bind(key).sql
        binder.may_aggregate = before
        self.plan.required.update(uses.fields)
        return text

    def _ordinal(self, node: exp.Literal, count: int, clause: str) -> int:
        index = int(node.this) if node.this.isdigit() else 0
        if not 1 <= index <= count:
            raise QueryFailure(
                "INVALID_COLUMN_REFERENCE", f"{clause} position {node.this} is not in select list"
            )
        return index - 1

    def _tail(
        self,
        node: exp.Expr,
        columns: list[Field],
        binder: ExpressionBinder,
        items: list[str] | None = None,
    ) -> str:
        """ORDER BY, OFFSET and LIMIT. An output column's name comes before a source's."""
        pieces = []
        if node.args.get("order"):
            order = node.args["order"].expressions
            keys = [self._order_key(item.this, columns, binder, items) for item in order]
            shown = {*(items or ()), *(column.sql for column in columns)}
            if isinstance(node, exp.Select) and node.args.get("distinct") and set(keys) - shown:
                raise QueryFailure(
                    "EXPRESSION_NOT_IN_DISTINCT",
                    "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                )
            sorted_by = (key + direction(item) for key, item in zip(keys, order, strict=True))
            pieces.append(f"ORDER BY {', '.join(sorted_by)}")
        limit, offset = node.args.get("limit"), node.args.get("offset")
        if limit is not None:
            pieces.append(limit_text(limit))
        if offset is not None:
            only(offset, "expression")
            pieces.append(f"OFFSET {whole_number(offset.expression)}")
        return " ".join(piece for piece in pieces if piece)

    def _order_key(
        self,
        key: exp.Expr,
        columns: list[Field],
        binder: ExpressionBinder,
        items: list[str] | None,
    ) -> str:
        if isinstance(key, exp.Literal) and not key.is_string:
            column = columns[self._ordinal(key, len(columns), "ORDER BY")]
            need_order(column.type)
            self.plan.required.add(column)
            return column.sql
        named = [c for c in columns if isinstance(key, exp.Column) and c.name == _bare_name(key)]
        if named:
            # A column that stands twice in the list under one name is the same either way.
            need_order(named[0].type)
            self.plan.required.add(named[0])
            return named[0].sql
        if items is not None:
            shown = [replace(c, sql=item) for c, item in zip(columns, items, strict=True) if c.name]
            scope = replace(binder.scope, preferred=shown)
            binder = ExpressionBinder(scope, self, may_aggregate=True)
        with binder.collecting() as uses:
            value = binder.bind(key)
        need_order(value.type)
        self.plan.required.update(uses.fields)
        return value.sql

    # ------------------------------------------------------------ set operations, VALUES

    def _set_operation(self, node: exp.Expr, outer: Scope | None) -> Query:
        only(node, "this", "expression", "distinct", "order", "limit", "offset", "with_")
        left, right = self.query(node.this, outer), self.query(node.expression, outer)
        name = node.key.upper()
        if len(left.columns) != len(right.columns):
            raise QueryFailure(
                "TYPE_MISMATCH",
                f"{name} query has different number of fields:"
                f" {len(left.columns)}, {len(right.columns)}",
            )
        columns = [
            self._merged(i, a, b, name)
            for i, (a, b) in enumerate(zip(left.columns, right.columns, strict=True))
        ]
        is_distinct = bool(node.args.get("distinct"))
        if is_distinct or name != "UNION":
            self.plan.required.update(columns)
        tail = self._tail(node, columns, ExpressionBinder(Scope(columns, outer), self))
        if node.args.get("limit") or node.args.get("offset") or name != "UNION":
            without_origins(columns)
        return SetOperation(columns, left, right, name if is_distinct else f"{name} ALL", tail)

    def _merged(self, index: int, a: Field, b: Field, name: str) -> Field:
        found = types.common_type(a.type, b.type)
        if found is None:
            raise QueryFailure(
                "TYPE_MISMATCH",
                f"column {index + 1} in {name} query has incompatible types: {a.type}, {b.type}",
            )
        origins = (*(a.origins if a.type == found else ()), *(b.origins if b.type == found else ()))
        return Field(a.name, found, f"c{index}", needs=(a, b), origins=origins, label=a.label)

    def values(self, node: exp.Values, outer: Scope | None) -> Query:
        only(node, "expressions", "alias", "order", "limit", "offset", "with_")
        binder = ExpressionBinder(Scope([], outer), self)
        rows = []
        for row in node.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            if len(cells) == 1 and _is_row_call(cells[0]):
                cells = cells[0].expressions
            rows.append([binder.bind(cell) for cell in cells])
        if len({len(row) for row in rows}) != 1:
            raise QueryFailure("TYPE_MISMATCH", "Values rows have mismatched sizes")
        columns, texts = [], [[] for _ in rows]  # type: ignore[var-annotated]
        for i in range(len(rows[0])):
            same, found = unify([row[i] for row in rows], "Values columns")
            columns.append(Field(None, found, f"c{i}"))
            for row_texts, e in zip(texts, same, strict=True):
                row_texts.append(coerce(e, found).sql)
        tail = self._tail(node, columns, ExpressionBinder(Scope(columns, outer), self))
        values = Values(columns, texts)
        if not tail:
            return values
        self.plan.required.update(columns)
        derived = derive(values, alias=self.context.alias(), qualifier=None)
        outputs = [
            Field(c.name, c.type, c.sql, needs=(f,))
            for c, f in zip(columns, derived.fields, strict=True)
        ]
        return Select(outputs, [f.sql for f in derived.fields], derived, tail=tail)


# ---------------------------------------------------------------- helpers


def _is_row_call(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() == "row"


def _is_plain_column(item: exp.Expr, used: list[Field], value: Expr) -> bool:
    return isinstance(item.unalias(), exp.Column) and len(used) == 1 and used[0].sql == value.sql


def _output_name(item: exp.Expr) -> str | None:
    """The name that a column of the list gives itself, as it is written."""
    if isinstance(item, exp.Alias):
        return str(item.alias)
    if isinstance(item, exp.Column):
        return str(item.name)
    if isinstance(item, exp.Dot):
        return str(item.expression.name)
    return None


def _bare_name(column: exp.Column) -> str | None:
    return None if column.table else str(column.name).lower()
