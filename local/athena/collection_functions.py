"""Functions of arrays, maps and rows.

Source: https://trino.io/docs/current/functions/array.html and `map`
"""

from __future__ import annotations

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure
from local.athena.expression import Expr, can_coerce, coerce, raising, unify
from local.athena.types import BIGINT, BOOLEAN, UNKNOWN, Type, array


def _sequence(name: str, arguments: list[Expr]) -> Expr:
    """From start to stop, both included, downwards by itself; at most 10,000 entries."""
    count_of(name, arguments, 2, 3)
    numbers = [argument_as(name, a, BIGINT).sql for a in arguments]
    start, stop = numbers[:2]
    step = numbers[2] if len(numbers) == 3 else f"(CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END)"
    result = array(BIGINT)
    wrong = raising(
        "INVALID_FUNCTION_ARGUMENT",
        "sequence stop value should be in the direction of the step",
        result.element,
    )
    long = raising(
        "INVALID_FUNCTION_ARGUMENT",
        "result of sequence function must not have more than 10000 entries",
        result.element,
    )
    return Expr(
        f"(CASE WHEN {step} = 0 OR ({stop} - {start}) * sign({step}) < 0 THEN [{wrong}]"
        f" WHEN ({stop} - {start}) // {step} >= 10000 THEN [{long}]"
        f" ELSE generate_series({start}, {stop}, {step}) END)",
        result,
    )


def _cardinality(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    t = arguments[0].type
    if t.name not in ("array", "map"):
        raise unexpected(name, arguments)
    words = "len" if t.name == "array" else "cardinality"
    return Expr(f"CAST({words}({arguments[0].sql}) AS BIGINT)", BIGINT)


def _contains(name: str, arguments: list[Expr]) -> Expr:
    """Null when the value is not found among values of which one is null."""
    count_of(name, arguments, 2)
    t = arguments[0].type
    if t.name != "array" or not can_coerce(arguments[1].type, t.element) or t.element.is_float:
        raise unexpected(name, arguments)
    items, value = arguments[0].sql, coerce(arguments[1], t.element).sql
    found = f"list_contains({items}, {value})"
    has_null = f"len(list_filter({items}, lambda x: x IS NULL)) > 0"
    return Expr(
        f"(CASE WHEN {items} IS NULL OR {value} IS NULL THEN NULL WHEN {found} THEN TRUE"
        f" WHEN {has_null} THEN NULL ELSE FALSE END)",
        BOOLEAN,
    )


def _element_at(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    container, key = arguments
    if container.type.name == "map":
        wanted = argument_as(name, key, container.type.parts[0][1])
        return Expr(f"{container.sql}[{wanted.sql}]", container.type.parts[1][1])
    if container.type.name != "array":
        raise unexpected(name, arguments)
    index = argument_as(name, key, BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1", BIGINT)
    guarded = f"(CASE WHEN {index} = 0 THEN {failing} ELSE {index} END)"
    return Expr(f"{container.sql}[{guarded}]", container.type.element)


def subscript(container: Expr, key: Expr) -> Expr:
    """container[key]: unlike element_at, what is not there fails the query."""
    if container.type.name == "array":
        index = argument_as("[]", key, BIGINT).sql
        failing = raising("INVALID_FUNCTION_ARGUMENT", "Array subscript is out of bounds", BIGINT)
        outside = f"{index} < 1 OR {index} > len({container.sql})"
        guarded = f"(CASE WHEN {outside} THEN {failing} ELSE {index} END)"
        return Expr(f"{container.sql}[{guarded}]", container.type.element)
    if container.type.name == "map":
        wanted = argument_as("[]", key, container.type.parts[0][1])
        failing = raising("INVALID_FUNCTION_ARGUMENT", "Key not present in map", wanted.type)
        known = f"map_contains({container.sql}, {wanted.sql})"
        guarded = f"(CASE WHEN NOT {known} THEN {failing} ELSE {wanted.sql} END)"
        return Expr(f"{container.sql}[{guarded}]", container.type.parts[1][1])
    raise QueryFailure("TYPE_MISMATCH", f"Cannot apply operator: {container.type}[{key.type}]")


def _map_side(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    t = arguments[0].type
    if t.name != "map":
        raise unexpected(name, arguments)
    return Expr(f"{name}({arguments[0].sql})", array(t.parts[0 if name == "map_keys" else 1][1]))


def _map(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    if any(a.type.name != "array" for a in arguments):
        raise unexpected(name, arguments)
    keys, values = arguments
    parts = ((None, keys.type.element), (None, values.type.element))
    return Expr(f"map({keys.sql}, {values.sql})", Type("map", parts=parts))


def build_array(elements: list[Expr]) -> Expr:
    if not elements:
        return Expr("[]", array(UNKNOWN))
    same, element = unify(elements, "All ARRAY elements")
    return Expr(f"[{', '.join(e.sql for e in same)}]", array(element))


def _row(_name: str, arguments: list[Expr]) -> Expr:
    fields = ", ".join(f"field{i} := {e.sql}" for i, e in enumerate(arguments))
    return Expr(
        f"struct_pack({fields})", Type("row", parts=tuple((None, e.type) for e in arguments))
    )


RULES: dict[str, Rule] = {
    "sequence": _sequence,
    "cardinality": _cardinality,
    "contains": _contains,
    "element_at": _element_at,
    "map": _map,
    "map_keys": _map_side,
    "map_values": _map_side,
    "row": _row,
}
