"""Iceberg tables in the Glue catalog through Spark and Iceberg's own Java API.

A commit that meets another is made again by Iceberg with the same files, and one whose answer is
lost is looked up by its metadata file, so nothing is appended twice:
https://iceberg.apache.org/docs/1.10.0/reliability/
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession, types
from pyspark.sql import functions as f
from pyspark.sql.types import DataType, DecimalType, TimestampNTZType

from glue_jobs.engine import AppendError, ConflictError, EngineError, Snapshot, Table
from glue_jobs.table_layout import MIN_FILES, MIN_RUNS, TARGET_FILE_BYTES, is_small, properties
from lakehouse.field_types import FieldType

CATALOG = "glue_catalog"
# Marks the snapshot of an append, so that its rows can be counted whoever commits meanwhile.
_APPEND = "lakehouse.append"
_TYPES: Mapping[str, DataType] = {
    "string": types.StringType(),
    "int": types.IntegerType(),
    "bigint": types.LongType(),
    "double": types.DoubleType(),
    "boolean": types.BooleanType(),
    "date": types.DateType(),
    "timestamp": TimestampNTZType(),
}
_T = TypeVar("_T")


def spark_type(type_: FieldType) -> DataType:
    """A field's type in the job's SQL."""
    return DecimalType(type_.precision, type_.scale) if type_.precision else _TYPES[type_.name]


def told(action: Callable[[], _T]) -> _T:
    """What `action` gives. Raises EngineError of one line; the whole of it is in Spark's log."""
    try:
        return action()
    except (PySparkException, Py4JError) as error:
        raise EngineError(_reason(error)) from error


