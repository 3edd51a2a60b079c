"""What a terminal shows while something takes long: one line on stderr that is written over."""

from __future__ import annotations

import sys
from types import TracebackType

_CLEAR = "\r\x1b[K"


class Progress:
    """Shows what is going on; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

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
        self._write(f"{text} …")

    def _write(self, text: str) -> None:
        if self._is_shown:
            sys.stderr.write(f"{_CLEAR}{text}")
            sys.stderr.flush()
