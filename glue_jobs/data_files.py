"""Data files of an Iceberg table, read and written in a few batches of memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import pyarrow_to_schema, schema_to_pyarrow
from pyiceberg.schema import Schema
from pyiceberg.table import Table as IcebergTable

from glue_jobs.table_layout import TARGET_FILE_BYTES

BATCH_ROWS = 64 * 1024
ROW_GROUP_ROWS = 2 * BATCH_ROWS


def read_file(table: IcebergTable, path: str, schema: Schema) -> Iterator[pa.RecordBatch]:
    """Rows of a data file, with those columns of `schema` that it has.

    A column is known by its id: its name may have been another's when the file was written.
    """
    names = {field.field_id: field.name for field in schema.fields}
    with table.io.new_input(path).open() as stream:
        file = pq.ParquetFile(stream, coerce_int96_timestamp_unit="us")
        stored = pyarrow_to_schema(file.schema_arrow, table.name_mapping())
        held = {
            field.name: names[field.field_id] for field in stored.fields if field.field_id in names
        }
        for batch in file.iter_batches(BATCH_ROWS, columns=list(held)):
            yield batch.rename_columns([held[name] for name in batch.schema.names])


def conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch with the columns of `schema`, by name: cast, and null where it has none.

    Raises ValueError if it has others.
    """
    unknown = set(batch.schema.names) - set(schema.names)
    if unknown:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    columns = [
        batch.column(field.name).cast(field.type)
        if field.name in batch.schema.names
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


class FileWriter:
    """Writes batches that are in partition order as Parquet data files of a table.

    One file is open at a time; it is closed when the partition changes or it is large enough.
    """

    def __init__(self, table: IcebergTable, partition: str | None) -> None:
        self._io = table.io
        self._root = f"{table.location().rstrip('/')}/data"
        self._schema = schema_to_pyarrow(table.schema(), include_field_ids=True)
        self._partition = partition
        self._open: tuple[Any, pq.ParquetWriter, Any] | None = None
        self._group: list[pa.RecordBatch] = []
        self._paths: list[str] = []
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch, as `conformed` makes it."""
        if not batch.num_rows:
            return
        batch = conformed(batch, self._schema)
        for value, part in self._parts(batch):
            self._write_part(value, part)
        self.rows += batch.num_rows

    def close(self) -> list[str]:
        """Close the last file. Returns where all files are."""
        if self._open:
            _, writer, stream = self._open
            with stream:
                self._write_group()
                writer.close()
            self._open = None
        return self._paths

    def _write_group(self) -> None:
        """Write what has gathered as one row group; batches as they come would be small ones."""
        if self._open and self._group:
            rows = pa.Table.from_batches(self._group)
            self._open[1].write_table(rows, row_group_size=rows.num_rows)
            self._group.clear()

    def _parts(self, batch: pa.RecordBatch) -> Iterator[tuple[Any, pa.RecordBatch]]:
        if self._partition is None:
            yield None, batch
            return
        column = batch.column(self._partition)
        for value in pc.unique(column):
            yield value.as_py(), batch.filter(pc.equal(column, value))

    def _write_part(self, value: Any, part: pa.RecordBatch) -> None:
        if self._open and (self._open[0] != value or self._open[2].tell() >= TARGET_FILE_BYTES):
            self.close()
        if not self._open:
            self._open = self._new_file(value)
        self._group.append(part)
        if sum(gathered.num_rows for gathered in self._group) >= ROW_GROUP_ROWS:
            self._write_group()

    def _new_file(self, value: Any) -> tuple[Any, pq.ParquetWriter, Any]:
        folder = f"{self._root}/{self._partition}={value}" if self._partition else self._root
        path = f"{folder}/{uuid.uuid4().hex}.parquet"
        stream = self._io.new_output(path).create()
        self._paths.append(path)
        writer = pq.ParquetWriter(
            stream, self._schema, compression="zstd", store_decimal_as_integer=True
        )
        return value, writer, stream
