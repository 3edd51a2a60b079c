"""Aggregates of statistics: variances, covariances, moments and means.

DuckDB fails where a variance is not finite and gives the sample's skewness; Trino answers NaN,
and gives the population's. The last digits of a sum of doubles depend on the order of its rows,
in both. Source: https://trino.io/docs/current/functions/aggregate.html#statistical-aggregate-functions
"""

from __future__ import annotations

from local.athena.arguments import count_of, unexpected
from local.athena.casts import cast
from local.athena.expression import Expr, can_coerce, coerce
from local.athena.shapes import Rule, Shape
from local.athena.types import BIGINT, DOUBLE, REAL, UNKNOWN, Type, duckdb_type

_NAN = "CAST('nan' AS DOUBLE)"


def _double(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if not can_coerce(arguments[0].type, DOUBLE):
        raise unexpected(name, arguments)
    return coerce(arguments[0], DOUBLE)


def _spread(words: str) -> Rule:
    """A variance or a deviation: NaN as soon as a value is not finite."""

    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        sql = _double(name, arguments).sql
        finite = shape(words, f"CASE WHEN isfinite({sql}) THEN {sql} END")
        return Expr(_nan_if(shape("bool_or", f"NOT isfinite({sql})"), finite), DOUBLE)

    return rule


def _nan_if(condition: str, otherwise: str) -> str:
    return f"(CASE WHEN {condition} THEN {_NAN} ELSE {otherwise} END)"


def _moments(shape: Shape, sql: str, least: int, formula: str) -> str:
    """`formula` of n and of the sums m2, m3 and m4 of powers of the distances from the mean."""
    values = f"list_filter({shape('list', sql)}, lambda v: v IS NOT NULL)"
    sums = ", ".join(
        f"m{k} := list_sum(list_transform(l, lambda v: pow(v - list_avg(l), {k})))"
        for k in (2, 3, 4)
    )
    made = f"list_transform([{values}], lambda l: struct_pack(n := CAST(len(l) AS DOUBLE), {sums}))"
    answer = f"CASE WHEN s.n >= {least} THEN {formula} END"
    return f"list_extract(list_transform({made}, lambda s: {answer}), 1)"


def _skewness(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    sql = _double(name, arguments).sql
    return Expr(_moments(shape, sql, 3, "sqrt(s.n) * s.m3 / pow(s.m2, 1.5)"), DOUBLE)


def _kurtosis(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """The sample's excess over a normal distribution's."""
    sql = _double(name, arguments).sql
    formula = (
        "(s.n - 1) * s.n * (s.n + 1) / ((s.n - 2) * (s.n - 3)) * s.m4 / (s.m2 * s.m2)"
        " - 3 * ((s.n - 1) * (s.n - 1)) / ((s.n - 2) * (s.n - 3))"
    )
    return Expr(_moments(shape, sql, 4, formula), DOUBLE)


def _geometric_mean(name: str, arguments: list[Expr], shape: Shape) -> Expr:
    """Of whole numbers and doubles a double, of anything else a real."""
    count_of(name, arguments, 1)
    t = arguments[0].type
    if not t.is_number and t != UNKNOWN:
        raise unexpected(name, arguments)
    result = REAL if t == REAL or t.name == "decimal" else DOUBLE
    sql = cast(coerce(arguments[0], result), DOUBLE).sql
    logarithm = (
        f"(CASE WHEN {sql} > 0 THEN ln({sql}) WHEN {sql} = 0 THEN CAST('-inf' AS DOUBLE)"
        f" WHEN {sql} IS NOT NULL THEN {_NAN} END)"
    )
    return cast(Expr(f"exp({shape('avg', logarithm)})", DOUBLE), result)


def _pair(formula: str) -> Rule:
    """A function of two columns: of doubles if there is one among them, else of reals.

    `formula` is of the aggregates {n}, {cov} and the variances {x} and {y}, of those rows in
    which neither is null.
    """

    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 2)
        if not all(can_coerce(e.type, DOUBLE) for e in arguments):
            raise unexpected(name, arguments)
        result = _precision_of(arguments)
        y, x = (cast(coerce(e, result), DOUBLE).sql for e in arguments)
        finite = f"isfinite({x}) AND isfinite({y})"
        mine, theirs = (f"CASE WHEN {finite} THEN {sql} END" for sql in (y, x))
        value = formula.format(
            n=shape("count", f"CASE WHEN {finite} THEN 1 END"),
            cov=shape("covar_pop", f"{mine}, {theirs}"),
            x=shape("var_pop", theirs),
            y=shape("var_pop", mine),
            mean_x=shape("avg", theirs),
            mean_y=shape("avg", mine),
        )
        odd = "CAST(NULL AS DOUBLE)" if name in _FINITE else _NAN
        any_odd = shape("bool_or", f"NOT ({finite})")
        sql = f"(CASE WHEN {any_odd} THEN {odd} ELSE {value} END)"
        return cast(Expr(sql, DOUBLE), result)

    return rule


def _precision_of(arguments: list[Expr]) -> Type:
    return DOUBLE if any(e.type == DOUBLE for e in arguments) else REAL


# Null instead of NaN.
_FINITE = ("corr", "regr_slope", "regr_intercept")


def _bits(words: str) -> Rule:
    def rule(name: str, arguments: list[Expr], shape: Shape) -> Expr:
        count_of(name, arguments, 1)
        if not can_coerce(arguments[0].type, BIGINT):
            raise unexpected(name, arguments)
        inner = coerce(arguments[0], BIGINT).sql
        return Expr(f"CAST({shape(words, inner)} AS {duckdb_type(BIGINT)})", BIGINT)

    return rule


STATISTICS: dict[str, Rule] = {
    "stddev": _spread("stddev_samp"),
    "stddev_samp": _spread("stddev_samp"),
    "stddev_pop": _spread("stddev_pop"),
    "variance": _spread("var_samp"),
    "var_samp": _spread("var_samp"),
    "var_pop": _spread("var_pop"),
    "skewness": _skewness,
    "kurtosis": _kurtosis,
    "geometric_mean": _geometric_mean,
    "covar_pop": _pair("{cov}"),
    "covar_samp": _pair("(CASE WHEN {n} > 1 THEN {cov} * {n} / ({n} - 1) END)"),
    "corr": _pair("(CASE WHEN {x} > 0 AND {y} > 0 THEN {cov} / (sqrt({x}) * sqrt({y})) END)"),
    "regr_slope": _pair("(CASE WHEN {x} > 0 THEN {cov} / {x} END)"),
    "regr_intercept": _pair("(CASE WHEN {x} > 0 THEN {mean_y} - {cov} / {x} * {mean_x} END)"),
    "bitwise_and_agg": _bits("bit_and"),
    "bitwise_or_agg": _bits("bit_or"),
    "bitwise_xor_agg": _bits("bit_xor"),
}
