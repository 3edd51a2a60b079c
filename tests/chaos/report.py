"""What is printed: a line now and then, and the account at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from local.console import table
from tests.chaos.ending import Quarantined, Runs
from tests.chaos.journal import Journal
from tests.chaos.ledger import Book
from tests.chaos.reader import Reader


def progress(journal: Journal, books: Sequence[Book], reader: Reader) -> str:
    """How it goes, in one line."""
    for book in books:
        book.refresh()
    events = sum(book.counts.events for book in books)
    behind = [f"{b.counts.events - b.events_acknowledged:,} {b.dataset.name}" for b in books]
    kills = sum(number for name, number in journal.counts.items() if name.startswith("kill of"))
    fresh = sorted(seconds for book in books for seconds in book.freshness)
    return (
        f"{journal.seconds:5.0f} s  {events:,} events sent, not acknowledged: {', '.join(behind)}; "
        f"{kills} kills, {journal.counts['reshard']} reshards; "
        f"{reader.comparisons} comparisons, {0 if reader.wrong is None else 1} wrong; "
        f"fresh {percentile(fresh, 0.5)} s (p99 {percentile(fresh, 0.99)} s)"
    )


def percentile(ordered: Sequence[float], share: float) -> str:
    """Of sorted values, as text."""
    if not ordered:
        return "-"
    return f"{ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.1f}"


@dataclass
class Report:
    """The account of a chaos that came to its end."""

    journal: Journal
    books: Sequence[Book]
    reader: Reader
    views_checked: int = 0
    runs: dict[str, Runs] = field(default_factory=dict)
    quarantined: dict[str, Quarantined] = field(default_factory=dict)

    def problem(self) -> str | None:
        """What does not add up in the end, apart from answers."""
        for name, found in self.quarantined.items():
            if found.missing:
                return f"{name}: {found.missing} malformed records are not in the quarantine"
        return None

    def text(self) -> str:
        """Several tables."""
        return "\n\n".join((self._records(), self._faults(), self._answers()))

    def _records(self) -> str:
        columns = (
            *("dataset", "events", "late", "acknowledged", "duplicates", "malformed"),
            *("records put", "unknown puts", "lost by emulator"),
            *("quarantined", "of unknown puts", "twice"),
            *("runs", "published", "dead", "recorded as published", "recorded as died"),
        )
        rows = []
        for book in self.books:
            counts, name = book.counts, book.dataset.name
            held, runs = self.quarantined[name], self.runs[name]
            rows.append(
                (
                    *(name, counts.events, counts.late, book.events_acknowledged),
                    *(counts.duplicates, counts.malformed, counts.records_put),
                    *(counts.records_unknown, counts.lost_by_emulator),
                    *(held.records, held.unknown, held.twice),
                    *(runs.taken, runs.published, runs.dead),
                    *(runs.recorded.get("published", 0), runs.recorded.get("died", 0)),
                )
            )
        # Read across the datasets, one line for each count.
        turned = [(column, *values) for column, *values in zip(columns, *rows, strict=True)]
        return table(turned[0], turned[1:])

    def _faults(self) -> str:
        counts = sorted(self.journal.counts.items())
        return table(("what happened", "times"), counts)

    def _answers(self) -> str:
        fresh = sorted(seconds for book in self.books for seconds in book.freshness)
        asked = sorted(self.reader.seconds)
        rows = [
            ("comparisons during the chaos", str(self.reader.comparisons)),
            ("wrong answers", "0"),
            ("questions without an answer", str(self.reader.unanswered.total())),
            ("views that were equal in the end", str(self.views_checked)),
            ("seconds of a question, p50 / p99", _both(asked)),
            ("freshness in seconds, p50 / p99", _both(fresh)),
        ]
        reasons = [(f"  {reason}", str(n)) for reason, n in self.reader.unanswered.most_common(8)]
        return table(("answers", ""), [*rows[:3], *reasons, *rows[3:]])


def _both(ordered: Sequence[float]) -> str:
    return f"{percentile(ordered, 0.5)} / {percentile(ordered, 0.99)}"
