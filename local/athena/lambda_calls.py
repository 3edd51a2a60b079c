"""A call with lambdas among its arguments: their parameters, their bodies, and folding by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.aggregates import AGGREGATES
from local.athena.arguments import unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.function_names import name_of
from local.athena.scope import Capture, LambdaField
from local.athena.types import BOOLEAN, duckdb_type
from local.athena.windows import WINDOWS

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder


_GATHERING = {*AGGREGATES, *WINDOWS, "listagg"}


class Call:
    """A call with lambdas among its arguments."""

    def __init__(self, binder: ExpressionBinder, name: str, nodes: list[exp.Expr]) -> None:
        self.binder = binder
        self.name = name
        self.nodes = nodes
        self.plain = [binder.bind(n) for n in nodes if not isinstance(n, exp.Lambda)]

    def shaped(self, *is_lambda: bool) -> None:
        """Raises FUNCTION_NOT_FOUND unless lambdas stand at these places."""
        if [isinstance(n, exp.Lambda) for n in self.nodes] != list(is_lambda):
            raise unexpected(self.name, self.plain)

    def body(self, place: int, *parameters: Expr) -> Expr:
        """The lambda at `place`, bound with its parameters meaning these."""
        node = self.nodes[place]
        names = [identifier.name for identifier in node.expressions]
        if len(names) != len(parameters):
            raise QueryFailure(
                "INVALID_PARAMETER_USAGE",
                f"Expected a lambda that takes {len(parameters)} argument(s) but got {len(names)}",
            )
        _check(node.this)
        pairs = zip(names, parameters, strict=True)
        depth = self.binder.scope.lambda_depth
        fields = [LambdaField(name.lower(), e.type, e.sql, depth=depth) for name, e in pairs]
        with _known(self.binder, fields):
            return self.binder.bind(node.this)

    def condition(self, place: int, *parameters: Expr) -> str:
        """A lambda that is true, false or null."""
        found = self.body(place, *parameters)
        if found.type != BOOLEAN:
            raise unexpected(self.name, self.plain)
        return found.sql

    def parameter(self) -> str:
        """A name for a parameter of DuckDB's lambda, by how deep it stands."""
        return f"p{self.binder.scope.lambda_depth}"


def _check(body: exp.Expr) -> None:
    if body.find(exp.Query) is not None:
        raise not_supported("a query in a lambda")
    names = {name_of(n) for n in body.find_all(exp.Anonymous)}
    if body.find(exp.Window) is not None or names & _GATHERING:
        raise QueryFailure(
            "EXPRESSION_NOT_SCALAR", "Lambda expression cannot contain aggregations or windows"
        )


@contextmanager
def _known(binder: ExpressionBinder, fields: list[LambdaField]) -> Iterator[None]:
    before = binder.scope
    known = [*fields, *before.lambda_fields]
    binder.scope = replace(before, lambda_fields=known, lambda_depth=before.lambda_depth + 1)
    try:
        yield
    finally:
        binder.scope = before


def folded(call: Call, items: Expr, start: Expr, step: Callable[[str, str], Expr]) -> str:
    """A row whose field s is the last state; null when the array is.

    DuckDB folds values of one type: each holds a state, an item, and what the step names.
    """
    p = call.parameter()
    with _capturing(call.binder, f"{p}x") as capture:
        body = step(f"struct_extract({p}s, 's')", f"struct_extract({p}x, 'x')")

    def value(state: str, item: str, *, is_item: bool = False) -> str:
        texts = {"s": (state, start.type), "x": (item, items.type.element)}
        for sql, (key, t) in capture.keys.items():
            texts[key] = (sql if is_item else "NULL", t)
        inner = (f"{key} := CAST({sql} AS {duckdb_type(t)})" for key, (sql, t) in texts.items())
        return f"struct_pack({', '.join(inner)})"

    values = f"list_transform({items.sql}, lambda {p}: {value('NULL', p, is_item=True)})"
    return (
        f"list_reduce({values}, lambda {p}s, {p}x: {value(body.sql, 'NULL')},"
        f" {value(start.sql, 'NULL')})"
    )


@contextmanager
def _capturing(binder: ExpressionBinder, holder: str) -> Iterator[Capture]:
    before = binder.scope
    capture = Capture(before.lambda_depth, holder)
    binder.scope = replace(before, captures=(*before.captures, capture))
    try:
        yield capture
    finally:
        binder.scope = before
