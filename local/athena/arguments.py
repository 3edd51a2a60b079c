"""What every function's rule needs: a shape for rules, and checks of arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.types import Type

# (the function's name, its arguments) -> its value. Raises QueryFailure.
Rule = Callable[[str, list[Expr]], Expr]


@dataclass(frozen=True)
class Signature:
    """`sql` has {0}, {1}, ... where the arguments go, coerced to `parameters`."""

    parameters: tuple[Type, ...]
    result: Type
    sql: str


def unexpected(name: str, arguments: list[Expr]) -> QueryFailure:
    types = ", ".join(str(a.type) for a in arguments)
    if any(a.type.name == "char" for a in arguments):
        return not_supported(f"function {name} of {types}")
    return QueryFailure(
        "FUNCTION_NOT_FOUND", f"Unexpected parameters ({types}) for function {name}"
    )


def count_of(name: str, arguments: list[Expr], least: int, most: int | None = None) -> None:
    if not least <= len(arguments) <= (least if most is None else most):
        raise unexpected(name, arguments)


def argument_as(name: str, argument: Expr, to: Type) -> Expr:
    if str(argument.type) == str(to) and argument.type != to:
        raise not_supported(f"function {name} of several time zones")
    if not can_coerce(argument.type, to):
        raise unexpected(name, [argument])
    return coerce(argument, to)
