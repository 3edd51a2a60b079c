"""Expressions of Athena's SQL to typed DuckDB text, name by name and operator by operator.

Every node of the syntax tree has a method here, and every part of a node is looked at: a node
or a part that is not known is refused, never passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import calls, collection_functions, functions, types, zone_functions
from local.athena.aggregates import AGGREGATES, WINDOWS
from local.athena.casts import cast, try_cast
from local.athena.dialect import TypedLiteral, UnaryPlus, position_of
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, text, unify
from local.athena.literals import interval, number, typed
from local.athena.operators import arithmetic, compare, mismatch, negate, plus
from local.athena.relations import Field, Query
from local.athena.scope import Scope, Uses, lookup, only
from local.athena.time_functions import extract
from local.athena.types import BOOLEAN, VARCHAR, parse_type

if TYPE_CHECKING:
    from local.athena.queries import QueryBinder


class ExpressionBinder:
    """Binds expressions in one scope; `uses` gathers what they refer to."""

    def __init__(self, scope: Scope, queries: QueryBinder, *, may_aggregate: bool = False) -> None:
        self.scope = scope
        self.queries = queries
        self.may_aggregate = may_aggregate
        self.uses = Uses()

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
        rule = _NODES.get(type(node))
        try:
            if rule is None:
                raise not_supported(f"expression {node.key}")
            return rule(self, node)
        except QueryFailure as failure:
            if failure.position is None and failure.code != "NOT_SUPPORTED":
                failure.position = position_of(node, self.queries.sql)
            raise

    def condition(self, node: exp.Expr, what: str) -> str:
        e = self.bind(node)
        if not can_coerce(e.type, BOOLEAN):
            raise QueryFailure(
                "TYPE_MISMATCH", f"{what} must evaluate to a boolean: actual type {e.type}"
            )
        return coerce(e, BOOLEAN).sql

    # ------------------------------------------------------------ names

    def resolve(self, parts: list[str]) -> tuple[Field, list[str]]:
        """The column that a dotted name means, and what is left of the name: a row's fields."""
        lowered = [part.lower() for part in parts]
        scope: Scope | None = self.scope
        while scope is not None:
            rest: list[str] = []
            found = [f for f in scope.preferred if [f.name] == lowered][:1]
            if not found:
                found, rest = lookup(scope.fields, lowered)
            if len(found) > 1:
                raise QueryFailure("AMBIGUOUS_NAME", f"Column '{parts[-1]}' is ambiguous")
            if found:
                self._use(found[0], is_outer=scope is not self.scope)
                return found[0], rest
            scope = scope.parent
        raise QueryFailure(
            "COLUMN_NOT_FOUND",
            f"Column '{'.'.join(lowered)}' cannot be resolved or requester is not authorized"
            " to access requested resources",
        )

    def _use(self, column: Field, *, is_outer: bool) -> None:
        self.uses.fields.append(column)
        if is_outer:
            self.queries.note_outer(column)

    def _column(self, node: exp.Column) -> Expr:
        only(node, "this", "table", "db", "catalog")
        parts = [node.args[k].name for k in ("catalog", "db", "table", "this") if node.args.get(k)]
        column, rest = self.resolve(parts)
        e = Expr(column.sql, column.type)
        for name in rest:
            e = _member(e, name)
        return e

    def _dot(self, node: exp.Dot) -> Expr:
        return _member(self.bind(node.this), node.expression.name)

    # ------------------------------------------------------------ literals

    def _literal(self, node: exp.Literal) -> Expr:
        if node.is_string:
            return Expr(text(node.this), types.varchar(len(node.this)), node.this)
        return number(node.this)

    def _null(self, _node: exp.Null) -> Expr:
        return Expr("NULL", types.UNKNOWN)

    def _boolean(self, node: exp.Boolean) -> Expr:
        return Expr("TRUE" if node.this else "FALSE", BOOLEAN)

    def _interval(self, node: exp.Interval) -> Expr:
        only(node, "this", "unit")
        return interval(node)

    def _now(self, node: exp.Expr) -> Expr:
        only(node)
        zoned = types.timestamp(3, zoned=True)
        return Expr(f"CAST({text(self.queries.now.isoformat())} AS TIMESTAMPTZ)", zoned)

    def _today(self, node: exp.Expr) -> Expr:
        only(node)
        return cast(self._now(exp.CurrentTimestamp()), types.DATE)

    def _local_now(self, node: exp.Expr) -> Expr:
        only(node)
        return cast(self._now(exp.CurrentTimestamp()), types.timestamp(3))

    # ------------------------------------------------------------ operators

    def _paren(self, node: exp.Paren) -> Expr:
        return self.bind(node.this)

    def _arithmetic(self, node: exp.Binary) -> Expr:
        only(node, "this", "expression", "typed", "safe")
        return arithmetic(_ARITHMETIC[type(node)], self.bind(node.this), self.bind(node.expression))

    def _compare(self, node: exp.Binary) -> Expr:
        only(node, "this", "expression")
        symbol = _COMPARISON[type(node)]
        return Expr(compare(symbol, self.bind(node.this), self.bind(node.expression)), BOOLEAN)

    def _logic(self, node: exp.Binary) -> Expr:
        word = "AND" if isinstance(node, exp.And) else "OR"
        sides = list(node.flatten())
        conditions = [self.condition(side, f"Logical expression term of {word}") for side in sides]
        return Expr(f"({f' {word} '.join(conditions)})", BOOLEAN)

    def _not(self, node: exp.Not) -> Expr:
        return Expr(
            f"(NOT {self.condition(node.this, 'Value of logical NOT expression')})", BOOLEAN
        )

    def _negate(self, node: exp.Neg) -> Expr:
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            # In Trino the sign belongs to the number: -2147483648 is an integer.
            return number(f"-{node.this.this}")
        return negate(self.bind(node.this))

    def _is(self, node: exp.Is) -> Expr:
        if not isinstance(node.expression, exp.Null):
            raise not_supported("IS with something that is not NULL")
        return Expr(f"({self.bind(node.this).sql} IS NULL)", BOOLEAN)

    def _concat(self, node: exp.DPipe) -> Expr:
        only(node, "this", "expression", "safe")
        sides = [self.bind(node.this), self.bind(node.expression)]
        if any(not e.type.is_text for e in sides):
            raise mismatch("||", *sides)
        left, right = (coerce(e, VARCHAR).sql for e in sides)
        return Expr(f"({left} || {right})", VARCHAR)

    def _like(self, node: exp.Like, escape: str = "") -> Expr:
        only(node, "this", "expression", "negate")
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        sides = [self.bind(node.this), self.bind(node.expression)]
        if any(not can_coerce(e.type, VARCHAR) for e in sides):
            raise mismatch("LIKE", *sides)
        left, right = (coerce(e, VARCHAR).sql for e in sides)
        return Expr(f"({left} {word} {right}{escape})", BOOLEAN)

    def _escape(self, node: exp.Escape) -> Expr:
        mark = node.expression
        if not isinstance(node.this, exp.Like) or not isinstance(mark, exp.Literal):
            raise not_supported("ESCAPE that is not a literal")
        return self._like(node.this, f" ESCAPE {text(mark.this)}")

    def _between(self, node: exp.Between) -> Expr:
        only(node, "this", "low", "high")
        value = self.bind(node.this)
        low, high = self.bind(node.args["low"]), self.bind(node.args["high"])
        both = f"({compare('>=', value, low)} AND {compare('<=', value, high)})"
        return Expr(both, BOOLEAN)

    def _in(self, node: exp.In) -> Expr:
        only(node, "this", "expressions", "query")
        value = self.bind(node.this)
        if node.args.get("query"):
            return self._in_query(value, node.args["query"])
        items = [self.bind(item) for item in node.expressions]
        same, result = unify([value, *items], "All IN list values")
        if result.parts:
            raise not_supported(f"IN of {result}")
        if result.is_float:
            return Expr(f"({' OR '.join(compare('=', value, item) for item in items)})", BOOLEAN)
        return Expr(f"({same[0].sql} IN ({', '.join(e.sql for e in same[1:])}))", BOOLEAN)

    def _in_query(self, value: Expr, node: exp.Expr) -> Expr:
        query = self._nested(node)
        column = _single_column(query)
        found = types.common_type(value.type, column.type)
        if found is None or found.is_float or found.parts:
            raise not_supported(f"{value.type} IN a query of {column.type}")
        body = self.queries.plan.hold(query)
        # The side that is cast is the query's: DuckDB keeps `x IN (SELECT c)` a join.
        inner = coerce(Expr(column.sql, column.type), found).sql
        return Expr(f"({coerce(value, found).sql} IN (SELECT {inner} FROM ({body})))", BOOLEAN)

    def _exists(self, node: exp.Exists) -> Expr:
        return Expr(f"EXISTS ({self.queries.plan.hold(self._nested(node.this))})", BOOLEAN)

    def _scalar_query(self, node: exp.Subquery) -> Expr:
        only(node, "this")
        query = self._nested(node)
        column = _single_column(query)
        return Expr(f"({self.queries.plan.hold(query)})", column.type)

    def _nested(self, node: exp.Expr) -> Query:
        return self.queries.nested(node, self)

    # ------------------------------------------------------------ CASE and casts

    def _case(self, node: exp.Case) -> Expr:
        only(node, "this", "ifs", "default")
        subject = self.bind(node.this) if node.this else None
        conditions = []
        for branch in node.args["ifs"]:
            if subject is None:
                conditions.append(self.condition(branch.this, "CASE WHEN clause"))
            else:
                conditions.append(compare("=", subject, self.bind(branch.this)))
        results = [self.bind(branch.args["true"]) for branch in node.args["ifs"]]
        default = node.args.get("default")
        results.append(self.bind(default) if default else Expr("NULL", types.UNKNOWN))
        return _case(conditions, results)

    def _if(self, node: exp.If) -> Expr:
        only(node, "this", "true", "false")
        condition = self.condition(node.this, "IF condition")
        otherwise = node.args.get("false")
        results = [self.bind(node.args["true"])]
        results.append(self.bind(otherwise) if otherwise else Expr("NULL", types.UNKNOWN))
        return _case([condition], results)

    def _cast(self, node: exp.Cast) -> Expr:
        only(node, "this", "to", "safe")
        target = parse_type(node.to.sql(dialect="trino"))
        e = self.bind(node.this)
        return try_cast(e, target) if isinstance(node, exp.TryCast) else cast(e, target)

    def _typed_literal(self, node: TypedLiteral) -> Expr:
        only(node, "this", "to")
        return typed(node.name, parse_type(node.to.sql(dialect="trino")))

    def _plus(self, node: UnaryPlus) -> Expr:
        return plus(self.bind(node.this))

    def _at_time_zone(self, node: exp.AtTimeZone) -> Expr:
        only(node, "this", "zone")
        return zone_functions.at_time_zone(self.bind(node.this), self.bind(node.args["zone"]))

    # ------------------------------------------------------------ functions

    def _call(self, node: exp.Anonymous) -> Expr:
        only(node, "this", "expressions")
        name = str(node.this).lower()
        if name in WINDOWS:
            raise QueryFailure("MISSING_OVER", f"Window function {name} requires an OVER clause")
        if name in AGGREGATES:
            return calls.aggregate(self, node)
        if name == "now" and not node.expressions:
            return self._now(exp.CurrentTimestamp())
        return functions.call(name, [self.bind(argument) for argument in node.expressions])

    def _extract(self, node: exp.Extract) -> Expr:
        only(node, "this", "expression")
        return extract(node.this.name, self.bind(node.expression))

    def _trim(self, node: exp.Trim) -> Expr:
        only(node, "this", "position")
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position")), "trim")
        return functions.call(name, [self.bind(node.this)])

    def _position(self, node: exp.StrPosition) -> Expr:
        only(node, "this", "substr")
        return functions.call("strpos", [self.bind(node.this), self.bind(node.args["substr"])])

    def _array(self, node: exp.Array) -> Expr:
        return collection_functions.build_array([self.bind(e) for e in node.expressions])

    def _bracket(self, node: exp.Bracket) -> Expr:
        only(node, "this", "expressions")
        return collection_functions.subscript(self.bind(node.this), self.bind(node.expressions[0]))


