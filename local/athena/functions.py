"""The scalar functions that are known to be the same as Athena's, each with its words in DuckDB.

A function that is not here is refused. A row of `_SIGNATURES` is enough where DuckDB has an
equal one; what needs a look at its arguments is a rule. Both are compared with a real Trino
by `tests/athena` through recorded answers.
Source: https://trino.io/docs/current/functions.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.athena import time_functions
from local.athena.casts import cast
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce, null_of, raising, text, unify
from local.athena.operators import arithmetic, compare
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    REAL,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
)

Rule = Callable[[str, list[Expr]], Expr]


@dataclass(frozen=True)
class Signature:
    """`sql` has {0}, {1}, ... where the arguments go, coerced to `parameters`."""

    parameters: tuple[Type, ...]
    result: Type
    sql: str


# What Java and Trino hold to be white space; DuckDB's trim() knows the blank alone.
_SPACES = "".join(
    map(chr, (9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2028, 0x2029, 0x205F, 0x3000,
              *range(0x2000, 0x2007), *range(0x2008, 0x200B)))
)  # fmt: skip
_BLANKS = text(_SPACES)

_SIGNATURES: dict[str, tuple[Signature, ...]] = {
    "lower": (Signature((VARCHAR,), VARCHAR, "lower({0})"),),
    # Java leaves ß as it is, DuckDB makes a capital of it: a noncharacter stands in for it.
    "upper": (
        Signature(
            (VARCHAR,), VARCHAR, "replace(upper(replace({0}, 'ß', '\ufdd0')), '\ufdd0', 'ß')"
        ),
    ),
    "length": (
        Signature((VARCHAR,), BIGINT, "CAST(length({0}) AS BIGINT)"),
        Signature((VARBINARY,), BIGINT, "CAST(octet_length({0}) AS BIGINT)"),
    ),
    "trim": (Signature((VARCHAR,), VARCHAR, f"trim({{0}}, {_BLANKS})"),),
    "ltrim": (Signature((VARCHAR,), VARCHAR, f"ltrim({{0}}, {_BLANKS})"),),
    "rtrim": (Signature((VARCHAR,), VARCHAR, f"rtrim({{0}}, {_BLANKS})"),),
    "starts_with": (Signature((VARCHAR, VARCHAR), BOOLEAN, "starts_with({0}, {1})"),),
    "strpos": (Signature((VARCHAR, VARCHAR), BIGINT, "CAST(strpos({0}, {1}) AS BIGINT)"),),
    "to_utf8": (Signature((VARCHAR,), VARBINARY, "encode({0})"),),
    "to_hex": (Signature((VARBINARY,), VARCHAR, "hex({0})"),),
    "md5": (Signature((VARBINARY,), VARBINARY, "unhex(md5({0}))"),),
    "sha256": (Signature((VARBINARY,), VARBINARY, "unhex(sha256({0}))"),),
    "sqrt": (
        Signature(
            (DOUBLE,), DOUBLE, "(CASE WHEN {0} < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt({0}) END)"
        ),
    ),
    "is_nan": (Signature((DOUBLE,), BOOLEAN, "isnan({0})"),),
    "is_finite": (Signature((DOUBLE,), BOOLEAN, "isfinite({0})"),),
    "is_infinite": (Signature((DOUBLE,), BOOLEAN, "isinf({0})"),),
    "nan": (Signature((), DOUBLE, "CAST('nan' AS DOUBLE)"),),
    "infinity": (Signature((), DOUBLE, "CAST('inf' AS DOUBLE)"),),
    "bitwise_and": (Signature((BIGINT, BIGINT), BIGINT, "({0} & {1})"),),
    "bitwise_or": (Signature((BIGINT, BIGINT), BIGINT, "({0} | {1})"),),
    "bitwise_xor": (Signature((BIGINT, BIGINT), BIGINT, "xor({0}, {1})"),),
}


def call(name: str, arguments: list[Expr]) -> Expr:
    """The scalar function `name` of `arguments`, or a QueryFailure that says why not."""
    rule = _RULES.get(name)
    if rule is not None:
        return rule(name, arguments)
    signatures = _SIGNATURES.get(name)
    if signatures is None:
        raise not_supported(f"function {name}")
    for signature in signatures:
        if _fits(signature, arguments):
            pairs = zip(arguments, signature.parameters, strict=True)
            texts = [coerce(argument, to).sql for argument, to in pairs]
            return Expr(signature.sql.format(*texts), signature.result)
    raise unexpected(name, arguments)


def is_known(name: str) -> bool:
    return name in _RULES or name in _SIGNATURES


def _fits(signature: Signature, arguments: list[Expr]) -> bool:
    return len(arguments) == len(signature.parameters) and all(
        can_coerce(argument.type, to)
        for argument, to in zip(arguments, signature.parameters, strict=True)
    )


def unexpected(name: str, arguments: list[Expr]) -> QueryFailure:
    types = ", ".join(str(a.type) for a in arguments)
    return QueryFailure(
        "FUNCTION_NOT_FOUND", f"Unexpected parameters ({types}) for function {name}"
    )


def count_of(name: str, arguments: list[Expr], least: int, most: int | None = None) -> None:
    if not least <= len(arguments) <= (least if most is None else most):
        raise unexpected(name, arguments)


def _as(name: str, argument: Expr, to: Type) -> Expr:
    if not can_coerce(argument.type, to):
        raise unexpected(name, [argument])
    return coerce(argument, to)


# ---------------------------------------------------------------- conditions


def _coalesce(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 10**6)
    same, result = unify(arguments, "All COALESCE operands")
    return Expr(f"coalesce({', '.join(e.sql for e in same)})", result)


def _nullif(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    first, second = arguments
    equal = compare("=", first, second)
    return Expr(f"(CASE WHEN {equal} THEN {null_of(first.type)} ELSE {first.sql} END)", first.type)


def _extreme(symbol: str) -> Rule:
    """greatest and least are null when any argument is; DuckDB's skip nulls."""

    def rule(name: str, arguments: list[Expr]) -> Expr:
        count_of(name, arguments, 1, 127)
        same, result = unify(arguments, f"All {name} arguments")
        if result.is_float or result.parts:
            raise not_supported(f"function {name} of {result}")
        texts = [e.sql for e in same]
        any_null = " OR ".join(f"{sql} IS NULL" for sql in texts)
        return Expr(
            f"(CASE WHEN {any_null} THEN {null_of(result)} ELSE {symbol}({', '.join(texts)}) END)",
            result,
        )

    return rule


