"""Parquet files as batches of one schema: small ones fetched several at once, large ones streamed.

A lake has many small speed objects, where waiting costs most, and few large raw ones, which must
not be in memory whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io import FileIO

from glue_jobs.data_files import BATCH_ROWS
from glue_jobs.engine import Checkpoint, EngineError, ParquetObject, no_checkpoint

# Files of up to this size are fetched whole, several at once; larger ones are streamed.
SMALL_FILE_BYTES = 4 * 2**20
FETCHES = 8


@dataclass(frozen=True)
class ParquetFiles:
    """Reads Parquet files, `fetches` small ones at a time."""

    files: FileIO
    fetches: int = FETCHES
    checkpoint: Checkpoint = no_checkpoint

    def batches(
        self, schema: pa.Schema, objects: Sequence[ParquetObject]
    ) -> Iterator[pa.RecordBatch]:
        """All rows of the objects. Raises FileNotFoundError; EngineError for what is no Parquet.

        Columns are found by name; those that a file lacks are null.
        """
        for table in self._fetched(schema, [one for one in objects if _is_small(one)]):
            yield from table.to_batches(BATCH_ROWS)
        for one in objects:
            if not _is_small(one):
                self.checkpoint(f"read {one.uri}")
                yield from self._stream(schema, one.uri)

    def _fetched(self, schema: pa.Schema, objects: Sequence[ParquetObject]) -> Iterator[pa.Table]:
        """Each file whole, in order, at most `fetches` ahead of who takes them."""

        def fetch(one: ParquetObject) -> pa.Table:
            self.checkpoint(f"read {one.uri}")
            return pa.Table.from_batches(self._stream(schema, one.uri), schema)

        if self.fetches == 1:
            yield from map(fetch, objects)
            return
        with ThreadPoolExecutor(self.fetches) as pool:
            ahead = deque(pool.submit(fetch, one) for one in objects[: self.fetches])
            following = iter(objects[self.fetches :])
            while ahead:
                table = ahead.popleft().result()
                if (one := next(following, None)) is not None:
                    ahead.append(pool.submit(fetch, one))
                yield table

    def _stream(self, schema: pa.Schema, uri: str) -> Iterator[pa.RecordBatch]:
        try:
            with self.files.new_input(uri).open() as stream:
                # Firehose writes timestamps as INT96, which pyarrow would read as nanoseconds.
                file = pq.ParquetFile(stream, coerce_int96_timestamp_unit="us")
                present = [name for name in schema.names if name in file.schema_arrow.names]
                for batch in file.iter_batches(BATCH_ROWS, columns=present):
                    yield _as_schema(batch, schema)
        except pa.ArrowException as error:
            raise EngineError(f"{uri} is not Parquet of this dataset: {error}") from error


def _is_small(one: ParquetObject) -> bool:
    return one.size <= SMALL_FILE_BYTES


def _as_schema(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The columns of `schema` by name: cast without loss, null where the file has none."""
    present = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type)
        if field.name in present
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
