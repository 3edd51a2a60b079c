"""The events that Kinesis has acknowledged, as JSON lines: what a lake must answer for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from lakehouse.dataset import Dataset
from lakehouse.events import Event, decoder
from producer.plan import PlanError
from producer.records import Record

_CHUNK = 64 * 1024


class GroundTruth:
    """Appends one JSON object per distinct event to a file, after its acknowledgement.

    An object has the fields that analysts may read, as the shared decoder reads them from the
    bytes that were sent, and `_event_us`; decimals are text, times ISO 8601. Every write goes to
    the file at once, so whenever the producer dies, the file holds only what was acknowledged; it
    may lack what was acknowledged in the last moment. A file that exists is continued, and a last
    line that a kill left unfinished is taken off first.

    Real records may hold an event several times: with `is_repeating`, what the file has is
    remembered (some 200 bytes an event) and left out.
    """

    def __init__(self, path: Path, dataset: Dataset, *, is_repeating: bool = False) -> None:
        """Opens the file. Raises OSError, or PlanError if the file holds something else."""
        self._decode = decoder(dataset)
        self._id_index = [field.name for field in dataset.fields].index(dataset.event_id)
        self._columns = [
            (field.name, index) for index, field in enumerate(dataset.fields) if not field.personal
        ]
        self._encode = msgspec.json.Encoder().encode_lines
        row_start = b'{"%s":' % self._columns[0][0].encode()
        _cut_unfinished_line(path, row_start=row_start)
        self._written = _identities(path, dataset.event_id) if is_repeating else None
        self._file = path.open("ab", buffering=0)

    def write(self, records: Iterable[Record]) -> None:
        """Write the events of these records, each acknowledged for the first time now."""
        rows = []
        for record in records:
            event = self._decode(record.data)
            if isinstance(event, Event) and self._is_new(event):
                row = {name: event.values[index] for name, index in self._columns}
                rows.append({**row, "_event_us": event.event_us})
        if rows:
            self._write_all(self._encode(rows))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> GroundTruth:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _is_new(self, event: Event) -> bool:
        if self._written is None:
            return True
        identity = (event.values[self._id_index], event.event_us)
        is_new = identity not in self._written
        self._written.add(identity)
        return is_new

    def _write_all(self, data: bytes) -> None:
        # An unbuffered file may take less than it is given.
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]


def _identities(path: Path, event_id: str) -> set[tuple[object, int]]:
    """The events that a ground truth holds. Raises PlanError if it is none."""
    if not path.is_file():
        return set()
    row = msgspec.defstruct(
        "Row",
        [("id", str | int), ("event_us", int)],
        rename={"id": event_id, "event_us": "_event_us"},
    )
    decode = msgspec.json.Decoder(row).decode
    try:
        with path.open("rb") as file:
            return {msgspec.structs.astuple(decode(line)) for line in file}
    except msgspec.DecodeError as error:
        raise _not_ground_truth(path) from error


def _cut_unfinished_line(path: Path, *, row_start: bytes) -> None:
    """Take off what follows the last newline of a file, if it is there.

    Raises PlanError if that is not the start of a row: then the file is somebody else's.
    """
    if not path.is_file():
        return
    with path.open("rb+") as file:
        end = _after_last_newline(file)
        file.seek(end)
        if not row_start.startswith(file.read(len(row_start))):
            raise _not_ground_truth(path)
        file.truncate(end)


def _after_last_newline(file: BinaryIO) -> int:
    """Where the last line that has no end begins, in bytes."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _CHUNK)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _not_ground_truth(path: Path) -> PlanError:
    return PlanError(f"{path} is not a ground truth of this dataset: name another file")
