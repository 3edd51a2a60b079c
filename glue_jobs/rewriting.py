"""Rewriting files of an Iceberg table: one commit, guarded by the snapshot that was read.

Replaced files are not deleted: a query that planned before still reads them (glue_jobs/expiry.py
removes them, days later). Every function here raises ConflictError, with nothing changed, if
somebody committed since the table was loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.conversions import from_bytes
from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table as IcebergTable
from pyiceberg.types import LongType

from glue_jobs.data_files import FileWriter, read_file
from glue_jobs.table_layout import MIN_FILES, MIN_RUNS, is_small

_RUN = "_run"


def compact(table: IcebergTable, partition: str | None) -> int:
    """Rewrite the small files of each partition that has several. Returns how many were replaced.

    Rows are unchanged.
    """
    by_partition = _by_partition(_small_files(table))
    groups = [files for files in by_partition if len(files) >= MIN_FILES]
    replaced = [file for group in groups for file in group]
    if replaced:
        paths = [path for group in groups for path in _rewrite(table, partition, group)]
        replace_files(table, replaced, paths)
    return len(replaced)


def purge(table: IcebergTable, partition: str | None, runs: Collection[int]) -> int:
    """Delete the rows of runs. Returns how many."""
    doomed = set(runs)
    held = [file for file in _live_files(table) if doomed & runs_in(table, file)]
    if not held:
        return 0
    kept: list[str] = []
    rows = 0
    for group in _by_partition(held):
        mixed = [file for file in group if runs_in(table, file) - doomed]
        kept += _rewrite(table, partition, mixed, without=doomed)
        rows += sum(_count(table, file, doomed) for file in group)
    replace_files(table, held, kept)
    return rows


def mergeable_files(table: IcebergTable, *, at_most: int) -> list[DataFile]:
    """Small files that hold no run above `at_most`, if those hold enough runs to be merged."""
    small = _small_files(table)
    held = {file.file_path: runs_in(table, file) for file in small}
    files = [file for file in small if max(held[file.file_path], default=0) <= at_most]
    runs = {run for file in files for run in held[file.file_path]}
    return files if len(runs) >= MIN_RUNS else []


def replace_files(table: IcebergTable, files: Iterable[DataFile], paths: Iterable[str]) -> None:
    """Put the data files at `paths` in the place of `files`, in one commit."""
    with table.transaction() as transaction, transaction.update_snapshot().overwrite() as snapshot:
        for file in files:
            snapshot.delete_data_file(file)
        for path in paths:
            snapshot.append_data_file(parquet_file_to_data_file(table.io, table.metadata, path))


def runs_in(table: IcebergTable, file: DataFile) -> frozenset[int]:
    """The runs whose rows a file holds: by its bounds if they say so, else by reading them."""
    field = table.schema().find_field(_RUN).field_id
    low, high = (file.lower_bounds or {}).get(field), (file.upper_bounds or {}).get(field)
    if low is not None and low == high:
        return frozenset((int(from_bytes(LongType(), low)),))
    return frozenset(run for batch in _read_runs(table, file) for run in set(batch))


def read_files(table: IcebergTable, files: Iterable[DataFile]) -> Iterator[pa.RecordBatch]:
    """All rows of data files, with the table's columns, but for those that they are older than."""
    for file in files:
        yield from read_file(table, file.file_path, table.schema())


def _live_files(table: IcebergTable) -> list[DataFile]:
    """The files of the current snapshot. Those with delete files stay as they are."""
    return [task.file for task in table.scan().plan_files() if not task.delete_files]


def _small_files(table: IcebergTable) -> list[DataFile]:
    return [file for file in _live_files(table) if is_small(file.file_size_in_bytes)]


def _by_partition(files: Iterable[DataFile]) -> list[list[DataFile]]:
    groups: dict[Any, list[DataFile]] = defaultdict(list)
    for file in files:
        groups[file.spec_id, file.partition].append(file)
    return list(groups.values())


def _rewrite(
    table: IcebergTable,
    partition: str | None,
    files: Iterable[DataFile],
    *,
    without: Collection[int] = (),
) -> list[str]:
    writer = FileWriter(table, partition)
    doomed = pa.array(sorted(without), pa.int64())
    for batch in read_files(table, files):
        keep = pc.invert(pc.is_in(batch.column(_RUN), doomed)) if without else None
        writer.write(batch if keep is None else batch.filter(keep))
    return writer.close()


def _count(table: IcebergTable, file: DataFile, runs: Collection[int]) -> int:
    return sum(run in runs for batch in _read_runs(table, file) for run in batch)


def _read_runs(table: IcebergTable, file: DataFile) -> Iterator[list[int]]:
    for batch in read_file(table, file.file_path, table.schema().select(_RUN)):
        yield batch.column(_RUN).to_pylist()
