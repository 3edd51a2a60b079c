"""What names mean while an expression is bound, and the check that no part goes unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from local.athena.errors import not_supported
from local.athena.relations import Field
from local.athena.types import Type


@dataclass(eq=False)
class Capture:
    """What a fold names that stands around it, to be handed to it with every item.

    DuckDB's list_reduce mixes up the rows of columns that its lambda names.
    """

    depth: int
    holder: str
    keys: dict[str, tuple[str, Type]] = field(default_factory=dict)

    def add(self, sql: str, t: Type) -> str:
        key, _ = self.keys.setdefault(sql, (f"k{len(self.keys)}", t))
        return f"struct_extract({self.holder}, '{key}')"


@dataclass
class Scope:
    """The columns that a name can mean, with those of the enclosing query behind them."""

    fields: list[Field]
    parent: Scope | None = None
    # Columns that a bare name means before any other: in ORDER BY, those of the output.
    preferred: list[Field] = field(default_factory=list)
    windows: dict[str, exp.Window] = field(default_factory=dict)
    # In a grouped query the texts that are the same in all rows of a group, else None.
    groups: set[str] | None = None
    # Names of columns outside of aggregates that are not among `groups`.
    loose: list[exp.Expr] = field(default_factory=list)
    # Is there a condition on a column of an enclosing query that is no equality?
    is_unequal: bool = False
    # The parameters of the lambdas around an expression, the innermost first.
    lambda_fields: list[LambdaField] = field(default_factory=list)
    lambda_depth: int = 0
    captures: tuple[Capture, ...] = ()


@dataclass(eq=False)
class LambdaField(Field):
    """A lambda's parameter; `depth` is how many lambdas stand around that lambda."""

    depth: int = 0


@dataclass
class Uses:
    """What binding an expression has met."""

    fields: list[Field] = field(default_factory=list)
    aggregates: int = 0


def only(node: exp.Expr, *known: str) -> None:
    """Refuse a node that has a part which nobody looks at."""
    for key, value in node.args.items():
        if value and key not in known:
            raise not_supported(f"{node.key} with {key.rstrip('_')}")


def text_of(column: Field, scope: Scope) -> str:
    """How an expression in `scope` names a column, or a lambda's parameter."""
    depth = column.depth if isinstance(column, LambdaField) else -1
    sql = column.sql
    for capture in scope.captures:
        if depth < capture.depth:
            sql = capture.add(sql, column.type)
    return sql


def lookup(fields: list[Field], parts: list[str]) -> tuple[list[Field], list[str]]:
    """Columns that the longest qualifier of the dotted name fits, and the rest of the name."""
    if len(parts) >= 3:
        found = [
            f for f in fields if (f.schema, f.qualifier, f.name) == (parts[0], parts[1], parts[2])
        ]
        if found:
            return found, parts[3:]
    if len(parts) >= 2:
        found = [f for f in fields if (f.qualifier, f.name) == (parts[0], parts[1])]
        if found:
            return found, parts[2:]
    found = [f for f in fields if f.name == parts[0]]
    return found, parts[1:]


def direction(item: exp.Ordered) -> str:
    only(item, "this", "desc", "nulls_first")
    nulls = "FIRST" if item.args.get("nulls_first") else "LAST"
    return f" {'DESC' if item.args.get('desc') else 'ASC'} NULLS {nulls}"
