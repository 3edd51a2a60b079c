"""Measures are monoids: their laws, and what they mean."""

from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakehouse.field_types import INT, decimal
from lakehouse.measures import Count, Max, Mean, Min, Sum

MEASURES = [Count(), Sum("x"), Min("x"), Max("x"), Mean("x")]
values = st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=20)


def stored(measure, given_values):
    """The stored values of a group, lifted one by one and merged from the left."""
    return tuple(
        reduce(column.merge, (column.lift(value) for value in given_values), column.zero)
        for column in measure.stored(INT)
    )


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
@given(left=values, right=values)
def test_merging_parts_is_measuring_the_whole(measure, left, right):
    merged = tuple(
        column.merge(a, b)
        for column, a, b in zip(
            measure.stored(INT), stored(measure, left), stored(measure, right), strict=True
        )
    )
    assert merged == stored(measure, left + right)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
@given(left=values, right=values)
def test_the_order_of_events_does_not_matter(measure, left, right):
    assert stored(measure, left + right) == stored(measure, right + left)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
@given(group=values)
def test_the_zero_changes_nothing(measure, group):
    for column, value in zip(measure.stored(INT), stored(measure, group), strict=True):
        assert column.merge(column.zero, value) == value
        assert column.merge(value, column.zero) == value


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [(Count(), 4), (Sum("x"), 6), (Min("x"), 1), (Max("x"), 3), (Mean("x"), 2.0)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_nulls_are_counted_as_events_and_skipped_as_values(measure, wanted):
    assert measure.result(stored(measure, [1, None, 2, 3])) == wanted


@pytest.mark.parametrize("measure", MEASURES[1:], ids=lambda m: m.name)
def test_a_measure_of_no_values_is_null(measure):
    assert measure.result(stored(measure, [None])) is None


def test_the_mean_of_decimals_is_one_division_of_exact_numbers():
    measure = Mean("x")
    total, count = measure.stored(decimal(10, 2))
    cents = [Decimal("0.10")] * 3
    merged = (
        reduce(total.merge, map(total.lift, cents), total.zero),
        reduce(count.merge, map(count.lift, cents), count.zero),
    )
    assert merged == (Decimal("0.30"), 3)
    assert measure.result(merged) == 0.3 / 3
