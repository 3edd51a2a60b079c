"""What happened when, and what is under way: for progress, and for the story of a wrong answer."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RECENT = 25


class Journal:
    """Notes with their seconds since the start, in a file and the last of them in memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._recent: deque[str] = deque(maxlen=_RECENT)
        self._active: list[str] = []
        self.counts: Counter[str] = Counter()

    def begin(self) -> None:
        """Count the seconds from now on."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def note(self, text: str, count: str = "") -> None:
        """Write a line; `count` names what there is one more of."""
        line = f"{self.seconds:7.1f} s  {text}"
        with self._lock:
            self._recent.append(line)
            self._file.write(line + "\n")
            self._file.flush()
            if count:
                self.counts[count] += 1

    @contextmanager
    def under_way(self, text: str) -> Iterator[None]:
        """Something takes its time."""
        self.note(f"{text}: begun")
        with self._lock:
            self._active.append(text)
        try:
            yield
        finally:
            with self._lock:
                self._active.remove(text)
            self.note(f"{text}: ended")

    def story(self) -> str:
        """What is under way, and what happened last."""
        with self._lock:
            active = ", ".join(self._active) or "nothing"
            return f"under way: {active}\nwhat happened before:\n  " + "\n  ".join(self._recent)
