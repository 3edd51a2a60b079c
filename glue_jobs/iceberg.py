"""Iceberg tables in the Glue catalog through pyiceberg: read in bounded memory, append once.

An append writes its Parquet files first and then commits them by name in one `add_files`, so the
table is held for moments only, and however many rows there are, few are in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import boto3
import pyarrow as pa
from botocore.config import Config
from pyarrow.fs import FileSystem
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.expressions import BooleanExpression
from pyiceberg.io import load_file_io
from pyiceberg.io.pyarrow import ArrowScan, PyArrowFileIO, schema_to_pyarrow
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import CommitTableResponse, FileScanTask
from pyiceberg.table import Table as IcebergTable
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.transforms import IdentityTransform
from pyiceberg.typedef import Properties
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
)

from glue_jobs.data_files import FileWriter, conformed, read_file
from glue_jobs.engine import AppendError, ConflictError, Table
from glue_jobs.table_layout import properties
from lakehouse.field_types import FieldType

# pyiceberg does not prune by longer lists: `IN_PREDICATE_LIMIT` of its evaluators.
_MOST_DAYS = 200

_ICEBERG: dict[str, IcebergType] = {
    "string": StringType(),
    "int": IntegerType(),
    "bigint": LongType(),
    "double": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
}


class OneTryCatalog(GlueCatalog):
    """A Glue catalog whose commits are sent once.

    A retried UpdateTable whose first try had succeeded looks like a conflict; pyiceberg would then
    append again, and delete the files of what it takes for a failure. So neither botocore nor
    pyiceberg retries here: a conflict is told as ConflictError, which pyiceberg lets through.
    Glue refuses before it writes, so a conflict that nobody retried is certain. See
    https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
    """

    def __init__(self, name: str, *, glue: Any, glue_once: Any, **properties: str) -> None:
        super().__init__(name, client=glue, **properties)
        self._once = GlueCatalog(name, client=glue_once, **properties)

    def commit_table(
        self,
        table: IcebergTable,
        requirements: tuple[TableRequirement, ...],
        updates: tuple[TableUpdate, ...],
    ) -> CommitTableResponse:
        try:
            return self._once.commit_table(table, requirements, updates)
        except CommitFailedException as error:
            raise ConflictError(f"{'.'.join(table.name())} was changed meanwhile") from error


class SharedFileIO(PyArrowFileIO):
    """pyiceberg makes a FileIO for each look at a table; these share their S3 clients."""

    def __init__(self, properties: Properties) -> None:
        super().__init__(properties)
        of_s3 = {name: value for name, value in properties.items() if name.startswith("s3.")}
        self.fs_by_scheme = partial(_file_system, frozenset(of_s3.items()))


@cache
def _file_system(
    properties: frozenset[tuple[str, str]], scheme: str, netloc: str | None
) -> FileSystem:
    return PyArrowFileIO(dict(properties)).fs_by_scheme(scheme, netloc)


def s3_properties() -> dict[str, str]:
    """What pyiceberg has to be told that boto3 finds by itself: endpoint and region."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    properties = {"s3.endpoint": endpoint, "s3.region": boto3.Session().region_name}
    return {name: value for name, value in properties.items() if value}


def _environments_catalog() -> OneTryCatalog:
    once = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    return OneTryCatalog(
        "glue",
        glue=boto3.client("glue"),
        glue_once=boto3.client("glue", config=once),
        **s3_properties(),
        **{"py-io-impl": f"{__name__}.{SharedFileIO.__name__}"},
    )


