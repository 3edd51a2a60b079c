from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.workers.batches import (
    Batch,
    BatchLimits,
    RetryPolicy,
    after_failure,
    due_length,
    expired,
    first_failure,
)

from .fakes import ARRIVED_AT, numbers, patient, record

LIMITS = BatchLimits(records=3, payload_bytes=100, window_seconds=5)


def batch(*sequence_numbers: int, retries: int = 0) -> Batch:
    return Batch(tuple(record(number) for number in sequence_numbers), retries=retries)


@pytest.mark.parametrize(
    ("sizes", "waited", "length"),
    [
        ([], 99, 0),
        ([10, 10], 4.9, 0),
        ([10, 10], 5, 2),
        ([10, 10, 10], 0, 3),
        ([10, 10, 10, 10], 0, 3),
        ([60, 40], 0, 0),
        ([60, 41], 0, 1),
        ([101], 0, 0),
        ([101, 1], 0, 1),
    ],
)
def test_a_batch_is_due_by_count_payload_or_window(
    sizes: list[int], waited: float, length: int
) -> None:
    assert due_length(sizes, LIMITS, waited_seconds=waited) == length


@patient
@given(st.lists(st.integers(1, 60)), st.floats(0, 10))
def test_a_batch_keeps_its_limits(sizes: list[int], waited: float) -> None:
    length = due_length(sizes, LIMITS, waited_seconds=waited)
    assert length <= LIMITS.records
    assert sum(sizes[:length]) <= LIMITS.payload_bytes


def test_bisecting_splits_in_the_middle_and_is_no_retry() -> None:
    left, right = after_failure(batch(1, 2, 3), RetryPolicy(is_bisecting=True, maximum_retries=0))
    assert (numbers(left.records), numbers(right.records)) == ([1], [2, 3])
    assert (left.retries, right.retries, left.invocations) == (0, 0, 1)


def test_a_single_record_is_retried_until_the_retries_are_used_up() -> None:
    policy = RetryPolicy(is_bisecting=True, maximum_retries=2)
    (second,) = after_failure(batch(1), policy)
    (third,) = after_failure(second, policy)
    assert (second.retries, third.retries) == (1, 2)
    assert after_failure(third, policy) == ()


def test_without_a_limit_a_batch_is_retried_for_ever() -> None:
    (again,) = after_failure(batch(1, 2, retries=1_000_000), RetryPolicy())
    assert again.retries == 1_000_001


@pytest.mark.parametrize(
    ("body", "failed_at"),
    [
        (b"", None),
        (b"null", None),
        (b"{}", None),
        (b'{"batchItemFailures": null}', None),
        (b'{"batchItemFailures": []}', None),
        (b'{"batchItemFailures": [{"itemIdentifier": "%056d"}]}' % 2, 1),
        (
            b'{"batchItemFailures": [{"itemIdentifier": "%056d"}, {"itemIdentifier": "%056d"}]}'
            % (3, 2),
            1,
        ),
        (b'{"batchItemFailures": [{"itemIdentifier": ""}]}', 0),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', 0),
        (b'{"batchItemFailures": [{"wrong": "key"}]}', 0),
        (b'{"batchItemFailures": [{"itemIdentifier": "another batch\'s"}]}', 0),
    ],
)
def test_item_failures_name_the_first_record_to_retry(body: bytes, failed_at: int | None) -> None:
    assert first_failure(batch(1, 2, 3), body) == failed_at


def test_records_older_than_the_maximum_age_are_not_sent() -> None:
    records = [record(1, seconds=0), record(2, seconds=10), record(3, seconds=20)]
    now = ARRIVED_AT + timedelta(seconds=70)
    assert expired(records, RetryPolicy(maximum_age_seconds=60), now) == 1
    assert expired(records, RetryPolicy(), now) == 0
