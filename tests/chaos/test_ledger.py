"""The chaos's own account: what it takes for acknowledged, and which answers it calls wrong."""

import os

import pytest

from lakehouse.datasets import get_dataset
from local.workers.checkpoints import Checkpoints
from tests.chaos.kills import DOOR, FUNCTION, JOB, WORKERS, Process, processes, victims
from tests.chaos.ledger import Book, Item, Reading, first_fault
from tests.chaos.reader import WrongAnswerError, answer_of

A, B = ("2026-11-20 10:00:00.000", "Active"), ("2026-11-20 10:00:00.000", "Canceled")


@pytest.mark.parametrize(
    ("lower", "answer", "upper", "fault"),
    [
        ({}, {}, {}, None),
        ({A: (1, 5)}, {A: (1, 5)}, {A: (1, 5)}, None),
        ({A: (1, 5)}, {A: (2, 9)}, {A: (3, 9), B: (1, 1)}, None),
        ({}, {A: (1, 5)}, {A: (1, 5)}, None),
        ({A: (1, 5)}, {}, {A: (1, 5)}, f"{A} is missing, (1, 5) is acknowledged"),
        ({}, {B: (1, 5)}, {A: (1, 5)}, f"{B} was never sent, the answer is (1, 5)"),
        (
            {A: (1, 5)},
            {A: (2, 4)},
            {A: (2, 9)},
            f"{A}: acknowledged (1, 5), the answer (2, 4), sent (2, 9)",
        ),
        (
            {},
            {A: (3, 9)},
            {A: (2, 9)},
            f"{A}: acknowledged (0, 0), the answer (3, 9), sent (2, 9)",
        ),
    ],
)
def test_an_answer_lies_between_what_is_acknowledged_and_what_is_sent(lower, answer, upper, fault):
    assert first_fault(lower, answer, upper) == fault


def test_a_group_that_is_there_twice_is_wrong():
    rows = [[*A, "1"], [*A, "1"]]
    with pytest.raises(WrongAnswerError, match="two rows"):
        answer_of(get_dataset("customers"), rows)


def test_an_event_is_read_as_the_views_show_it():
    data = (
        b'{"uuid": "u1", "event_date": "2026-11-20T10:59:59Z", "status": "Active",'
        b' "name": "A", "last_name": "B", "email": "c", "phone": "1"}'
    )
    assert Reading(get_dataset("customers"))(data) == (A, (1,))


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path)


@pytest.fixture
def book(checkpoints):
    """Two events and a malformed record on one shard, at 10, 20 and 30; the first again at 40."""
    book = Book(get_dataset("customers"), checkpoints)
    first, second = Item(b"1", "1", key=A, sums=(1,)), Item(b"2", "2", key=B, sums=(1,))
    for item in (first, second):
        book.send(item)
    for place, item in (("10", first), ("20", second), ("30", Item(b"", "")), ("40", first)):
        book.put(item, "shard", place, is_marker=False)
    return book


def test_what_is_through_the_checkpoint_is_acknowledged(book, checkpoints):
    assert book.lower_bound() == {}
    checkpoints.write("shard", "15")
    assert book.lower_bound() == {A: (1,)}
    checkpoints.write("shard", "40")
    assert book.lower_bound() == book.sent == {A: (1,), B: (1,)}
    assert book.waiting() == {}


def test_a_frozen_book_takes_nothing_for_acknowledged(book, checkpoints):
    book.freeze(is_frozen=True)
    checkpoints.write("shard", "40")
    assert book.lower_bound() == {}


def test_what_the_emulator_lost_is_put_again_unless_it_is_acknowledged(book, checkpoints):
    checkpoints.write("shard", "10")
    book.refresh()
    lost = book.lose("shard", [20, 30, 40])
    assert [item.data for item in lost] == [b"2", b""]
    assert (book.counts.lost_by_emulator, book.malformed_at, book.waiting()) == (3, set(), {})


def test_the_victims_are_the_regions_own_and_never_ministack():
    python = "/venv/bin/python"
    listed = [
        Process(1, 0, f"{python} -m local.daemon /home/region"),
        Process(2, 1, f"{python} -m local.child hypercorn ministack.app:app"),
        Process(3, 1, f"{python} -m local.child local.door /home/region 5 /tmp/ministack.sock"),
        Process(4, 1, f"{python} -m local.child local.workers --endpoint-url http://"),
        Process(5, 2, f"{python} /tmp/ministack-lambda-speed/_worker.py"),
        Process(6, 3, f"{python} -m local.child job_script --dataset tweets"),
        Process(7, 0, f"{python} -m local.child local.workers of another region"),
    ]
    assert victims(listed, daemon=1) == {DOOR: [3], JOB: [6], WORKERS: [4], FUNCTION: [5]}


def test_a_process_is_listed_with_its_whole_command_however_narrow_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    [me] = [each for each in processes() if each.pid == os.getpid()]
    assert "pytest" in me.command or "python" in me.command
    assert len(me.command) > 20
