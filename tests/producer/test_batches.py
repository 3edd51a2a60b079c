from hypothesis import given
from hypothesis import strategies as st

from producer.batches import MAX_CALL_BYTES, in_batches
from producer.records import MAX_RECORD_BYTES, Record
from tests.producer.fakes import records


def sized(*sizes):
    """Records that count as these many bytes, keys included."""
    return [Record(b"x" * (size - 1), "k") for size in sizes]


def batched(bursts, *, is_prompt=False):
    refused = []
    made = list(
        in_batches(bursts, refuse=lambda *refusal: refused.append(refusal), is_prompt=is_prompt)
    )
    return made, refused


def test_a_call_holds_500_records():
    made, _ = batched([sized(*[10] * 1203)])
    assert [len(batch) for batch in made] == [500, 500, 203]


def test_a_call_holds_5_mib_keys_included():
    made, _ = batched([sized(*[MAX_RECORD_BYTES] * 6)])
    assert [sum(record.size for record in batch) for batch in made] == [
        MAX_CALL_BYTES,
        MAX_RECORD_BYTES,
    ]


def test_keys_count_by_their_bytes():
    assert Record(b"12", "é").size == 4


def test_a_record_over_1_mib_is_refused_and_the_others_go():
    small, large, other = sized(10, MAX_RECORD_BYTES + 1, 20)
    made, refused = batched([[small, large, other]])
    assert made == [[small, other]]
    assert refused == [(large, "1,048,577 bytes; Kinesis takes 1,048,576")]


def test_a_prompt_batch_does_not_wait_for_the_next_burst():
    a, b, c = records("a", "b", "c")
    assert batched([[a, b], [c]], is_prompt=True)[0] == [[a, b], [c]]
    assert batched([[a, b], [c]])[0] == [[a, b, c]]


@given(
    st.lists(st.lists(st.integers(1, MAX_RECORD_BYTES + 2), max_size=12), max_size=6),
    st.booleans(),
)
def test_every_record_is_in_one_batch_in_order_or_refused(bursts, is_prompt):
    bursts = [[FakeRecord(size) for size in burst] for burst in bursts]
    made, refused = batched(bursts, is_prompt=is_prompt)
    fit = [r for burst in bursts for r in burst if r.size <= MAX_RECORD_BYTES]
    assert [record for batch in made for record in batch] == fit
    assert len(refused) == sum(map(len, bursts)) - len(fit)
    assert all(0 < sum(r.size for r in batch) <= MAX_CALL_BYTES for batch in made)


class FakeRecord:
    """A record of which only the size matters."""

    def __init__(self, size):
        self.size = size
