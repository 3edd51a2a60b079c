"""What the producer says on a terminal: log lines, and one line of progress that is drawn over."""

from __future__ import annotations

import logging
import time
from typing import TextIO

DRAW_SECONDS = 0.2
_CLEAR = "\r\x1b[K"


class Terminal(logging.StreamHandler[TextIO]):
    """A log handler that also draws progress, if its stream is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(logging.Formatter("%(levelname)s - %(message)s"))
        self._is_terminal = stream.isatty()
        self._started = self._drawn_at = time.monotonic()

    def draw(self, messages: int) -> None:
        """Show how many messages are delivered, and how fast, unless it was shown just now."""
        now = time.monotonic()
        if not self._is_terminal or now - self._drawn_at < DRAW_SECONDS:
            return
        self._drawn_at = now
        rate = messages / (now - self._started)
        self.acquire()
        try:
            self.stream.write(f"{_CLEAR}{messages:,} messages delivered, {rate:,.0f}/s ")
            self.stream.flush()
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        if self._is_terminal:
            self.stream.write(_CLEAR)
        super().emit(record)