def _try(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(f"TRY({arguments[0].sql})", arguments[0].type)


def _typeof(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(text(str(arguments[0].type)), VARCHAR)


# ---------------------------------------------------------------- text


def _concat(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 127)
    if any(not a.type.is_text for a in arguments):
        raise unexpected(name, arguments)
    return Expr(f"({' || '.join(a.sql for a in arguments)})", VARCHAR)


def _substr(name: str, arguments: list[Expr]) -> Expr:
    """A start of 0, or before the text's begin, gives '' on Trino; DuckDB clips it."""
    count_of(name, arguments, 2, 3)
    source = _as(name, arguments[0], VARCHAR).sql
    numbers = [_as(name, a, BIGINT).sql for a in arguments[1:]]
    cut = f"substring({', '.join([source, *numbers])})"
    empty = f"{numbers[0]} = 0 OR {numbers[0]} < -length({source})"
    if len(numbers) == 2:
        empty += f" OR {numbers[1]} <= 0"
    has_null = " OR ".join(f"{n} IS NULL" for n in [source, *numbers])
    return Expr(
        f"(CASE WHEN {has_null} THEN {null_of(VARCHAR)} WHEN {empty} THEN '' ELSE {cut} END)",
        VARCHAR,
    )


def _replace(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    _need_text(name, arguments[1])
    texts = [_as(name, a, VARCHAR).sql for a in arguments]
    return Expr(f"replace({', '.join([*texts, text('')][:3])})", VARCHAR)


def _pad(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    _need_text(name, arguments[2])
    source, size = _as(name, arguments[0], VARCHAR).sql, _as(name, arguments[1], BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Target length must be in the range", VARCHAR)
    return Expr(
        f"(CASE WHEN {size} < 0 OR {size} > 2147483647 THEN {failing}"
        f" ELSE {name}({source}, CAST({size} AS INTEGER), {arguments[2].sql}) END)",
        VARCHAR,
    )


def _split(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    _need_text(name, arguments[1])
    source = _as(name, arguments[0], VARCHAR).sql
    return Expr(f"string_split({source}, {arguments[1].sql})", array(VARCHAR))


def _split_part(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    index = arguments[2].literal
    if not isinstance(index, int) or index < 1:
        raise not_supported("split_part with an index that is not a literal from 1")
    return Expr(f"{_split(name, arguments[:2]).sql}[{index}]", VARCHAR)


def _need_text(name: str, argument: Expr) -> None:
    if not isinstance(argument.literal, str) or not argument.literal:
        raise not_supported(f"function {name} with a pattern that is not a literal text")


# ---------------------------------------------------------------- numbers


def _mod(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2)
    return arithmetic("%", *arguments)


def _abs(name: str, arguments: list[Expr]) -> Expr:
    return Expr(f"abs({_number(name, arguments).sql})", arguments[0].type)


def _sign(name: str, arguments: list[Expr]) -> Expr:
    t = _number(name, arguments).type
    if not t.is_integer:
        raise not_supported(f"function {name} of {t}")
    return cast(Expr(f"CAST(sign({arguments[0].sql}) AS INTEGER)", INTEGER), t)


def _whole(name: str, arguments: list[Expr]) -> Expr:
    """ceiling and floor keep the type, but for a decimal's scale."""
    e = _number(name, arguments)
    words = "floor" if name == "floor" else "ceil"
    if e.type.is_integer:
        return e
    if e.type.name == "decimal":
        precision, scale = e.type.sizes
        result = decimal(min(38, precision - scale + min(scale, 1)), 0)
        return Expr(f"CAST({words}({e.sql}) AS DECIMAL({result.sizes[0]},0))", result)
    return Expr(f"{words}({e.sql})", e.type)


def _round(name: str, arguments: list[Expr]) -> Expr:
    """Half away from zero. Beyond 2^63 scaled, Trino saturates; such a value is refused here."""
    count_of(name, arguments, 1, 2)
    e = _number(name, arguments[:1])
    if e.type.is_integer and len(arguments) == 1:
        return e
    digits = arguments[1].literal if len(arguments) == 2 else 0
    if e.type not in (DOUBLE,) or not isinstance(digits, int) or not 0 <= digits <= 15:
        raise not_supported(f"function {name} of {', '.join(str(a.type) for a in arguments)}")
    failing = raising("NOT_SUPPORTED", "round of so great a number", DOUBLE)
    scaled = f"(CASE WHEN abs({e.sql}) * 1e{digits} >= 9e18 AND isfinite({e.sql})"
    if digits == 0:
        return Expr(f"{scaled} THEN {failing} ELSE round({e.sql}) END)", DOUBLE)
    return Expr(
        f"{scaled} THEN {failing} ELSE round({e.sql} * 1e{digits}) / 1e{digits} END)", DOUBLE
    )


def _truncate(name: str, arguments: list[Expr]) -> Expr:
    if _number(name, arguments).type not in (DOUBLE, REAL):
        raise not_supported(f"function {name} of {arguments[0].type}")
    return Expr(f"trunc({arguments[0].sql})", arguments[0].type)


def _number(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if not arguments[0].type.is_number:
        raise unexpected(name, arguments)
    return arguments[0]


# ---------------------------------------------------------------- arrays and maps


def _sequence(name: str, arguments: list[Expr]) -> Expr:
    """From start to stop, both included, downwards by itself; at most 10,000 entries."""
    count_of(name, arguments, 2, 3)
    numbers = [_as(name, a, BIGINT).sql for a in arguments]
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
        wanted = _as(name, key, container.type.parts[0][1])
        return Expr(f"{container.sql}[{wanted.sql}]", container.type.parts[1][1])
    if container.type.name != "array":
        raise unexpected(name, arguments)
    index = _as(name, key, BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "SQL array indices start at 1", BIGINT)
    guarded = f"(CASE WHEN {index} = 0 THEN {failing} ELSE {index} END)"
    return Expr(f"{container.sql}[{guarded}]", container.type.element)


def subscript(container: Expr, key: Expr) -> Expr:
    """container[key]: unlike element_at, what is not there fails the query."""
    if container.type.name == "array":
        index = _as("[]", key, BIGINT).sql
        failing = raising("INVALID_FUNCTION_ARGUMENT", "Array subscript is out of bounds", BIGINT)
        outside = f"{index} < 1 OR {index} > len({container.sql})"
        guarded = f"(CASE WHEN {outside} THEN {failing} ELSE {index} END)"
        return Expr(f"{container.sql}[{guarded}]", container.type.element)
    if container.type.name == "map":
        wanted = _as("[]", key, container.type.parts[0][1])
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


_RULES: dict[str, Rule] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "try": _try,
    "typeof": _typeof,
    "concat": _concat,
    "substr": _substr,
    "substring": _substr,
    "replace": _replace,
    "lpad": _pad,
    "rpad": _pad,
    "split": _split,
    "split_part": _split_part,
    "mod": _mod,
    "abs": _abs,
    "sign": _sign,
    "ceil": _whole,
    "ceiling": _whole,
    "floor": _whole,
    "round": _round,
    "truncate": _truncate,
    "sequence": _sequence,
    "cardinality": _cardinality,
    "contains": _contains,
    "element_at": _element_at,
    "map": _map,
    "map_keys": _map_side,
    "map_values": _map_side,
    "row": _row,
    **time_functions.RULES,
}
