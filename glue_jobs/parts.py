"""Rows split by the value of one column into files on local disk, so that each part fits in memory.

SQL over everything at once needs memory that grows with the rows. In 768 MB, DuckDB's wide GROUP BY
gave up at 5 million events; in 200 MB, its sort gave up at 20 million. Part by part it does not
matter how many rows there are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Open files bound the number of parts.
MOST_PARTS = 256

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Numbering = Callable[[pa.Array], Numbers]


def by_hash(count: int) -> Numbering:
    """Equal values to one of `count` parts, whatever they are."""
    # Opened when there are parts to tell apart; one thread keeps the order of a scan.
    connect = cache(lambda: duckdb.connect(config={"threads": 1}))

    def numbers(values: pa.Array) -> Numbers:
        hashing = connect()
        hashing.register("batch", pa.table({"value": values}))
        sql = f"SELECT CAST(hash(value) % {count} AS bigint) AS part FROM batch"
        found: Numbers = hashing.execute(sql).fetchnumpy()["part"]
        return found

    return numbers


def by_rank(known: Sequence[Any], count: int) -> Numbering:
    """The values in `known`, which are sorted, to `count` parts in that order."""

    def numbers(values: pa.Array) -> Numbers:
        ranks = pc.index_in(values, pa.array(known, values.type)).to_numpy(zero_copy_only=False)
        found: Numbers = ranks.astype(np.int64) * count // len(known)
        return found

    return numbers


class Parts:
    """`count` files of rows; `numbering` says by the column `by` which row is in which."""

    def __init__(
        self, folder: Path, schema: pa.Schema, *, by: str, numbering: Numbering, count: int
    ) -> None:
        folder.mkdir(parents=True)
        self.schema = schema
        self._files = [folder / f"{number}.arrows" for number in range(count)]
        self._by = by
        self._numbering = numbering

    def write(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Split these rows. To be called once. Returns how many there were."""
        count = 0
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with contextlib.ExitStack() as stack:
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
        """The rows of one part."""
        with pa.ipc.open_stream(self._files[number]) as reader:
            yield from reader

    def drop(self, number: int) -> None:
        """Give back the disk of one part."""
        self._files[number].unlink()

    def _split(self, batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        if len(self._files) == 1:
            yield 0, batch
            return
        numbers = self._numbering(batch.column(self._by))
        rows = batch.take(pa.array(np.argsort(numbers, kind="stable")))
        start = 0
        counts = np.bincount(numbers, minlength=len(self._files))
        for number, end in enumerate(np.cumsum(counts).tolist()):
            if end > start:
                yield number, rows.slice(start, end - start)
            start = end
