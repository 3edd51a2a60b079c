"""array_sort with a comparator: elements by how many are before them.

Trino merges; what it makes of a comparator that contradicts itself depends on the steps that
it takes. Such a comparator is refused here, at run time, unless it does so only for equal
elements in a short array, which look the same either way.
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.array_functions import wrong
from local.athena.expression import Expr, raising
from local.athena.nested import let
from local.athena.nested_comparison import any_float
from local.athena.types import INTEGER

# Below this length Java's sort is one of insertions, which no comparator can break.
_INSERTED = 32


def sorted_by(items: Expr, compared: Callable[[str, str], str], p: str) -> str:
    """The array in the order of `compared(a, b)`, which is -1, 0 or 1. `p` starts its names."""
    bad = wrong("Lambda comparator must return either -1, 0, or 1", INTEGER)
    open_ = raising("NOT_SUPPORTED", "a comparator that contradicts itself", INTEGER)
    i, j = f"{p}i", f"{p}j"

    def body(x: str) -> str:
        answer = f"CAST({compared(f'{x}[{i}]', f'{x}[{j}]')} AS INTEGER)"
        alike = f"{i} = {j}"
        if not any_float(items.type):
            alike += f" OR (len({x}) < {_INSERTED} AND {x}[{i}] IS NOT DISTINCT FROM {x}[{j}])"
        row = (
            f"list_transform({_places(x)}, lambda {j}: CASE WHEN {alike} THEN 0 ELSE {answer} END)"
        )
        matrix = f"list_transform({_places(x)}, lambda {i}: {row})"
        return let([matrix], lambda m: let([_less(m, i, j)], lambda c: _placed(x, m, c)))

    def _placed(x: str, m: str, c: str) -> str:
        places = _places(x)
        known = f"coalesce({m}[{i}][{j}] IN (-1, 0, 1), FALSE)"
        sign = f"sign({c}[{i}] - {c}[{j}])"
        # `less` counts the elements before one, so it orders them as the comparator does.
        check = (
            f"(CASE WHEN NOT {known} THEN {bad} WHEN {m}[{i}][{j}] <> {sign} THEN {open_}"
            f" ELSE 0 END)"
        )
        checks = f"list_transform({places}, lambda {j}: {check})"
        checked = f"list_transform({places}, lambda {i}: list_sum({checks}))"
        keys = f"list_transform({places}, lambda {i}: struct_pack(c := {c}[{i}], i := {i}))"
        ordered = f"list_sort({keys}, 'ASC')"
        order = f"list_transform({ordered}, lambda {i}: {x}[struct_extract({i}, 'i')])"
        return f"(CASE WHEN coalesce(list_sum({checked}), 0) = 0 THEN {order} END)"

    return let([items.sql], body)


def _places(items: str) -> str:
    return f"range(1, len({items}) + 1)"


def _less(matrix: str, i: str, j: str) -> str:
    """Of each element, how many the comparator puts before it."""
    return f"list_transform({matrix}, lambda {i}: len(list_filter({i}, lambda {j}: {j} = 1)))"
