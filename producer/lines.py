"""The lines of a file or a pipe, as they come."""

from __future__ import annotations

import io
import select
import time
from collections.abc import Iterator
from typing import Protocol

# What came in this time may wait for more, so that batches fill; then it is to be sent.
LINGER_SECONDS = 0.2
MAX_LINE_BYTES = 16 * 1024 * 1024
_CHUNK = 256 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class SourceError(Exception):
    """A source cannot be read on; the message is one line that says where and why."""


class Readable(Protocol):
    """Bytes, read without waiting for more than there is (an unbuffered file, a BytesIO)."""

    def read(self, size: int, /) -> bytes | None: ...


def read_lines(stream: Readable, name: str) -> Iterator[bytes | None]:
    """The lines with their ends, the last one perhaps without.

    A None comes several times a second, however slow the stream is: send what you have by then.
    Raises SourceError if a line is longer than 16 MiB, sixteen times what Kinesis takes.
    """
    rest = b""
    is_first = True
    for chunk in _chunks(stream):
        if chunk is None:
            yield None
            continue
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise SourceError(f"{name}: a line of more than 16 MiB; put one record on each line")
        for line in lines:
            yield (line.removeprefix(_BYTE_ORDER_MARK) if is_first else line) + b"\n"
            is_first = False
    if rest:
        yield rest.removeprefix(_BYTE_ORDER_MARK) if is_first else rest


def _chunks(stream: Readable) -> Iterator[bytes | None]:
    paused_at = time.monotonic()
    while True:
        if _is_ready(stream):
            chunk = stream.read(_CHUNK)
            if not chunk:
                return
            yield chunk
        if time.monotonic() - paused_at >= LINGER_SECONDS:
            yield None
            paused_at = time.monotonic()


def _is_ready(stream: Readable) -> bool:
    """Whether a read returns at once; waits a moment for that. What is no file is always ready."""
    if not isinstance(stream, io.FileIO):
        return True
    return bool(select.select([stream], [], [], LINGER_SECONDS)[0])
