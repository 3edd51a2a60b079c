"""The embedded engine: DuckDB for SQL, pyiceberg for tables, pyarrow for files.

DuckDB fetches nothing itself. Files are streamed into it batch by batch and rows out of it into
data files, so memory is bounded by DuckDB's limit and a few batches, however many rows there are.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot

from glue_jobs.compaction import compact, expire
from glue_jobs.engine import (
    Checkpoint,
    Columns,
    EngineError,
    ParquetObject,
    Table,
    no_checkpoint,
)
from glue_jobs.iceberg import BATCH_ROWS, Iceberg, batches

# Files of up to this size are fetched whole, several at once; larger ones are streamed.
SMALL_FILE_BYTES = 4 * 2**20
FETCHES = 8


class DuckDBEngine:
    """An Engine in this process. Its disk is a folder of its own, gone when it is closed."""

    def __init__(
        self,
        *,
        memory_limit: str = "768MB",
        threads: int | None = None,
        fetches: int = FETCHES,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lakehouse-run-"))
        self._iceberg = Iceberg()
        self._fetches = fetches
        self._checkpoint = checkpoint
        self._sources: list[str] = []
        self._failure: BaseException | None = None
        settings: dict[str, Any] = {
            "memory_limit": memory_limit,
            "temp_directory": str(self._folder / "spill"),
            "preserve_insertion_order": False,
            # Neither extensions nor settings may come from outside.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads:
            settings["threads"] = threads
        self._duckdb = duckdb.connect(str(self._folder / "run.duckdb"), config=settings)
        self._duckdb.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")

    def read_parquet(self, name: str, columns: Columns, objects: Sequence[ParquetObject]) -> None:
        """As Engine.read_parquet."""
        schema = pa.schema([(column, type_.arrow()) for column, type_ in columns])
        self._register(name, schema, self._file_batches(schema, objects))

    def read_table(
        self,
        name: str,
        table: Table,
        columns: Sequence[str],
        *,
        runs: tuple[int, int],
        days: Iterable[date] | None = None,
    ) -> None:
        """As Engine.read_table; the snapshot is taken here."""
        loaded = self._iceberg.load(table)
        self._checkpoint(f"snapshot of {table.name}")
        types = dict(table.columns)
        schema = pa.schema([(column, types[column].arrow()) for column in columns])
        found = batches(loaded, columns, runs=runs, days=days, partition=table.partition)
        self._register(name, schema, (batch.select(columns).cast(schema) for batch in found))

    def store(self, name: str, sql: str) -> None:
        """As Engine.store."""
        try:
            self._duckdb.execute(f"CREATE OR REPLACE TABLE {name} AS {to_duckdb(sql)}")
        except duckdb.Error as error:
            if self._failure:
                raise self._failure from None
            raise EngineError(f"{name}: {error}") from error
        finally:
            for source in self._sources:
                self._duckdb.unregister(source)
            self._sources.clear()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """As Engine.rows."""
        return self._duckdb.execute(to_duckdb(sql)).fetchall()

    def ensure_table(self, table: Table) -> None:
        """As Engine.ensure_table."""
        self._iceberg.ensure(table)

    def append(self, table: Table, sql: str) -> int:
        """As Engine.append."""
        found = self._duckdb.execute(to_duckdb(sql)).to_arrow_reader(BATCH_ROWS)
        return self._iceberg.append(table, found)

    def compact(self, table: Table) -> int:
        """As Engine.compact."""
        return compact(self._iceberg.load(table), table.partition)

    def expire(self, table: Table, *, before: datetime) -> None:
        """As Engine.expire."""
        expire(self._iceberg.load(table), before=before)

    def close(self) -> None:
        """As Engine.close."""
        self._duckdb.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _register(self, name: str, schema: pa.Schema, found: Iterator[pa.RecordBatch]) -> None:
        reader = pa.RecordBatchReader.from_batches(schema, self._watched(found))
        self._duckdb.register(name, reader)
        self._sources.append(name)

    def _watched(self, found: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """DuckDB tells a failure of its source as text; `store` raises it as it was."""
        try:
            yield from found
        except BaseException as failure:
            self._failure = failure
            raise

    def _file_batches(
        self, schema: pa.Schema, objects: Sequence[ParquetObject]
    ) -> Iterator[pa.RecordBatch]:
        small = [one for one in objects if one.size <= SMALL_FILE_BYTES]
        for table in _in_order(self._read_whole(schema), small, threads=self._fetches):
            yield from table.to_batches(BATCH_ROWS)
        for one in objects:
            if one.size > SMALL_FILE_BYTES:
                self._checkpoint(f"read {one.uri}")
                yield from self._stream(schema, one.uri)

    def _read_whole(self, schema: pa.Schema) -> Callable[[ParquetObject], pa.Table]:
        def read(one: ParquetObject) -> pa.Table:
            self._checkpoint(f"read {one.uri}")
            return pa.Table.from_batches(self._stream(schema, one.uri), schema)

        return read

    def _stream(self, schema: pa.Schema, uri: str) -> Iterator[pa.RecordBatch]:
        with self._iceberg.files.new_input(uri).open() as stream:
            # Firehose writes timestamps as INT96, which pyarrow would read as nanoseconds.
            file = pq.ParquetFile(stream, coerce_int96_timestamp_unit="us")
            present = [name for name in schema.names if name in file.schema_arrow.names]
            for batch in file.iter_batches(BATCH_ROWS, columns=present):
                yield _as_schema(batch, schema)


def to_duckdb(sql: str) -> str:
    """Athena's dialect as DuckDB's."""
    return sqlglot.transpile(sql, read="athena", write="duckdb")[0]


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


def _in_order(
    read: Callable[[ParquetObject], pa.Table], objects: Sequence[ParquetObject], *, threads: int
) -> Iterator[pa.Table]:
    """`read` of each object, in order, at most `threads` ahead of who takes them."""
    if threads == 1:
        yield from map(read, objects)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead = [pool.submit(read, one) for one in objects[:threads]]
        following = iter(objects[threads:])
        while ahead:
            table = ahead.pop(0).result()
            ahead.extend(pool.submit(read, one) for one in _at_most_one(following))
            yield table


def _at_most_one(objects: Iterator[ParquetObject]) -> list[ParquetObject]:
    one = next(objects, None)
    return [] if one is None else [one]
