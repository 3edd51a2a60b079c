"""Rewriting files of an Iceberg table with Spark; see glue_jobs/rewriting.py for what it promises.

Iceberg makes a commit that meets an append again, over what was appended: ConflictError is raised
only if somebody changed the very files that are rewritten.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from glue_jobs.engine import EngineError, Table
from glue_jobs.spark_tables import SparkTables, each, guarded, name_of, told
from glue_jobs.table_layout import (
    MIN_FILES,
    MIN_RUNS,
    SPARK_CATALOG,
    TARGET_FILE_BYTES,
    is_small,
)


def compact(tables: SparkTables, table: Table) -> int:
    """Rewrite small files of partitions that have several. Returns how many files went."""
    options = {
        "min-input-files": MIN_FILES,
        "min-file-size-bytes": TARGET_FILE_BYTES // 2,
        "target-file-size-bytes": TARGET_FILE_BYTES,
        # Large files stay, whatever their size.
        "max-file-size-bytes": 2**62,
    }
    listed = ", ".join(f"'{name}', '{value}'" for name, value in options.items())
    sql = (
        f"CALL {SPARK_CATALOG}.system.rewrite_data_files("
        f"table => '{table.database}.{table.name}', options => map({listed}))"
    )
    with guarded(table):
        [row] = tables.spark.sql(sql).collect()
    return int(row["rewritten_data_files_count"])


def purge(tables: SparkTables, table: Table, runs: Collection[int]) -> int:
    """Delete the rows of runs, in one commit. Returns how many; nobody adds any to these runs."""
    doomed = tables.read(table).where(f.col(table.run_column).isin(list(runs)))
    count = int(told(doomed.count))
    if count:
        listed = ", ".join(map(str, sorted(runs)))
        with guarded(table):
            tables.spark.sql(f"DELETE FROM {name_of(table)} WHERE {table.run_column} IN ({listed})")
    return count


def mergeable_files(tables: SparkTables, table: Table, loaded: Any, *, at_most: int) -> list[Any]:
    """Small data files that hold no run above `at_most`, if those hold enough runs.

    `loaded` is the table as SparkTables.load gives it; all of a merge works on this one snapshot.
    """
    held = _runs_by_file(tables, table, loaded, at_most=at_most)
    with guarded(table):
        small = [file for file in _small_files(loaded) if file.path() in held]
        runs = {run for file in small for run in held[file.path()]}
    return small if len(runs) >= MIN_RUNS else []


def rows_of(tables: SparkTables, table: Table, loaded: Any, files: Sequence[Any]) -> DataFrame:
    """The rows of data files of `loaded`."""
    paths = [file.path() for file in files]
    return tables.read(table, loaded).where(f.col("_file").isin(paths))


def replace_files(
    tables: SparkTables, table: Table, loaded: Any, files: Sequence[Any], rows: DataFrame
) -> int:
    """Put `rows` in the place of those of `files`, in one commit. Returns how many files went.

    Raises ConflictError if one of them is not the table's any more, or lost rows meanwhile. That is
    looked for since `loaded`: without a start, Iceberg wants the table's history from its beginning
    and refuses if some of it is forgotten, as https://github.com/apache/iceberg/issues/2482 has it
    of another kind of commit.
    """
    with guarded(table):
        folder = f"{loaded.location()}/data/{uuid.uuid4().hex}"
        frame = tables.conformed(table, rows).coalesce(1)
        frame.write.option("compression", "zstd").parquet(folder)
        commit = loaded.newRewrite().validateFromSnapshot(loaded.currentSnapshot().snapshotId())
        for file in files:
            commit = commit.deleteFile(file)
        for file in _files_in(tables, loaded, folder):
            if not file.path().startswith(folder):
                raise EngineError(f"{file.path()} is not below {folder}")
            commit = commit.addFile(file)
        commit.commit()
    return len(files)


def _files_in(tables: SparkTables, loaded: Any, folder: str) -> Iterator[Any]:
    """The Parquet files in a folder as data files, with the metrics that their footers have."""
    util = tables.spark._jvm.org.apache.iceberg.data.TableMigrationUtil
    mapping = tables.iceberg.mapping.MappingUtil.create(loaded.schema())
    configuration = tables.spark._jsc.hadoopConfiguration()
    metrics = tables.iceberg.MetricsConfig.forTable(loaded)
    yield from each(
        util.listPartition({}, folder, "parquet", loaded.spec(), configuration, metrics, mapping)
    )


def _runs_by_file(
    tables: SparkTables, table: Table, loaded: Any, *, at_most: int
) -> dict[str, set[int]]:
    """The runs that each file holds, of the files that hold none above `at_most`."""
    run = f.col(table.run_column)
    found = tables.read(table, loaded).groupBy("_file").agg(f.collect_set(run), f.max(run))
    rows = told(lambda: found.where(f.col(found.columns[2]) <= at_most).collect())
    return {path: set(runs) for path, runs, _ in rows}


def _small_files(loaded: Any) -> Iterator[Any]:
    """Data files of the snapshot. Those with delete files stay as they are."""
    for task in each(loaded.newScan().planFiles()):
        if task.deletes().isEmpty() and is_small(int(task.file().fileSizeInBytes())):
            yield task.file()