# ---------------------------------------------------------------- helpers


def _member(e: Expr, name: str) -> Expr:
    if e.type.name == "row":
        for index, (label, part) in enumerate(e.type.parts):
            if label is not None and label.lower() == name.lower():
                key = [k for k, _ in types.row_fields(e.type)][index]
                return Expr(f"struct_extract({e.sql}, {text(key)})", part)
    raise QueryFailure("COLUMN_NOT_FOUND", f"Column '{name}' cannot be resolved")


def _single_column(query: Query) -> Field:
    if len(query.columns) != 1:
        raise QueryFailure(
            "SYNTAX_ERROR", "Multiple columns returned by subquery are not supported"
        )
    return query.columns[0]


def _case(conditions: list[str], results: list[Expr]) -> Expr:
    same, result = unify(results, "All CASE results")
    branches = " ".join(
        f"WHEN {condition} THEN {e.sql}" for condition, e in zip(conditions, same, strict=False)
    )
    otherwise = same[-1].sql if results[-1].type != types.UNKNOWN else null_of(result)
    return Expr(f"(CASE {branches} ELSE {otherwise} END)", result)


_ARITHMETIC: dict[type, str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip
_COMPARISON: dict[type, str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip

_B = ExpressionBinder
_NODES: dict[type, Callable[[ExpressionBinder, Any], Expr]] = {
    exp.Column: _B._column,
    exp.Dot: _B._dot,
    exp.Literal: _B._literal,
    exp.Null: _B._null,
    exp.Boolean: _B._boolean,
    exp.Interval: _B._interval,
    exp.CurrentTimestamp: _B._now,
    exp.CurrentDate: _B._today,
    exp.Localtimestamp: _B._local_now,
    exp.Paren: _B._paren,
    **dict.fromkeys(_ARITHMETIC, _B._arithmetic),
    **dict.fromkeys(_COMPARISON, _B._compare),
    exp.And: _B._logic,
    exp.Or: _B._logic,
    exp.Not: _B._not,
    exp.Neg: _B._negate,
    exp.Is: _B._is,
    exp.DPipe: _B._concat,
    exp.Like: _B._like,
    exp.Escape: _B._escape,
    exp.Between: _B._between,
    exp.In: _B._in,
    exp.Exists: _B._exists,
    exp.Subquery: _B._scalar_query,
    exp.Case: _B._case,
    exp.If: _B._if,
    exp.Cast: _B._cast,
    exp.TryCast: _B._cast,
    TypedLiteral: _B._typed_literal,
    UnaryPlus: _B._plus,
    exp.AtTimeZone: _B._at_time_zone,
    exp.Anonymous: _B._call,
    exp.Filter: calls.filtered,
    exp.Window: calls.windowed,
    exp.Extract: _B._extract,
    exp.Trim: _B._trim,
    exp.StrPosition: _B._position,
    exp.Array: _B._array,
    exp.Bracket: _B._bracket,
}
