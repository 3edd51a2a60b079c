"""The embedded engine: DuckDB for SQL, pyiceberg for tables, pyarrow for files.

DuckDB fetches nothing itself. Files are streamed into it batch by batch and rows out of it into
data files, so memory is bounded by DuckDB's limit and a few batches, however many rows there are.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import sqlglot

from glue_jobs import rewriting, snapshots
from glue_jobs.data_files import BATCH_ROWS, FileWriter, conformed
from glue_jobs.engine import (
    Checkpoint,
    Columns,
    EngineError,
    ParquetObject,
    Snapshot,
    Table,
    no_checkpoint,
)
from glue_jobs.iceberg import Iceberg, batches
from glue_jobs.parquet_files import FETCHES, ParquetFiles
from glue_jobs.parts import MOST_PARTS, Numbering, Parts, by_hash, by_rank

# Of compressed files to one part: some hundred thousand rows, which DuckDB needs some hundred
# megabytes for.
PART_BYTES = 32 * 2**20


@dataclass(frozen=True)
class _Source:
    """Rows that a statement to come reads once; `size` is that of their files, if it matters."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    size: int = 0


class DuckDBEngine:
    """An Engine in this process. Its disk is a folder of its own, gone when it is closed."""

    def __init__(
        self,
        *,
        memory_limit: str = "768MB",
        threads: int | None = None,
        fetches: int = FETCHES,
        checkpoint: Checkpoint = no_checkpoint,
        iceberg: Iceberg | None = None,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lakehouse-run-"))
        self._iceberg = iceberg or Iceberg()
        self._files = ParquetFiles(self._iceberg.files, fetches, checkpoint)
        self._checkpoint = checkpoint
        self._sources: dict[str, _Source] = {}
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
        size = sum(one.size for one in objects)
        self._sources[name] = _Source(schema, self._files.batches(schema, objects), size)

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
        found = batches(loaded, table, columns, runs=runs, days=days)
        of_schema = (batch.select(columns).cast(schema) for batch in found)
        self._sources[name] = _Source(schema, of_schema)

    def store(self, name: str, sql: str) -> None:
        """As Engine.store."""
        sources, self._sources = self._sources, {}
        with self._registered(sources):
            self._execute(f"CREATE OR REPLACE TABLE {name} AS {to_duckdb(sql)}")

    def store_by_parts(
        self, name: str, steps: Sequence[tuple[str, str]], *, sources: Sequence[str], by: str
    ) -> int:
        """As Engine.store_by_parts."""
        taken = {source: self._sources.pop(source) for source in sources}
        size = sum(source.size for source in taken.values())
        count = min(1 + size // PART_BYTES, MOST_PARTS)
        numbering = by_hash(count)
        parts = {
            source: self._parts(found.schema, by=by, numbering=numbering, count=count)
            for source, found in taken.items()
        }
        read = sum(parts[source].write(found.batches) for source, found in taken.items())
        *before, (_, last) = [(step, to_duckdb(sql)) for step, sql in steps]
        for number in range(count):
            rows = {n: _Source(part.schema, part.read(number)) for n, part in parts.items()}
            with self._registered(rows):
                for step, sql in before:
                    self._execute(f"CREATE OR REPLACE TEMP TABLE {step} AS {sql}")
                into = f"INSERT INTO {name}" if number else f"CREATE OR REPLACE TABLE {name} AS"
                self._execute(f"{into} {last}")
            for part in parts.values():
                part.drop(number)
        for step, _ in before:
            self._execute(f"DROP TABLE {step}")
        return read

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """As Engine.rows."""
        return self._execute(to_duckdb(sql)).fetchall()

    def ensure_table(self, table: Table) -> None:
        """As Engine.ensure_table."""
        self._iceberg.ensure(table)

    def has_table(self, table: Table) -> bool:
        """As Engine.has_table."""
        return self._iceberg.has(table)

    def append(self, table: Table, sql: str) -> int:
        """As Engine.append."""
        rows = self._by_partition(table.partition, sql) if table.partition else self._stream(sql)
        return self._iceberg.append(table, rows)

    def compact(self, table: Table) -> int:
        """As Engine.compact."""
        return rewriting.compact(self._iceberg.load(table), table.partition)

    def purge(self, table: Table, runs: Collection[int]) -> int:
        """As Engine.purge."""
        return rewriting.purge(self._iceberg.load(table), table.partition, runs)

    def merge_runs(self, table: Table, name: str, sql: str, *, at_most: int) -> int:
        """As Engine.merge_runs."""
        loaded = self._iceberg.load(table)
        files = rewriting.mergeable_files(loaded, at_most=at_most)
        if not files:
            return 0
        schema = pa.schema([(column, type_.arrow()) for column, type_ in table.columns])
        rows = (conformed(batch, schema) for batch in rewriting.read_files(loaded, files))
        with self._registered({"files": _Source(schema, rows)}):
            self._execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM files")
        writer = FileWriter(loaded, table.partition)
        for batch in self._stream(sql):
            writer.write(batch)
        rewriting.replace_files(loaded, files, writer.close())
        return len(files)

    def snapshots(self, table: Table) -> list[Snapshot]:
        """As Engine.snapshots."""
        return snapshots.snapshots_of(self._iceberg.load(table))

    def forget(self, table: Table, ids: Collection[int]) -> None:
        """As Engine.forget."""
        snapshots.forget(self._iceberg.load(table), ids)

    def files(self, table: Table, *, without: Collection[int]) -> set[str]:
        """As Engine.files."""
        return snapshots.files_of(self._iceberg.load(table), without=without)

    def close(self) -> None:
        """As Engine.close."""
        self._duckdb.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._duckdb.execute(sql)
        except duckdb.Error as error:
            if self._failure:
                raise self._failure from None
            raise EngineError(str(error).partition("\n")[0]) from error

    def _stream(self, sql: str) -> pa.RecordBatchReader:
        return self._execute(to_duckdb(sql)).to_arrow_reader(BATCH_ROWS)

    def _by_partition(self, column: str, sql: str) -> Iterator[pa.RecordBatch]:
        """A query's rows, all of one partition before the next; in bounded memory, so unsorted."""
        distinct = f"SELECT DISTINCT {column} FROM ({sql}) AS found ORDER BY {column}"
        values = [value for (value,) in self.rows(distinct)]
        found = self._stream(sql)
        if len(values) < 2:
            yield from found
            return
        count = min(len(values), MOST_PARTS)
        numbering = by_rank(values, count)
        parts = self._parts(found.schema, by=column, numbering=numbering, count=count)
        parts.write(found)
        for number in range(count):
            for value in values[_ranks(number, count, len(values))]:
                for batch in parts.read(number):
                    yield batch.filter(pc.equal(batch.column(column), value))
            parts.drop(number)

    def _parts(self, schema: pa.Schema, *, by: str, numbering: Numbering, count: int) -> Parts:
        folder = Path(tempfile.mkdtemp(dir=self._folder)) / "parts"
        return Parts(folder, schema, by=by, numbering=numbering, count=count)

    @contextlib.contextmanager
    def _registered(self, sources: Mapping[str, _Source]) -> Iterator[None]:
        """Sources as tables of DuckDB, each to be scanned once."""
        for name, source in sources.items():
            watched = self._watched(source.batches)
            reader = pa.RecordBatchReader.from_batches(source.schema, watched)
            self._duckdb.register(name, reader)
        try:
            yield
        finally:
            for name in sources:
                self._duckdb.unregister(name)

    def _watched(self, found: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """DuckDB tells a failure of its source as text; `store` raises it as it was."""
        try:
            yield from found
        except GeneratorExit:
            raise  # nobody wants the rest
        except BaseException as failure:
            self._failure = failure
            raise


def _ranks(number: int, count: int, values: int) -> slice:
    """The ranks r of `values` values with r * count // values == number: see `by_rank`."""
    return slice(-(-number * values // count), -(-(number + 1) * values // count))


def to_duckdb(sql: str) -> str:
    """Athena's dialect as DuckDB's."""
    return sqlglot.transpile(sql, read="athena", write="duckdb")[0]
