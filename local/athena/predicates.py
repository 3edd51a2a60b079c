"""What a statement says about one column of a table, in a form that can prune what is read."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Predicate:
    """`column operator value`; for the operator `in`, `value` is a frozenset.

    Rows that do not satisfy it (a null never does) cannot change the statement's answer.
    """

    column: str
    operator: str
    value: Any

    def accepts(self, value: Any) -> bool:
        if value is None:
            return False
        if self.operator == "in":
            return value in self.value
        return _TESTS[self.operator](value, self.value)


MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def accepts(predicates: Iterable[Predicate], column: str, value: Any) -> bool:
    """Whether every predicate on `column` accepts `value`."""
    return all(p.accepts(value) for p in predicates if p.column == column)


def candidates(predicates: Iterable[Predicate], column: str) -> frozenset[Any] | None:
    """The only values that `column` may have, or None when the predicates name no such set."""
    found: frozenset[Any] | None = None
    for predicate in predicates:
        if predicate.column != column or predicate.operator not in ("=", "in"):
            continue
        values = predicate.value if predicate.operator == "in" else frozenset({predicate.value})
        found = values if found is None else found & values
    return found


def lower_bound(predicates: Iterable[Predicate], column: str) -> Any | None:
    """The greatest value that `column` cannot be below, or None."""
    bounds = [p.value for p in predicates if p.column == column and p.operator in (">", ">=", "=")]
    named = candidates(predicates, column)
    return max([*bounds, min(named)] if named else bounds, default=None)


def upper_bound(predicates: Iterable[Predicate], column: str) -> Any | None:
    """The least value that `column` cannot be above, or None."""
    bounds = [p.value for p in predicates if p.column == column and p.operator in ("<", "<=", "=")]
    named = candidates(predicates, column)
    return min([*bounds, max(named)] if named else bounds, default=None)
