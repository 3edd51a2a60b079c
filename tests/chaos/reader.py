"""The reader: holds the serving views against what was acknowledged and sent, all the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.measures import quote
from tests.chaos.ledger import Book, Sums, Table, first_fault
from tests.chaos.stage import CALL_FAILED, Athena, QueryFailedError, Stage

_PAUSE_SECONDS = 0.2


class WrongAnswerError(Exception):
    """An answer is not what it must be; the message is the first difference."""


def question(dataset: Dataset, view: str) -> str:
    """All groups of a view by windows, as `answer_of` reads them."""
    return f"SELECT {_columns(dataset)} FROM {quote(view)}"


def answer_of(dataset: Dataset, rows: Sequence[Sequence[str]]) -> Table:
    """The groups of an answer. Raises WrongAnswerError if one is there twice."""
    keys = 1 + len(dataset.group_by)
    answer: Table = {}
    for row in rows:
        key, sums = tuple(row[:keys]), tuple(map(int, row[keys:]))
        if key in answer:
            raise WrongAnswerError(f"{dataset.name}: two rows for {key}: {answer[key]}, {sums}")
        answer[key] = sums
    return answer


def merged(*tables: Table) -> Table:
    """Groups of several views, summed."""
    total: dict[tuple[str, ...], Sums] = {}
    for table in tables:
        for key, sums in table.items():
            before = total.get(key, (0,) * len(sums))
            total[key] = tuple(a + b for a, b in zip(before, sums, strict=True))
    return total


def _columns(dataset: Dataset) -> str:
    names = ["window_start", *dataset.group_by, *(m.name for m in dataset.measures)]
    return ", ".join(map(quote, names))


@dataclass
class Reader:
    """Compares until the stage's stop; `wrong` is the first wrong answer."""

    stage: Stage
    books: Sequence[Book]
    comparisons: int = 0
    unanswered: Counter[str] = field(default_factory=Counter)
    wrong: str | None = None
    seconds: list[float] = field(default_factory=list)
    _reason: str = ""

    def run(self) -> None:
        """The reader's thread. A wrong answer ends the chaos."""
        athena = Athena(self.stage)
        while not self.stage.stop.is_set():
            for book in self.books:
                try:
                    self.compare(athena, book)
                except WrongAnswerError as error:
                    self.wrong = f"{error}\n{self.stage.journal.story()}"
                    self.stage.journal.note(f"WRONG: {error}")
                    self.stage.stop.set()
                    return
                except QueryFailedError as error:
                    self._note(f"the query failed: {error}")
                except CALL_FAILED as error:
                    self._note(type(error).__name__)
                self.stage.stop.wait(_PAUSE_SECONDS)

    def compare(self, athena: Athena, book: Book) -> None:
        """One answer of the serving view. Raises WrongAnswerError."""
        dataset = book.dataset
        lower = book.lower_bound()
        began = time.monotonic()
        rows = athena.ask(question(dataset, layout.serving_view(dataset.name)))
        ended = time.monotonic()
        answer = answer_of(dataset, rows)
        with book.lock:
            fault = first_fault(lower, answer, book.sent)
        if fault:
            raise WrongAnswerError(
                f"{dataset.name}: {fault} (asked for {ended - began:.1f} s, "
                f"until {self.stage.journal.seconds:.1f} s)"
            )
        self._reason = ""
        book.seen(answer, ended)
        self.comparisons += 1
        self.seconds.append(ended - began)

    def _note(self, reason: str) -> None:
        self.unanswered[reason[:200]] += 1
        if self._reason != reason:  # once in a row
            self.stage.journal.note(f"no answer: {reason}")
        self._reason = reason
