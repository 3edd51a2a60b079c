"""The lines of a file or a pipe, as they come."""

from __future__ import annotations

import io
import select
from collections.abc import Iterator
from typing import Protocol

# A pipe that has been silent for this long lets what came before be sent, and a stop be seen.
IDLE_SECONDS = 0.2
MAX_LINE_BYTES = 16 * 1024 * 1024
_CHUNK = 256 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class SourceError(Exception):
    """A source cannot be read on; the message is one line that says where and why."""


class Readable(Protocol):
    """Bytes, read without waiting for more than there is (an unbuffered file, a BytesIO)."""

    def read(self, size: int, /) -> bytes | None: ...


def read_lines(stream: Readable, name: str) -> Iterator[bytes | None]:
    """The lines with their ends, the last one perhaps without; None when the stream is silent.

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
    while True:
        while not _is_ready(stream):
            yield None
        chunk = stream.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _is_ready(stream: Readable) -> bool:
    """Wait a moment until a read would return at once; what is no file always would."""
    if not isinstance(stream, io.FileIO):
        return True
    return bool(select.select([stream], [], [], IDLE_SECONDS)[0])