class Iceberg:
    """The Iceberg tables of one catalog (by default, the environment's), and their files."""

    def __init__(self, catalog: GlueCatalog | None = None) -> None:
        self._catalog = catalog or _environments_catalog()
        self.files = load_file_io(self._catalog.properties)

    def ensure(self, table: Table) -> None:
        """Create the table unless it is there, and add the columns that it lacks."""
        try:
            found = self.load(table)
        except NoSuchTableError:
            self._create(table)
            return
        if _missing_columns(table, found):
            self._evolve(table, found)

    def _evolve(self, table: Table, found: IcebergTable) -> None:
        """Add columns at the end. Rows that are there have nulls in them."""
        try:
            with found.update_schema() as update:
                for name, type_ in _missing_columns(table, found):
                    update.add_column(name, _iceberg_type(type_))
        except ConflictError:
            if _missing_columns(table, self.load(table)):
                raise  # it was not another run that added them

    def _create(self, table: Table) -> None:
        schema = _schema(table)
        try:
            self._catalog.create_table(
                (table.database, table.name),
                schema,
                location=table.location.rstrip("/"),
                partition_spec=_partition_spec(table, schema),
                properties=dict(properties(table)),
            )
        except TableAlreadyExistsError:
            return  # another run was first; its table is as good

    def has(self, table: Table) -> bool:
        """Whether there is such a table."""
        return self._catalog.table_exists((table.database, table.name))

    def load(self, table: Table) -> IcebergTable:
        """The table as it is now."""
        return self._catalog.load_table((table.database, table.name))

    def append(self, table: Table, batches: Iterable[pa.RecordBatch]) -> int:
        """Append rows in one commit, tried once. Returns how many. Raises AppendError.

        Batches are in partition order, so that each file holds one partition.
        """
        try:
            writer = FileWriter(self.load(table), table.partition)
            for batch in batches:
                writer.write(batch)
            paths = writer.close()
            if paths:
                self.load(table).add_files(paths, check_duplicate_files=False)
        except Exception as error:
            # Whatever failed, a commit may have landed: nobody may append these rows again.
            raise AppendError(f"append to {table.name}: outcome unknown ({error})") from error
        return writer.rows


def batches(
    loaded: IcebergTable,
    table: Table,
    columns: Sequence[str],
    *,
    runs: tuple[int, int],
    days: Iterable[date] | None,
) -> Iterator[pa.RecordBatch]:
    """Rows of the snapshot that `loaded` was loaded with, a file at a time."""
    listed = None if days is None else sorted(days)
    if listed == []:
        return
    scan = loaded.scan(
        row_filter=_wanted(table, runs, listed),
        selected_fields=tuple(columns),
        snapshot_id=loaded.metadata.current_snapshot_id,
    )
    # The table's columns, of which its snapshot may know others by the same names.
    projection = loaded.schema().select(*columns)
    for task in scan.plan_files():
        yield from _task_batches(loaded, projection, scan.row_filter, task)


def _task_batches(
    table: IcebergTable, projection: Schema, wanted: BooleanExpression, task: FileScanTask
) -> Iterator[pa.RecordBatch]:
    if task.delete_files:
        # Nothing of ours writes delete files; Athena's DELETE does. pyiceberg knows how to apply
        # them, at the price of a whole file in memory.
        yield from ArrowScan(table.metadata, table.io, projection, wanted).to_record_batches([task])
        return
    schema = schema_to_pyarrow(projection, include_field_ids=False)
    for batch in read_file(table, task.file.file_path, projection):
        yield conformed(batch, schema)  # a file may be older than a column


def _wanted(table: Table, runs: tuple[int, int], days: list[date] | None) -> str:
    """What may be pruned, in pyiceberg's filter language; what it keeps is still to be filtered."""
    run, partition = table.run_column, table.partition
    wanted = f"{run} >= {runs[0]} and {run} <= {runs[1]}"
    if days is None or partition is None:
        return wanted
    if len(days) <= _MOST_DAYS:
        listed = ", ".join(f"'{day}'" for day in days)
        return f"{wanted} and {partition} in ({listed})"
    return f"{wanted} and {partition} >= '{days[0]}' and {partition} <= '{days[-1]}'"


# --- Schemas


def _iceberg_type(type_: FieldType) -> IcebergType:
    if type_.precision:
        return DecimalType(type_.precision, type_.scale)
    return _ICEBERG[type_.name]


def _missing_columns(table: Table, found: IcebergTable) -> list[tuple[str, FieldType]]:
    there = {field.name for field in found.schema().fields}
    return [(name, type_) for name, type_ in table.columns if name not in there]


def _schema(table: Table) -> Schema:
    return Schema(
        *(
            NestedField(number, name, _iceberg_type(type_), required=False)
            for number, (name, type_) in enumerate(table.columns, start=1)
        )
    )


def _partition_spec(table: Table, schema: Schema) -> PartitionSpec:
    if table.partition is None:
        return UNPARTITIONED_PARTITION_SPEC
    source = schema.find_field(table.partition).field_id
    return PartitionSpec(
        PartitionField(
            source_id=source, field_id=1000, transform=IdentityTransform(), name=table.partition
        )
    )