class SparkTables:
    """The Iceberg tables of the catalog `glue_catalog`."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._iceberg = spark._jvm.org.apache.iceberg

    def ensure(self, table: Table) -> None:
        """Create the table unless it is there, and add the columns that it lacks."""
        if not self.has(table):
            told(lambda: self._spark.sql(_create(table)))  # another run may be first: IF NOT EXISTS
        if missing := self._missing(table):
            columns = _columns(missing)
            try:
                told(lambda: self._spark.sql(f"ALTER TABLE {_name(table)} ADD COLUMNS ({columns})"))
            except EngineError:
                if self._missing(table):  # nobody else has added them
                    raise

    def _missing(self, table: Table) -> list[tuple[str, FieldType]]:
        there = set(told(lambda: self._spark.table(_name(table)).columns))
        return [(name, type_) for name, type_ in table.columns if name not in there]

    def has(self, table: Table) -> bool:
        """Whether there is such a table."""
        return bool(told(lambda: self._spark.catalog.tableExists(_name(table))))

    def read(self, table: Table) -> DataFrame:
        """The rows of the current snapshot, which later commits do not change."""
        name, snapshot = _name(table), self._load(table).currentSnapshot()
        if snapshot is None:
            return told(lambda: self._spark.table(name)).limit(0)
        reader = self._spark.read.option("snapshot-id", snapshot.snapshotId())
        return told(lambda: reader.table(name))

    def append(self, table: Table, rows: DataFrame) -> int:
        """Append rows in one commit. Returns how many; none, no commit. Raises AppendError."""
        mark = uuid.uuid4().hex
        frame = told(lambda: self._conformed(table, rows))
        # Nothing is written yet: a literal that is not of its column's type is found here.
        told(frame._jdf.queryExecution().optimizedPlan)
        if told(frame.isEmpty):
            return 0
        try:
            writer = frame.writeTo(_name(table)).option(f"snapshot-property.{_APPEND}", mark)
            told(writer.append)
            return self._appended(table, mark)
        except Exception as error:
            # Whatever failed, a commit may have landed: nobody may append these rows again.
            raise AppendError(f"append to {table.name}: outcome unknown ({error})") from error

    def _appended(self, table: Table, mark: str) -> int:
        for snapshot in self._load(table).snapshots():
            if snapshot.summary().get(_APPEND) == mark:
                return int(snapshot.summary()["added-records"])
        raise EngineError("the snapshot of the append is not there")

    def _conformed(self, table: Table, rows: DataFrame) -> DataFrame:
        unknown = set(rows.columns) - {name for name, _ in table.columns}
        if unknown:
            raise EngineError(f"no such column: {', '.join(sorted(unknown))}")
        return rows.select(
            *(
                (f.col(f"`{name}`") if name in rows.columns else f.lit(None))
                .cast(spark_type(type_))
                .alias(name)
                for name, type_ in table.columns
            )
        )

    # --- Rewriting

    def compact(self, table: Table) -> int:
        """Rewrite small files of partitions that have several. Raises ConflictError."""
        options = {
            "min-input-files": MIN_FILES,
            "min-file-size-bytes": TARGET_FILE_BYTES // 2,
            "target-file-size-bytes": TARGET_FILE_BYTES,
            # Large files stay, whatever their size.
            "max-file-size-bytes": 2**62,
        }
        listed = ", ".join(f"'{name}', '{value}'" for name, value in options.items())
        sql = (
            f"CALL {CATALOG}.system.rewrite_data_files(table => '{table.database}.{table.name}', "
            f"options => map({listed}))"
        )
        with _guarded(table):
            [row] = self._spark.sql(sql).collect()
        return int(row["rewritten_data_files_count"])

    def purge(self, table: Table, runs: Collection[int]) -> int:
        """Delete the rows of runs, in one commit. Returns how many. Raises ConflictError."""
        listed = ", ".join(map(str, sorted(runs)))
        before = self._load(table).currentSnapshot()
        with _guarded(table):
            self._spark.sql(f"DELETE FROM {_name(table)} WHERE {table.run_column} IN ({listed})")
        after = self._load(table).currentSnapshot()
        if after is None or (before and before.snapshotId() == after.snapshotId()):
            return 0
        summary = after.summary()
        return int(summary.get("deleted-records") or 0) - int(summary.get("added-records") or 0)

    def mergeable_files(self, table: Table, *, at_most: int) -> list[Any]:
        """Small data files that hold no run above `at_most`, if those hold enough runs."""
        held = self._runs_by_file(table, at_most=at_most)
        small = [file for file in self._small_files(table) if file.path() in held]
        runs = {run for file in small for run in held[file.path()]}
        return small if len(runs) >= MIN_RUNS else []

    def rows_of(self, table: Table, files: Sequence[Any]) -> DataFrame:
        """The rows of data files of the current snapshot."""
        paths = [file.path() for file in files]
        return self.read(table).where(f.col("_file").isin(paths))

    def replace_files(self, table: Table, files: Sequence[Any], rows: DataFrame) -> int:
        """Put `rows` in the place of those of `files`, in one commit. Returns how many files went.

        Raises ConflictError if one of them is not the table's any more.
        """
        loaded = self._load(table)
        folder = f"{loaded.location()}/data/{uuid.uuid4().hex}"
        frame = self._conformed(table, rows).coalesce(1)
        told(lambda: frame.write.option("compression", "zstd").parquet(folder))
        commit = loaded.newRewrite()  # refused unless all of `files` are still there
        for file in files:
            commit = commit.deleteFile(file)
        for file in self._files_in(loaded, folder):
            if not file.path().startswith(folder):
                raise EngineError(f"{file.path()} is not below {folder}")
            commit = commit.addFile(file)
        with _guarded(table):
            commit.commit()
        return len(files)

    def _files_in(self, loaded: Any, folder: str) -> Iterator[Any]:
        """The Parquet files in a folder as data files, with the metrics that their footers have."""
        util = self._spark._jvm.org.apache.iceberg.data.TableMigrationUtil
        mapping = self._iceberg.mapping.MappingUtil.create(loaded.schema())
        configuration = self._spark._jsc.hadoopConfiguration()
        metrics = self._iceberg.MetricsConfig.forTable(loaded)
        yield from _each(
            util.listPartition(
                {}, folder, "parquet", loaded.spec(), configuration, metrics, mapping
            )
        )

    def _runs_by_file(self, table: Table, *, at_most: int) -> dict[str, set[int]]:
        """The runs that each file holds, of the files that hold none above `at_most`."""
        run = f.col(table.run_column)
        found = self.read(table).groupBy("_file").agg(f.collect_set(run), f.max(run))
        rows = told(lambda: found.where(f.col(found.columns[2]) <= at_most).collect())
        return {path: set(runs) for path, runs, _ in rows}

    def _small_files(self, table: Table) -> Iterator[Any]:
        """Data files of the current snapshot. Those with delete files stay as they are."""
        for task in _each(self._load(table).newScan().planFiles()):
            if task.deletes().isEmpty() and is_small(int(task.file().fileSizeInBytes())):
                yield task.file()

    # --- What is no longer read

    def snapshots(self, table: Table) -> list[Snapshot]:
        """The snapshots that the table remembers."""
        loaded = self._load(table)
        current = loaded.currentSnapshot()
        return [
            Snapshot(
                id=one.snapshotId(),
                parent=one.parentId(),
                manifest_list=one.manifestListLocation(),
                is_current=one.snapshotId() == current.snapshotId(),
            )
            for one in _each(loaded.snapshots())
        ]

    def forget(self, table: Table, ids: Collection[int]) -> None:
        """Forget snapshots, but those that somebody has; their files stay. Raises ConflictError."""
        loaded = self._load(table)
        known = {one.snapshotId() for one in _each(loaded.snapshots())}
        if not known.intersection(ids):
            return
        # Those that are named and no other: by itself Iceberg adds what is old by its own clock.
        expiry = loaded.expireSnapshots().expireOlderThan(0).cleanExpiredFiles(False)
        for number in sorted(known.intersection(ids)):
            expiry = expiry.expireSnapshotId(number)
        with _guarded(table):
            expiry.commit()

    def files(self, table: Table, *, without: Collection[int]) -> set[str]:
        """The URIs of all files that the table refers to, less those of the snapshots `without`."""
        loaded = self._load(table)
        metadata, io = loaded.operations().current(), loaded.io()
        found = {metadata.metadataFileLocation()}
        found |= {entry.file() for entry in _each(metadata.previousFiles())}
        for files in (metadata.statisticsFiles(), metadata.partitionStatisticsFiles()):
            found |= {one.path() for one in _each(files)}
        manifests: dict[str, Any] = {}
        for snapshot in _each(loaded.snapshots()):
            if snapshot.snapshotId() not in without:
                found.add(snapshot.manifestListLocation())
                manifests |= {one.path(): one for one in _each(snapshot.allManifests(io))}
        for path, manifest in manifests.items():
            found.add(path)
            found |= self._paths(manifest, io, loaded.specs())
        return found

    def _paths(self, manifest: Any, io: Any, specs: Any) -> set[str]:
        """The live files of a manifest, of data or of deletes."""
        manifests = self._iceberg.ManifestFiles
        is_data = manifest.content().toString() == "DATA"
        reader = (
            manifests.read(manifest, io, specs)
            if is_data
            else manifests.readDeleteManifest(manifest, io, specs)
        )
        try:
            return {file.path() for file in _each(reader)}
        finally:
            reader.close()

    def _load(self, table: Table) -> Any:
        """Iceberg's own object of the table, as it is now."""
        util = self._iceberg.spark.Spark3Util
        return told(lambda: util.loadIcebergTable(self._spark._jsparkSession, _name(table)))


