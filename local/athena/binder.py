"""Expressions of Athena's SQL to typed DuckDB text, name by name and operator by operator.

Every node of the syntax tree has a rule, here or in a module of its kind, and every part of a
node is looked at: a node or a part that is not known is refused, never passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import (
    calls,
    collection_functions,
    functions,
    grouping,
    lambda_functions,
    literal_nodes,
    name_nodes,
    operator_nodes,
    row_functions,
    subqueries,
    text_functions,
    zone_functions,
)
from local.athena.casts import cast, try_cast
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.function_names import name_of
from local.athena.positions import placed, position_of
from local.athena.relations import Field
from local.athena.scope import Scope, Uses, only, text_of
from local.athena.time_functions import extract
from local.athena.tree_grammar import check_type
from local.athena.type_text import parse_type
from local.athena.types import BOOLEAN

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder


class ExpressionBinder:
    """Binds expressions in one scope; `uses` gathers what they refer to.

    `place` is where they stand, which decides whether aggregates and windows may: see `grouping`.
    """

    def __init__(self, scope: Scope, queries: QueryBinder, *, place: str = "row") -> None:
        self.scope = scope
        self.queries = queries
        self.place = place
        self.uses = Uses()

    @contextmanager
    def inside(self, place: str, name: str) -> Iterator[None]:
        """What stands in a call of the aggregate or window function `name`."""
        grouping.check_place(self.place, place, name)
        self.uses.aggregates += place == "aggregate"
        before, self.place, loose = self.place, place, len(self.scope.loose)
        try:
            yield
        finally:
            self.place = before
            if place == "aggregate":
                del self.scope.loose[loose:]

    @contextmanager
    def collecting(self) -> Iterator[Uses]:
        """Gather what is met inside the block apart (and in the whole, too)."""
        before, self.uses = self.uses, Uses()
        try:
            yield self.uses
        finally:
            inner, self.uses = self.uses, before
            self.uses.fields += inner.fields
            self.uses.aggregates += inner.aggregates

    def bind(self, node: exp.Expr) -> Expr:
        """`node` as typed DuckDB text. Raises QueryFailure, placed at the node."""
        rule, loose = _NODES.get(type(node)), len(self.scope.loose)
        with placed(node, self.queries.sql):
            if rule is None:
                raise not_supported(f"expression {node.key}")
            bound = self._captured_key(node) or rule(self, node)
        if bound.sql in (self.scope.groups or ()):
            del self.scope.loose[loose:]
        return bound

    def _captured_key(self, node: exp.Expr) -> Expr | None:
        """A key of the groups, which is handed into a fold as a whole; None if `node` is none."""
        if not self.scope.captures or not self.scope.groups:
            return None
        before, self.scope = self.scope, replace(self.scope, captures=())
        try:
            e = self.bind(node)
        finally:
            self.scope = before
        is_key = e.sql in (self.scope.groups or ())
        return Expr(text_of(Field(None, e.type, e.sql), self.scope), e.type) if is_key else None

    def filter(self, node: exp.Expr, what: str) -> str:
        """A condition on rows, its conjuncts left apart for DuckDB to use one by one."""
        node = node.unnest()
        if not isinstance(node, exp.And):
            before = len(self.queries.outer_uses)
            condition = self.condition(node, what)
            if not isinstance(node, exp.EQ) and self.queries.is_correlated(self.scope, before):
                self.scope.is_unequal = True
            return condition
        return f"({' AND '.join(self.filter(side, what) for side in node.flatten())})"

    def condition(self, node: exp.Expr, what: str) -> str:
        e = self.bind(node)
        if not can_coerce(e.type, BOOLEAN):
            raise QueryFailure(
                "TYPE_MISMATCH",
                f"{what} must evaluate to a boolean: actual type {e.type}",
                position_of(node, self.queries.sql),
            )
        return coerce(e, BOOLEAN).sql

    def use(self, column: Field, *, is_outer: bool) -> None:
        """A column is referred to, perhaps one of a query around this."""
        self.uses.fields.append(column)
        if is_outer:
            self.queries.note_outer(column)

    # ------------------------------------------------------------ casts

    def _cast(self, node: exp.Cast) -> Expr:
        only(node, "this", "to", "safe")
        check_type(node.to)
        target = parse_type(node.to.sql(dialect="trino"))
        e = self.bind(node.this)
        return try_cast(e, target) if isinstance(node, exp.TryCast) else cast(e, target)

    def _at_time_zone(self, node: exp.AtTimeZone) -> Expr:
        only(node, "this", "zone")
        return zone_functions.at_time_zone(self.bind(node.this), self.bind(node.args["zone"]))

    # ------------------------------------------------------------ functions

    def _call(self, node: exp.Anonymous) -> Expr:
        only(node, "this", "expressions")
        gathered = calls.ungathered(self, node)
        if gathered is not None:
            return gathered
        name = name_of(node)
        if name == "grouping":
            return grouping.grouping(self, node)
        if name == "now" and not node.expressions:
            return literal_nodes.now(self, exp.CurrentTimestamp())
        if name == "normalize" and 1 <= len(node.expressions) <= 2:
            source, form = [*node.expressions, exp.column("NFC")][:2]
            return text_functions.normalize(self.bind(source), form)
        if lambda_functions.takes_lambda(name, node.expressions):
            return lambda_functions.call(self, name, node.expressions)
        arguments = [self.bind(argument) for argument in node.expressions]
        if name == "typeof" and any(map(_may_lack_a_length, node.expressions, arguments)):
            raise not_supported("typeof of a text that a function makes")
        return functions.call(name, arguments)

    def _extract(self, node: exp.Extract) -> Expr:
        only(node, "this", "expression")
        return extract(node.this.name, self.bind(node.expression))

    def _trim(self, node: exp.Trim) -> Expr:
        only(node, "this", "position", "expression")
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position")), "trim")
        arguments = [node.this, node.expression] if node.args.get("expression") else [node.this]
        return functions.call(name, [self.bind(argument) for argument in arguments])

    def _position(self, node: exp.StrPosition) -> Expr:
        only(node, "this", "substr")
        return functions.call("strpos", [self.bind(node.this), self.bind(node.args["substr"])])

    def _tuple(self, node: exp.Tuple) -> Expr:
        return row_functions.build_row([self.bind(e) for e in node.expressions])

    def _lambda(self, _node: exp.Lambda) -> Expr:
        raise QueryFailure(
            "TYPE_MISMATCH", "Lambda expression should always be used inside a function"
        )

    def _array(self, node: exp.Array) -> Expr:
        items = [self.bind(e) for e in node.expressions]
        found = collection_functions.build_array(items)
        return Expr(found.sql, found.type, tuple(items))

    def _bracket(self, node: exp.Bracket) -> Expr:
        only(node, "this", "expressions")
        return collection_functions.subscript(self.bind(node.this), self.bind(node.expressions[0]))


# ---------------------------------------------------------------- helpers


def _may_lack_a_length(node: exp.Expr, e: Expr) -> bool:
    """Whether a text's type may have a length in Trino that is not known here."""
    is_made = node.find(exp.Anonymous, exp.Trim) is not None
    return is_made and re.search(r"varchar(?!\()", str(e.type)) is not None


_B = ExpressionBinder
_NODES: dict[type, Callable[[ExpressionBinder, Any], Expr]] = {
    exp.Lambda: _B._lambda,
    exp.Tuple: _B._tuple,
    exp.Exists: subqueries.exists,
    exp.Subquery: subqueries.scalar,
    exp.Cast: _B._cast,
    exp.TryCast: _B._cast,
    exp.AtTimeZone: _B._at_time_zone,
    exp.Anonymous: _B._call,
    exp.Filter: calls.filtered,
    exp.WithinGroup: calls.within_group,
    exp.Window: calls.windowed,
    exp.Extract: _B._extract,
    exp.Trim: _B._trim,
    exp.StrPosition: _B._position,
    exp.Array: _B._array,
    exp.Bracket: _B._bracket,
    **literal_nodes.NODES,
    **name_nodes.NODES,
    **operator_nodes.NODES,
}
