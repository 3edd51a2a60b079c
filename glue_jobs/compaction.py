"""Rewriting small files of an Iceberg table: rows unchanged, one commit, guarded by the snapshot.

Replaced files are not deleted: a query that planned before still reads them. Orphan removal is
another job's, and waits for days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table as IcebergTable

from glue_jobs.data_files import BATCH_ROWS, TARGET_FILE_BYTES, FileWriter

# A partition is rewritten when it has this many files that are smaller than half the target.
MIN_FILES = 4


def compact(table: IcebergTable, partition: str | None) -> int:
    """Rewrite the small files of each partition that has several. Returns how many were replaced.

    Raises ConflictError, with nothing changed, if somebody committed since `table` was loaded.
    """
    groups = _small_files(table)
    if not groups:
        return 0
    replaced = [file for group in groups for file in group]
    with table.transaction() as transaction:
        paths = [path for group in groups for path in _rewrite(table, partition, group)]
        with transaction.update_snapshot().overwrite() as snapshot:
            for file in replaced:
                snapshot.delete_data_file(file)
            for path in paths:
                new = parquet_file_to_data_file(table.io, table.metadata, path)
                snapshot.append_data_file(new)
    return len(replaced)


def expire(table: IcebergTable, *, before: datetime) -> None:
    """Forget snapshots older than `before`, but not the current one. Raises ConflictError."""
    if any(snapshot.timestamp_ms < before.timestamp() * 1000 for snapshot in table.snapshots()):
        table.maintenance.expire_snapshots().older_than(before).commit()


def _small_files(table: IcebergTable) -> list[list[DataFile]]:
    """Data files worth rewriting together, by partition; those with delete files stay."""
    by_partition: dict[Any, list[DataFile]] = defaultdict(list)
    for task in table.scan().plan_files():
        file = task.file
        if file.file_size_in_bytes < TARGET_FILE_BYTES // 2 and not task.delete_files:
            by_partition[file.spec_id, file.partition].append(file)
    return [files for files in by_partition.values() if len(files) >= MIN_FILES]


def _rewrite(table: IcebergTable, partition: str | None, files: Iterable[DataFile]) -> list[str]:
    writer = FileWriter(table, partition)
    names = [field.name for field in table.schema().fields]
    for file in files:
        with table.io.new_input(file.file_path).open() as stream:
            for batch in pq.ParquetFile(stream).iter_batches(BATCH_ROWS, columns=names):
                writer.write(batch.select(names))
    return writer.close()
