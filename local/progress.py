"""What a terminal shows while something takes long: one line on stderr that is written over."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_CLEAR = "\r\x1b[K"


class Progress:
    """Shows what is going on and for how long; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._started_at = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write("")

    def show(self, text: str) -> None:
        """Replace what is shown."""
        self._write(f"{text} ({time.monotonic() - self._started_at:.0f} s)")

    def _write(self, text: str) -> None:
        if self._is_shown:
            sys.stderr.write(f"{_CLEAR}{text}")
            sys.stderr.flush()
