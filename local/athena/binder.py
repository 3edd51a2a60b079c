"""Expressions of Athena's SQL to typed DuckDB text, name by name and operator by operator.

Every node of the syntax tree has a method here, and every part of a node is looked at: a node
or a part that is not known is refused, never passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from local.athena import (
    binary_functions,
    calls,
    collection_functions,
    functions,
    grouping,
    json_functions,
    lambda_functions,
    row_functions,
    subqueries,
    text_functions,
    types,
    zone_functions,
)
from local.athena.arguments import unexpected
from local.athena.casts import cast, try_cast
from local.athena.dialect import TypedLiteral, UnaryPlus
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, text, unify
from local.athena.function_names import name_of
from local.athena.grammar import check_type
from local.athena.like import like
from local.athena.literals import interval, number, typed
from local.athena.operators import arithmetic, compare, in_turn, negate, plus
from local.athena.positions import placed, position_of
from local.athena.relations import Field
from local.athena.scope import LambdaField, Scope, Uses, lookup, only, text_of
from local.athena.time_functions import extract
from local.athena.types import BOOLEAN, VARCHAR, parse_type

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
        self._found_in = scope

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

    # ------------------------------------------------------------ names

    def resolve(self, parts: list[str]) -> tuple[Field, list[str]]:
        """The column that a dotted name means, and what is left of the name: a row's fields."""
        lowered = [part.lower() for part in parts]
        parameter = [f for f in self.scope.lambda_fields if f.name == lowered[0]][:1]
        if parameter:
            return parameter[0], parts[1:]
        scope: Scope | None = self.scope
        while scope is not None:
            rest: list[str] = []
            found = grouping.outputs(scope, lowered, self.place)
            if not found:
                found, rest = lookup(scope.fields, lowered)
            if len(found) > 1:
                raise QueryFailure("AMBIGUOUS_NAME", f"Column '{parts[-1]}' is ambiguous")
            if found:
                if rest and found[0].type.name != "row":
                    raise QueryFailure(
                        "TYPE_MISMATCH", f"Expression {lowered[0]} is not of type ROW"
                    )
                self._use(found[0], is_outer=scope is not self.scope)
                self._found_in = scope
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
        return self._named(parts, node)

    def _identifier(self, node: exp.Identifier) -> Expr:
        """A name that the parser has seen to be a lambda's parameter."""
        return self._named([node.name], node)

    def _named(self, parts: list[str], node: exp.Expr) -> Expr:
        column, rest = self.resolve(parts)
        if not isinstance(column, LambdaField):
            grouping.note(self._found_in, column, node)
        e = Expr(text_of(column, self.scope), column.type)
        for name in rest:
            e = _member(e, name)
        return e

    def _tuple(self, node: exp.Tuple) -> Expr:
        return row_functions.build_row([self.bind(e) for e in node.expressions])

    def _lambda(self, _node: exp.Lambda) -> Expr:
        raise QueryFailure(
            "TYPE_MISMATCH", "Lambda expression should always be used inside a function"
        )

    def _dot(self, node: exp.Dot) -> Expr:
        if isinstance(node.expression, exp.Star):
            raise not_supported("all fields of a row")
        if not isinstance(node.expression, exp.Identifier):
            raise not_supported("a function of a schema")
        first, *rest = node.flatten()
        if isinstance(first, exp.Identifier):
            return self._named([first.name, *(part.name for part in rest)], node)
        return _member(self.bind(node.this), node.expression.name)

    # ------------------------------------------------------------ literals

    def _literal(self, node: exp.Literal) -> Expr:
        if node.is_string:
            return Expr(text(node.this), types.varchar(len(node.this)), node.this)
        return number(node.this)

    def _json(self, node: exp.ParseJSON) -> Expr:
        only(node, "this", "is_literal")
        if not isinstance(node.this, exp.Literal) or not node.this.is_string:
            raise not_supported("JSON of what is not a literal text")
        return json_functions.literal(node.this.name)

    def _bytes(self, node: exp.HexString) -> Expr:
        only(node, "this")
        return binary_functions.literal(str(node.this))

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
        if isinstance(node.expression, exp.Any | exp.All):
            return subqueries.quantified(self, symbol, node.this, node.expression)
        return Expr(compare(symbol, self.bind(node.this), self.bind(node.expression)), BOOLEAN)

    def _logic(self, node: exp.Binary) -> Expr:
        word = "AND" if isinstance(node, exp.And) else "OR"
        sides = list(node.flatten())
        conditions = [self.condition(side, f"Logical expression term of {word}") for side in sides]
        return Expr(in_turn(word, conditions), BOOLEAN)

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
        if any(e.type.name == "array" for e in sides):
            return collection_functions.concatenated("concat", sides)
        if all(e.type == types.VARBINARY for e in sides):
            return binary_functions.concat(sides)
        if any(e.type == types.UNKNOWN for e in sides):
            # Trino takes the other side for an array's element.
            raise not_supported("|| with a bare NULL")
        if any(not e.type.is_text for e in sides):
            raise unexpected("concat", sides)
        left, right = (coerce(e, VARCHAR).sql for e in sides)
        return Expr(f"({left} || {right})", VARCHAR)

    def _like(self, node: exp.Like, escape: str | None = None) -> Expr:
        only(node, "this", "expression", "negate")
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        return like(word, self.bind(node.this), self.bind(node.expression), escape)

    def _escape(self, node: exp.Escape) -> Expr:
        mark = node.expression
        if not isinstance(node.this, exp.Like) or not isinstance(mark, exp.Literal):
            raise not_supported("ESCAPE that is not a literal")
        return self._like(node.this, mark.this)

    def _between(self, node: exp.Between) -> Expr:
        only(node, "this", "low", "high")
        value = self.bind(node.this)
        low, high = self.bind(node.args["low"]), self.bind(node.args["high"])
        both = f"({compare('>=', value, low)} AND {compare('<=', value, high)})"
        return Expr(both, BOOLEAN)

    def _in(self, node: exp.In) -> Expr:
        only(node, "this", "expressions", "query")
        value = self.bind(node.this)
        query = node.args.get("query")
        if [type(item) for item in node.expressions] == [exp.Values]:
            query = node.expressions[0]
        if query is not None:
            return subqueries.contained(self, value, query)
        if not node.expressions:
            raise QueryFailure("SYNTAX_ERROR", "IN of nothing")
        items = [self.bind(item) for item in node.expressions]
        same, result = unify([value, *items], "All IN list values")
        if result.is_float or result.parts:
            return Expr(f"({' OR '.join(compare('=', value, item) for item in items)})", BOOLEAN)
        return Expr(f"({same[0].sql} IN ({', '.join(e.sql for e in same[1:])}))", BOOLEAN)

    # ------------------------------------------------------------ CASE and casts

    def _case(self, node: exp.Case) -> Expr:
        only(node, "this", "ifs", "default")
        subject = self.bind(node.this) if node.this else None
        conditions = []
        for branch in node.args["ifs"]:
            if subject is None:
                conditions.append(self.condition(branch.this, "CASE WHEN clause"))
            else:
                value = self.bind(branch.this)
                with placed(branch.this, self.queries.sql):
                    conditions.append(compare("=", subject, value))
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
        check_type(node.to)
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
        gathered = calls.ungathered(self, node)
        if gathered is not None:
            return gathered
        name = name_of(node)
        if name == "grouping":
            return grouping.grouping(self, node)
        if name == "now" and not node.expressions:
            return self._now(exp.CurrentTimestamp())
        if name == "normalize" and 1 <= len(node.expressions) <= 2:
            source, form = [*node.expressions, exp.column("NFC")][:2]
            return text_functions.normalize(self.bind(source), form)
        if lambda_functions.takes_lambda(name, node.expressions):
            return lambda_functions.call(self, name, node.expressions)
        return functions.call(name, [self.bind(argument) for argument in node.expressions])

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

    def _array(self, node: exp.Array) -> Expr:
        items = [self.bind(e) for e in node.expressions]
        found = collection_functions.build_array(items)
        return Expr(found.sql, found.type, tuple(items))

    def _bracket(self, node: exp.Bracket) -> Expr:
        only(node, "this", "expressions")
        return collection_functions.subscript(self.bind(node.this), self.bind(node.expressions[0]))


# ---------------------------------------------------------------- helpers


def _member(e: Expr, name: str) -> Expr:
    if e.type.name != "row":
        raise QueryFailure("TYPE_MISMATCH", f"Expression of {name} is not of type ROW")
    for index, (label, part) in enumerate(e.type.parts):
        if label is not None and label.lower() == name.lower():
            key = [k for k, _ in types.row_fields(e.type)][index]
            return Expr(f"struct_extract({e.sql}, {text(key)})", part)
    raise QueryFailure("INVALID_COLUMN_REFERENCE", f"Column reference '{name}' is invalid")


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
    exp.Identifier: _B._identifier,
    exp.Lambda: _B._lambda,
    exp.Tuple: _B._tuple,
    exp.Literal: _B._literal,
    exp.ParseJSON: _B._json,
    exp.HexString: _B._bytes,
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
    exp.Exists: subqueries.exists,
    exp.Subquery: subqueries.scalar,
    exp.Case: _B._case,
    exp.If: _B._if,
    exp.Cast: _B._cast,
    exp.TryCast: _B._cast,
    TypedLiteral: _B._typed_literal,
    UnaryPlus: _B._plus,
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
}
