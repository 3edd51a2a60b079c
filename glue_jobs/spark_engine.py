"""Spark as an Engine, as Glue runs it: rows stay on the executors, tables are Iceberg's own.

Plain PySpark: no `awsglue`, no master and no endpoint. Whoever starts the job says where Spark and
the catalog `glue_catalog` are (`--conf`); what the job's SQL needs is set here. See
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-format-iceberg.html
"""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StructField, StructType, TimestampType

from glue_jobs import spark_rewriting, spark_snapshots
from glue_jobs.engine import (
    Checkpoint,
    Columns,
    EngineError,
    ParquetObject,
    Snapshot,
    Table,
    no_checkpoint,
)
from glue_jobs.spark_tables import SparkTables, spark_type, told

logger = logging.getLogger(__name__)

# Athena's dialect, as far as the job's SQL goes, and plans that keep what is partitioned so.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.variable.substitute": "false",
    "spark.sql.adaptive.enabled": "true",
    # Rows of one event are in one partition already when they are joined by identity.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
}
# More days than this are pruned by their range.
_MOST_DAYS = 200


class SparkEngine:
    """An Engine on a session of its own, beside the one that there is, or a new one.

    `staging` is the URI of a folder that all executors can read: local files are put there, and
    deleted when the engine is closed.
    """

    def __init__(
        self,
        *,
        staging: str,
        checkpoint: Checkpoint = no_checkpoint,
        session: SparkSession | None = None,
    ) -> None:
        # Names of tables and settings are this engine's alone.
        self._spark = (session or SparkSession.builder.getOrCreate()).newSession()
        for name, value in SETTINGS.items():
            self._spark.conf.set(name, value)
        self._checkpoint = checkpoint
        self._tables = SparkTables(self._spark)
        self._sources: dict[str, Callable[[], DataFrame]] = {}
        self._kept: dict[str, DataFrame] = {}
        self._staging = staging.rstrip("/")
        self._staged: list[Any] = []

    def read_parquet(self, name: str, columns: Columns, objects: Sequence[ParquetObject]) -> None:
        """As Engine.read_parquet."""
        self._sources[name] = functools.partial(self._parquet, columns, objects)

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
        frame = self._tables.read(table)
        self._checkpoint(f"snapshot of {table.name}")
        frame = frame.where(f.col(table.run_column).between(*runs))
        if days is not None and table.partition:
            frame = frame.where(_is_of(table.partition, sorted(days)))
        self._sources[name] = lambda: frame.select(*columns)

    def store(self, name: str, sql: str) -> None:
        """As Engine.store."""
        self._register()
        self._keep(name, sql)
        told(self._kept[name].count)  # evaluated here, once
        self._forget_sources()

    def store_by_parts(
        self,
        name: str,
        steps: Sequence[tuple[str, str]],
        *,
        sources: Sequence[str],
        by: str,  # noqa: ARG002
    ) -> int:
        """As Engine.store_by_parts. Parts are Spark's partitions, by a hint in batch/copies.sql."""
        frames = self._register()
        of_each = (frames[source].select(f.lit(1)) for source in sources)
        read = int(told(functools.reduce(DataFrame.union, of_each).count))
        *before, (last, sql) = steps
        for step, query in before:
            self._keep(step, query)
        self._keep(last, sql)
        told(self._kept[last].count)  # evaluates all of them, once
        self._kept[last].createOrReplaceTempView(name)
        for step, _ in before:
            self._drop(step)
        self._forget_sources()
        return read

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """As Engine.rows."""
        return [tuple(row) for row in told(self._sql(sql).collect)]

    def ensure_table(self, table: Table) -> None:
        """As Engine.ensure_table."""
        self._tables.ensure(table)

    def has_table(self, table: Table) -> bool:
        """As Engine.has_table."""
        return self._tables.has(table)

    def append(self, table: Table, sql: str) -> int:
        """As Engine.append."""
        return self._tables.append(table, self._sql(sql))

    def compact(self, table: Table) -> int:
        """As Engine.compact."""
        return spark_rewriting.compact(self._tables, table)

    def purge(self, table: Table, runs: Collection[int]) -> int:
        """As Engine.purge."""
        return spark_rewriting.purge(self._tables, table, runs)

    def merge_runs(self, table: Table, name: str, sql: str, *, at_most: int) -> int:
        """As Engine.merge_runs."""
        tables, loaded = self._tables, self._tables.load(table)
        files = spark_rewriting.mergeable_files(tables, table, loaded, at_most=at_most)
        if not files:
            return 0
        spark_rewriting.rows_of(tables, table, loaded, files).createOrReplaceTempView(name)
        merged = spark_rewriting.replace_files(tables, table, loaded, files, self._sql(sql))
        self._spark.catalog.dropTempView(name)
        return merged

    def snapshots(self, table: Table) -> list[Snapshot]:
        """As Engine.snapshots."""
        return spark_snapshots.snapshots_of(self._tables, table)

    def forget(self, table: Table, ids: Collection[int]) -> None:
        """As Engine.forget."""
        spark_snapshots.forget(self._tables, table, ids)

    def files(self, table: Table, *, without: Collection[int]) -> set[str]:
        """As Engine.files."""
        return spark_snapshots.files_of(self._tables, table, without=without)

    def close(self) -> None:
        """As Engine.close; the session is whoever's it was."""
        for name in list(self._kept):
            self._drop(name)
        self._forget_sources()
        while self._staged:
            path = self._staged.pop()
            try:
                told(functools.partial(self._files_of(path).delete, path, False))
            except EngineError as error:  # it is found as an orphan, days later
                logger.warning("%s not deleted: %s", path.toString(), error)

    # --- Rows

    def _parquet(self, columns: Columns, objects: Sequence[ParquetObject]) -> DataFrame:
        """The rows of all objects, with `columns` as their types are in the job's SQL."""
        # Of times, Firehose writes INT96, which Spark reads as instants alone; in UTC those are
        # the same as the times without a zone that they stand for.
        stored = StructType(
            [
                StructField(
                    name, TimestampType() if type_.name == "timestamp" else spark_type(type_)
                )
                for name, type_ in columns
            ]
        )
        frame = (
            self._spark.read.schema(stored).parquet(*(self._placed(one.uri) for one in objects))
            if objects
            else self._spark.createDataFrame([], stored)
        )
        return frame.select(*(f.col(name).cast(spark_type(type_)) for name, type_ in columns))

    def _placed(self, uri: str) -> str:
        """Where executors read it."""
        if "://" in uri:
            return uri
        path = self._spark._jvm.org.apache.hadoop.fs.Path
        placed = f"{self._staging}/{uuid.uuid4().hex}.parquet"
        there, files = path(placed), self._files_of(path(placed))
        self._staged.append(there)
        told(lambda: files.copyFromLocalFile(False, True, path(f"file://{uri}"), there))
        return placed

    def _files_of(self, path: Any) -> Any:
        return told(lambda: path.getFileSystem(self._spark._jsc.hadoopConfiguration()))

    def _register(self) -> dict[str, DataFrame]:
        """The sources as views; each is read where the next query asks for it."""
        frames = {name: told(make) for name, make in self._sources.items()}
        for name, frame in frames.items():
            frame.createOrReplaceTempView(name)
        return frames

    def _forget_sources(self) -> None:
        for name in self._sources:
            self._spark.catalog.dropTempView(name)
        self._sources = {}

    def _keep(self, name: str, sql: str) -> None:
        """A query as the table `name`, kept from its first evaluation on.

        Its plan is forgotten but for how its rows are partitioned, or each query over it would be
        planned with all that came before. If an executor is lost with its rows, the run dies.
        """
        frame = told(functools.partial(self._sql(sql).localCheckpoint, eager=False))
        self._drop(name)
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame

    def _drop(self, name: str) -> None:
        if frame := self._kept.pop(name, None):
            self._spark.catalog.dropTempView(name)
            del frame  # and with it, in time, its rows

    def _sql(self, sql: str) -> DataFrame:
        return told(functools.partial(self._spark.sql, sql))


def _is_of(partition: str, days: Sequence[date]) -> Any:
    column = f.col(partition)
    if len(days) <= _MOST_DAYS:
        return column.isin(list(days)) if days else f.lit(False)
    return column.between(days[0], days[-1])
