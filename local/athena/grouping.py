"""GROUP BY, and what grouping allows to stand where.

Source: https://trino.io/docs/current/sql/select.html#group-by-clause
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.frames import refuse_unordered
from local.athena.positions import position_of
from local.athena.relations import Field
from local.athena.scope import Scope, only
from local.athena.select_list import Entry, ordinal
from local.athena.types import INTEGER

if TYPE_CHECKING:
    from local.athena.binder import ExpressionBinder
    from local.athena.queries import QueryBinder

# (where it stands, what stands there) -> Athena's name for why it may not. The places are a `row`
# (WHERE, ON, GROUP BY, VALUES), a `list` (SELECT and ORDER BY), `having`, and the inside of an
# `aggregate` or a `window` function's call.
_MISPLACED = {
    ("row", "aggregate"): "EXPRESSION_NOT_SCALAR",
    ("row", "window"): "EXPRESSION_NOT_SCALAR",
    ("having", "window"): "NESTED_WINDOW",
    ("aggregate", "aggregate"): "NESTED_AGGREGATION",
    ("aggregate", "window"): "NESTED_WINDOW",
    ("window", "window"): "NESTED_WINDOW",
}


def check_place(where: str, what: str, name: str) -> None:
    """Raises QueryFailure where neither an aggregate nor a window function may stand."""
    code = _MISPLACED.get((where, what))
    if code is not None:
        raise QueryFailure(code, f"{name}: aggregations and window functions cannot stand here")


def note(scope: Scope, column: Field, node: exp.Expr) -> None:
    """A column is named in `scope`, perhaps from a query below it."""
    if scope.groups is None or column.sql in scope.groups or column in scope.preferred:
        return
    scope.loose.append(node)


def outputs(scope: Scope, name: list[str], place: str) -> list[Field]:
    """In ORDER BY, the columns of the output that a bare name means."""
    found = [f for f in scope.preferred if [f.name] == name]
    if found and scope.groups and place == "aggregate":
        raise QueryFailure(
            "COLUMN_NOT_FOUND",
            "Invalid reference to output projection attribute from ORDER BY aggregation",
        )
    return found


def check(scope: Scope, queries: QueryBinder) -> None:
    """In a grouped query no column stands alone that may differ inside of a group."""
    if scope.loose:
        node = scope.loose[0]
        raise QueryFailure(
            "EXPRESSION_NOT_AGGREGATE",
            f"'{node.sql(dialect='trino')}' must be an aggregate expression or appear in GROUP BY"
            " clause",
            position_of(node, queries.sql),
        )


def bind_groups(
    clause: exp.Group | None, entries: list[Entry], binder: ExpressionBinder
) -> tuple[str | None, set[str]]:
    """The text of GROUP BY, and the texts of its keys."""
    if clause is None:
        return None, set()
    only(clause, "expressions", "all")
    is_plain = not clause.find(exp.GroupingSets, exp.Cube, exp.Rollup)
    if clause.args.get("all") is False and not is_plain:
        raise not_supported("GROUP BY DISTINCT of grouping sets")
    if not clause.expressions:
        raise QueryFailure("COLUMN_NOT_FOUND", "Column 'all' cannot be resolved")
    keys = _Keys(entries, binder)
    with binder.collecting() as uses:
        text = ", ".join(keys.text(key) for key in clause.expressions)
    binder.queries.plan.required.update(uses.fields)
    return text, keys.found


class _Keys:
    def __init__(self, entries: list[Entry], binder: ExpressionBinder) -> None:
        self._entries = entries
        self._binder = binder
        self.found: set[str] = set()

    def text(self, key: exp.Expr, *, is_set: bool = False) -> str:
        key = key.unnest()
        if isinstance(key, exp.Rollup | exp.Cube):
            return f"{key.key.upper()} ({self._all(key, is_set=True)})"
        if isinstance(key, exp.GroupingSets):
            return f"GROUPING SETS ({self._all(key, is_set=True)})"
        if isinstance(key, exp.Tuple):
            return f"({self._all(key, is_set=is_set)})"
        if is_set and not isinstance(key, exp.Column):
            raise QueryFailure(
                "INVALID_COLUMN_REFERENCE", f"GROUP BY expression must be a column reference: {key}"
            )
        e = self._bound(key)
        refuse_unordered(e, "GROUP BY")
        self.found.add(e.sql)
        return e.sql

    def _all(self, key: exp.Expr, *, is_set: bool) -> str:
        return ", ".join(self.text(k, is_set=is_set) for k in key.expressions)

    def _bound(self, key: exp.Expr) -> Expr:
        entry: Entry = key
        if isinstance(key, exp.Literal) and not key.is_string:
            entry = self._entries[
                ordinal(key, len(self._entries), "GROUP BY", self._binder.queries.sql)
            ]
        elif isinstance(key, exp.Neg) and isinstance(key.this, exp.Literal):
            raise QueryFailure(
                "INVALID_COLUMN_REFERENCE",
                f"GROUP BY position -{key.this.this} is not in select list",
            )
        if isinstance(entry, exp.Expr):
            return self._binder.bind(entry.unalias())
        self._binder.uses.fields.append(entry.field)
        return Expr(entry.field.sql, entry.field.type)


def grouping(binder: ExpressionBinder, node: exp.Anonymous) -> Expr:
    """grouping(a, b): a bit for each column, set where the row's grouping set is without it."""
    check_place(binder.place, "aggregate", "grouping")
    groups = binder.scope.groups
    if not groups:
        raise QueryFailure("MISSING_GROUP_BY", "GROUPING() needs a GROUP BY clause")
    keys = [binder.bind(argument).sql for argument in node.expressions]
    if any(key not in groups for key in keys):
        raise QueryFailure(
            "INVALID_ARGUMENTS",
            "The arguments to GROUPING() must be expressions referenced by the GROUP BY",
        )
    if len(keys) > 31:
        raise not_supported("grouping of more than 31 columns")
    return Expr(f"CAST(grouping({', '.join(keys)}) AS INTEGER)", INTEGER)
