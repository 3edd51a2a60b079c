"""Iceberg tables in the Glue catalog through Spark and Iceberg's own Java API.

A commit that meets another is made again by Iceberg with the same files, and one whose answer is
lost is looked up by its metadata file, so nothing is appended twice:
https://iceberg.apache.org/docs/1.10.0/reliability/
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession, types
from pyspark.sql import functions as f
from pyspark.sql.types import DataType, DecimalType, TimestampNTZType

from glue_jobs.engine import AppendError, ConflictError, EngineError, Table
from glue_jobs.table_layout import SPARK_CATALOG, properties
from lakehouse.field_types import FieldType

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
    """The Iceberg tables of the session's catalog."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.iceberg = spark._jvm.org.apache.iceberg

    def ensure(self, table: Table) -> None:
        """Create the table unless it is there, and add the columns that it lacks."""
        if not self.has(table):
            told(lambda: self.spark.sql(_create(table)))  # another run may be first: IF NOT EXISTS
        if missing := self._missing(table):
            columns = _columns(missing)
            try:
                told(
                    lambda: self.spark.sql(f"ALTER TABLE {name_of(table)} ADD COLUMNS ({columns})")
                )
            except EngineError:
                if self._missing(table):  # nobody else has added them
                    raise

    def _missing(self, table: Table) -> list[tuple[str, FieldType]]:
        there = set(told(lambda: self.spark.table(name_of(table)).columns))
        return [(name, type_) for name, type_ in table.columns if name not in there]

    def has(self, table: Table) -> bool:
        """Whether there is such a table."""
        return bool(told(lambda: self.spark.catalog.tableExists(name_of(table))))

    def read(self, table: Table, loaded: Any = None) -> DataFrame:
        """The rows of the snapshot that `loaded` has, or else of the current one.

        Later commits do not change them.
        """
        if loaded is None:
            loaded = self.load(table)
        snapshot = loaded.currentSnapshot()
        if snapshot is None:
            return told(lambda: self.spark.table(name_of(table))).limit(0)
        reader = self.spark.read.option("snapshot-id", snapshot.snapshotId())
        return self._with_columns_of(loaded, told(lambda: reader.table(name_of(table))))

    def _with_columns_of(self, loaded: Any, rows: DataFrame) -> DataFrame:
        """A snapshot comes with the columns of its time: the table's are known by their ids."""
        schema, util = loaded.schema(), self.iceberg.util.SnapshotUtil
        then = util.schemaFor(loaded, loaded.currentSnapshot().snapshotId())
        if schema.sameSchema(then):
            return rows
        types = self.iceberg.spark.SparkSchemaUtil.convert(schema)
        columns = []
        for field in each(schema.columns()):
            was = then.findField(field.fieldId())
            column = f.lit(None) if was is None else f.col(f"`{was.name()}`")
            type_ = types.apply(field.name()).dataType().catalogString()
            columns.append(column.cast(type_).alias(field.name()))
        return rows.select(*columns)

    def append(self, table: Table, rows: DataFrame) -> int:
        """Append rows in one commit. Returns how many; none, no commit. Raises AppendError."""
        mark = uuid.uuid4().hex
        frame = told(lambda: self.conformed(table, rows))
        # Nothing is written yet: a literal that is not of its column's type is found here.
        told(frame._jdf.queryExecution().optimizedPlan)
        if told(frame.isEmpty):
            return 0
        try:
            writer = frame.writeTo(name_of(table)).option(f"snapshot-property.{_APPEND}", mark)
            told(writer.append)
            return self._appended(table, mark)
        except Exception as error:
            # Whatever failed, a commit may have landed: nobody may append these rows again.
            raise AppendError(f"append to {table.name}: outcome unknown ({error})") from error

    def _appended(self, table: Table, mark: str) -> int:
        for snapshot in self.load(table).snapshots():
            if snapshot.summary().get(_APPEND) == mark:
                return int(snapshot.summary()["added-records"])
        raise EngineError("the snapshot of the append is not there")

    def conformed(self, table: Table, rows: DataFrame) -> DataFrame:
        """Rows with the table's columns, by name; those that they lack are null.

        A table may have columns of others.
        """
        unknown = set(rows.columns) - {name for name, _ in table.columns}
        if unknown:
            raise EngineError(f"no such column: {', '.join(sorted(unknown))}")
        stored = told(lambda: self.spark.table(name_of(table))).schema
        types = {field.name: field.dataType for field in stored}
        types |= {name: spark_type(type_) for name, type_ in table.columns}
        return rows.select(
            *(
                (f.col(f"`{name}`") if name in rows.columns else f.lit(None))
                .cast(type_)
                .alias(name)
                for name, type_ in types.items()
            )
        )

    def load(self, table: Table) -> Any:
        """Iceberg's own object of the table, as it is now."""
        util = self.iceberg.spark.Spark3Util
        return told(lambda: util.loadIcebergTable(self.spark._jsparkSession, name_of(table)))


@contextmanager
def guarded(table: Table) -> Iterator[None]:
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
    """The innermost cause, in one line; py4j tells the outermost after a colon."""
    causes = re.findall(r"^(?:Caused by)?: (?:[\w.$]+: )?(.+)$", _whole(error), re.MULTILINE)
    lines = [*reversed(causes), *str(error).splitlines()]
    return next((line.strip() for line in lines if line.strip()), type(error).__name__)


def each(iterable: Any) -> Iterator[Any]:
    """The elements of a Java Iterable."""
    iterator = iterable.iterator()
    while iterator.hasNext():
        yield iterator.next()


def name_of(table: Table) -> str:
    """The table in Spark's SQL."""
    return f"{SPARK_CATALOG}.`{table.database}`.`{table.name}`"


def _columns(columns: Sequence[tuple[str, FieldType]]) -> str:
    return ", ".join(f"`{name}` {spark_type(type_).simpleString()}" for name, type_ in columns)


def _create(table: Table) -> str:
    partition = f"PARTITIONED BY (`{table.partition}`)" if table.partition else ""
    listed = ", ".join(f"'{name}' = '{value}'" for name, value in properties(table).items())
    return (
        f"CREATE TABLE IF NOT EXISTS {name_of(table)} ({_columns(table.columns)}) USING iceberg "
        f"{partition} LOCATION '{table.location.rstrip('/')}' TBLPROPERTIES ({listed})"
    )
