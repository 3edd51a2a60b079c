"""What the demo shows in a terminal: lines, bars and tables as plain text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

_BAR = 40  # characters of the longest bar


class Console:
    """Writes lines to stdout as they happen."""

    def say(self, text: str) -> None:
        """A line, or several."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def detail(self, text: str) -> None:
        """A line below the last one that was said."""
        self.say(f"  {text}")

    def exact(self, text: str) -> None:
        """A comparison without a difference."""
        self.say(f"  = {text}")


def bars(values: Sequence[tuple[str, int]]) -> str:
    """A horizontal bar for each (label, value), the longest for the largest value."""
    if not values:
        return "(nothing to show)"
    width = max(len(label) for label, _ in values)
    largest = max(max(value for _, value in values), 1)
    return "\n".join(
        f"{label:<{width}}  {'█' * round(_BAR * value / largest)} {value:,}"
        for label, value in values
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows under their columns' names; numbers to the right, null as an empty cell."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numbers = [
        bool(rows) and all(isinstance(row[i], int | float | None) for row in rows)
        for i in range(len(columns))
    ]
    lines = [columns, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
