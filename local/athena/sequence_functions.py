"""sequence: whole numbers, dates and timestamps from start to stop, both included.

Source: https://trino.io/docs/current/functions/array.html#sequence
"""

from __future__ import annotations

from collections.abc import Callable

from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.array_functions import if_known, wrong
from local.athena.casts import cast
from local.athena.coercion import common_type
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr
from local.athena.nested import each, let
from local.athena.types import BIGINT, DATE, DAY_INTERVAL, MONTH_INTERVAL, Type, array

_MOST = 10_000
_DAY_MILLIS = 86_400_000


def _sequence(name: str, arguments: list[Expr]) -> Expr:
    """Without a step, downwards by itself; at most 10,000 entries."""
    count_of(name, arguments, 2, 3)
    t = common_type(arguments[0].type, arguments[1].type)
    if t is not None and (t == DATE or t.is_timestamp):
        return _of_times(name, arguments, t)
    numbers = [argument_as(name, a, BIGINT).sql for a in arguments]
    return Expr(let(numbers, lambda *texts: _numbers(*texts)), array(BIGINT))


def _numbers(start: str, stop: str, step: str | None = None) -> str:
    by = step or f"(CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END)"
    guarded = _guarded(
        distance=f"(CAST({stop} AS HUGEINT) - {start})",
        by=by,
        series=f"generate_series({start}, {stop}, {by})",
        t=array(BIGINT),
    )
    return if_known([start, stop, by], guarded, array(BIGINT))


def _guarded(*, distance: str, by: str, series: str, t: Type) -> str:
    long = f"result of sequence function must not have more than {_MOST} entries"
    return (
        f"(CASE WHEN {by} = 0 THEN {wrong('step must not be zero', t)}"
        f" WHEN {distance} * sign({by}) < 0"
        f" THEN {wrong('sequence stop value should be in the direction of the step', t)}"
        f" WHEN {distance} // {by} >= {_MOST} THEN {wrong(long, t)} ELSE {series} END)"
    )


def _of_times(name: str, arguments: list[Expr], t: Type) -> Expr:
    if t.name == "timestamp with time zone":
        raise unexpected(name, arguments)
    start, stop = (cast(a, t).sql for a in arguments[:2])
    step = arguments[2] if len(arguments) == 3 else None
    if step is None and t != DATE:
        raise unexpected(name, arguments)
    if step is not None and step.type not in (DAY_INTERVAL, MONTH_INTERVAL):
        raise unexpected(name, arguments)
    if step is not None and not isinstance(step.literal, int):
        raise not_supported(f"function {name} with a step that is not a literal")
    if step is not None and step.type == MONTH_INTERVAL:
        months: int = step.literal
        return Expr(let([start, stop], lambda a, b: _by_months(a, b, months, t)), array(t))
    if t == DATE:
        days = _days(step)
        return Expr(let([start, stop], lambda a, b: _by_days(a, b, days)), array(t))
    micros = step.literal * 1000 if step is not None else 0
    if t.sizes[0] < 3 and micros % 10 ** (6 - t.sizes[0]):
        raise not_supported(f"function {name} of {t} in steps of milliseconds")
    return Expr(let([start, stop], lambda a, b: _by_micros(a, b, micros)), array(t))


def _days(step: Expr | None) -> int | None:
    if step is None:
        return None
    if step.literal % _DAY_MILLIS:
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            "sequence step must be a day interval if start and end values are dates",
        )
    return int(step.literal // _DAY_MILLIS)


def _by_days(start: str, stop: str, days: int | None) -> str:
    by = f"CAST({days} AS BIGINT)" if days is not None else None
    first, last = (f"CAST({x} - DATE '1970-01-01' AS BIGINT)" for x in (start, stop))
    return let(
        [first, last],
        lambda a, b: each(
            _numbers(a, b, by), lambda n: f"(DATE '1970-01-01' + CAST({n} AS INTEGER))"
        ),
    )


def _by_micros(start: str, stop: str, micros: int) -> str:
    first, last = f"epoch_us({start})", f"epoch_us({stop})"
    return let(
        [first, last],
        lambda a, b: each(
            _numbers(a, b, f"CAST({micros} AS BIGINT)"), lambda n: f"make_timestamp({n})"
        ),
    )


def _by_months(start: str, stop: str, months: int, t: Type) -> str:
    """Every entry is counted from the start: after 31 January and 28 February comes 31 March."""
    if months == 0:
        return if_known([start, stop], wrong("step must not be zero", array(t)), array(t))
    at = _adding(start, t)
    apart = f"abs(datediff('month', {start}, {stop}))"
    inside = "<=" if months > 0 else ">="
    steps = each(f"range({apart} // {abs(months)} + 1)", lambda i: at(f"{i} * {months}"))
    known = each(steps, lambda e: f"{e} {inside} {stop}", words="list_filter")
    guarded = _guarded(
        distance=f"CAST(datediff('month', {start}, {stop}) AS BIGINT)",
        by=f"CAST({months} AS BIGINT)",
        series=known,
        t=array(t),
    )
    wrong_way = wrong("sequence stop value should be in the direction of the step", array(t))
    sql = f"(CASE WHEN NOT {start} {inside} {stop} THEN {wrong_way} ELSE {guarded} END)"
    return if_known([start, stop], sql, array(t))


def _adding(start: str, t: Type) -> Callable[[str], str]:
    def at(months: str) -> str:
        moved = f"({start} + to_months(CAST({months} AS INTEGER)))"
        return f"CAST({moved} AS DATE)" if t == DATE else moved

    return at


RULES: dict[str, Rule] = {"sequence": _sequence}
