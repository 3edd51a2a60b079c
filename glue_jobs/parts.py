"""Rows split by a hash of one column into files on local disk, so that each part fits in memory.

Removing repeats by SQL over everything at once needs memory in proportion to the rows (DuckDB's
wide GROUP BY gave up at 5 million events in 768 MB); part by part it does not, whatever the sum.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa


class Parts:
    """`count` files of rows; equal values of the column `by` are in one of them."""

    def __init__(self, folder: Path, schema: pa.Schema, *, by: str, count: int) -> None:
        folder.mkdir()
        self.schema = schema
        self.count = count
        self._files = [folder / f"{number}.arrows" for number in range(count)]
        self._by = by
        self._hashing = duckdb.connect(config={"threads": 1})

    def write(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Split these rows. To be called once. Returns how many there were."""
        count = 0
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with contextlib.ExitStack() as stack:
            stack.callback(self._hashing.close)
            writers = [
                stack.enter_context(pa.ipc.new_stream(file, self.schema, options=options))
                for file in self._files
            ]
            for batch in batches:
                count += batch.num_rows
                for number, rows in self._split(batch):
                    writers[number].write_batch(rows)
        return count

    def read(self, number: int) -> Iterator[pa.RecordBatch]:
        """The rows of one part, which is then gone from disk."""
        with pa.ipc.open_stream(self._files[number]) as reader:
            yield from reader
        self._files[number].unlink()

    def _split(self, batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        if self.count == 1:
            yield 0, batch
            return
        numbers = self._numbers(batch)
        order = np.argsort(numbers, kind="stable")
        sorted_rows = batch.take(pa.array(order))
        ends = np.cumsum(np.bincount(numbers, minlength=self.count))
        start = 0
        for number, end in enumerate(ends.tolist()):
            if end > start:
                yield number, sorted_rows.slice(start, end - start)
            start = end

    def _numbers(self, batch: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The part of each row. DuckDB keeps the order of a scan with one thread."""
        self._hashing.register("batch", pa.table({"value": batch.column(self._by)}))
        sql = f"SELECT CAST(hash(value) % {self.count} AS bigint) AS part FROM batch"
        found: np.ndarray[tuple[int], np.dtype[np.int64]]
        found = self._hashing.execute(sql).fetchnumpy()["part"]
        return found