@contextmanager
def _guarded(table: Table) -> Iterator[None]:
    """Raises ConflictError for a commit that Iceberg refused, EngineError for what else fails."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        reason = _reason(error)
        if _CONFLICT.search(_whole(error)):
            raise ConflictError(f"{table.name} was changed meanwhile: {reason}") from error
        raise EngineError(reason) from error


_CONFLICT = re.compile(r"org\.apache\.iceberg\.exceptions\.(CommitFailed|Validation)Exception")


def _whole(error: Exception) -> str:
    if isinstance(error, Py4JJavaError):
        return str(error)
    return f"{error} {getattr(error, '_cause', None) or ''} {getattr(error, 'stackTrace', '')}"


def _reason(error: Exception) -> str:
    """The innermost cause, in one line."""
    causes = re.findall(r"^Caused by: (?:[\w.$]+: )?(.+)$", _whole(error), re.MULTILINE)
    lines = [*causes, *str(error).splitlines()]
    return next((line.strip() for line in lines if line.strip()), type(error).__name__)


def _each(iterable: Any) -> Iterator[Any]:
    """The elements of a Java Iterable."""
    iterator = iterable.iterator()
    while iterator.hasNext():
        yield iterator.next()


def _name(table: Table) -> str:
    return f"{CATALOG}.`{table.database}`.`{table.name}`"


def _columns(columns: Sequence[tuple[str, FieldType]]) -> str:
    return ", ".join(f"`{name}` {spark_type(type_).simpleString()}" for name, type_ in columns)


def _create(table: Table) -> str:
    partition = f"PARTITIONED BY (`{table.partition}`)" if table.partition else ""
    listed = ", ".join(f"'{name}' = '{value}'" for name, value in properties(table).items())
    return (
        f"CREATE TABLE IF NOT EXISTS {_name(table)} ({_columns(table.columns)}) USING iceberg "
        f"{partition} LOCATION '{table.location.rstrip('/')}' TBLPROPERTIES ({listed})"
    )
