"""Windows of event time: half-open, UTC, aligned to 1970-01-01.

A sliding window is kept as panes as long as its slide and put together when it is read, so an event
is never stored in more than one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Window:
    """`length`, and how far one window starts after the other (`slide`; the length if not given).

    Raises ValueError unless both are whole seconds and the length is a multiple of the slide.
    """

    length: timedelta
    slide: timedelta | None = None

    def __post_init__(self) -> None:
        for name, value in (("length", self.length), ("slide", self.slide or self.length)):
            if value <= timedelta() or value % timedelta(seconds=1):
                raise ValueError(f"window {name} {value}: use whole seconds, more than zero")
        if self.length % (self.slide or self.length):
            raise ValueError(
                f"window of {self.length} sliding by {self.slide}: "
                "make the length a multiple of the slide"
            )

    @property
    def pane_us(self) -> int:
        """The length of a pane, in microseconds."""
        return (self.slide or self.length) // timedelta(microseconds=1)

    @property
    def length_us(self) -> int:
        """The length of a window, in microseconds."""
        return self.length // timedelta(microseconds=1)

    @property
    def panes(self) -> int:
        """How many panes make a window; one where windows do not slide."""
        return self.length_us // self.pane_us


def parse_window(text: str) -> Window:
    """A window from text: `5m`, or `1h/15m` to slide by 15 minutes. Raises ValueError."""
    lengths = [re.fullmatch(r"([1-9]\d{0,6})([smhd])", part) for part in text.split("/")]
    if len(lengths) > 2 or None in lengths:
        raise ValueError(f"{text!r} is no window: write 5m, or 1h/15m to slide by 15 minutes")
    length, *slide = (
        timedelta(seconds=int(found[1]) * _UNITS[found[2]]) for found in lengths if found
    )
    return Window(length, *slide)


def window_text(window: Window) -> str:
    """A window as `parse_window` reads it."""
    length = f"{window.length_us // 1_000_000}s"
    return f"{length}/{window.pane_us // 1_000_000}s" if window.panes > 1 else length


def pane_of(event_us: int, window: Window) -> int:
    """The start of the pane that holds `event_us`, in microseconds since 1970."""
    return event_us - event_us % window.pane_us


def windows_of(pane_us: int, window: Window) -> Iterator[int]:
    """The starts of the windows that a pane belongs to, in microseconds, newest first."""
    return (pane_us - shift * window.pane_us for shift in range(window.panes))
