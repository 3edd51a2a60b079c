"""Iceberg tables through pyiceberg: one snapshot, planned files, streamed batches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from pyiceberg import types as iceberg_types
from pyiceberg.catalog.noop import NoopCatalog
from pyiceberg.expressions import (
    AlwaysTrue,
    And,
    BooleanExpression,
    EqualTo,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThan,
    LessThanOrEqual,
)
from pyiceberg.io.pyarrow import ArrowScan, PyArrowFile, PyArrowFileIO
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table as PyIcebergTable
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.transforms import VoidTransform

from local.athena import types
from local.athena.errors import QueryFailure, not_supported
from local.athena.predicates import Predicate
from local.athena.storage import CountingFile, Meter, Storage, split_location
from local.athena.types import Type

# Files that are read side by side; each is held in memory as a whole until DuckDB has taken it.
_FILES_AT_ONCE = 4

_PLAIN: dict[type, Type] = {
    iceberg_types.BooleanType: types.BOOLEAN,
    iceberg_types.IntegerType: types.INTEGER,
    iceberg_types.LongType: types.BIGINT,
    iceberg_types.FloatType: types.REAL,
    iceberg_types.DoubleType: types.DOUBLE,
    iceberg_types.StringType: types.VARCHAR,
    iceberg_types.BinaryType: types.VARBINARY,
    iceberg_types.DateType: types.DATE,
    iceberg_types.TimestampType: types.timestamp(6),
    iceberg_types.TimestamptzType: types.timestamp(6, zoned=True),
}


def trino_type(t: iceberg_types.IcebergType) -> Type:
    """https://trino.io/docs/current/connector/iceberg.html#type-mapping"""
    if isinstance(t, iceberg_types.DecimalType):
        return types.decimal(t.precision, t.scale)
    if isinstance(t, iceberg_types.ListType):
        return types.array(trino_type(t.element_type))
    if isinstance(t, iceberg_types.MapType):
        return Type("map", parts=((None, trino_type(t.key_type)), (None, trino_type(t.value_type))))
    if isinstance(t, iceberg_types.StructType):
        return Type("row", parts=tuple((f.name, trino_type(f.field_type)) for f in t.fields))
    if type(t) not in _PLAIN:
        raise not_supported(f"Iceberg type {t}")
    return _PLAIN[type(t)]


class _MeteredIO(PyArrowFileIO):
    """pyiceberg's files from the region's S3; data is counted, manifests are not."""

    def __init__(self, storage: Storage, meter: Meter | None) -> None:
        super().__init__({})
        self._storage = storage
        self._meter = meter

    def new_input(self, location: str) -> PyArrowFile:
        bucket, key = split_location(location)
        is_data = not key.endswith((".avro", ".json", ".gz"))
        kind = _MeteredFile if self._meter is not None and is_data else PyArrowFile
        found = kind(location=location, path=f"{bucket}/{key}", fs=self._storage.files)
        if isinstance(found, _MeteredFile):
            found.meter = self._meter
        return found


class _MeteredFile(PyArrowFile):
    meter: Meter | None = None

    def open(self, seekable: bool = True) -> Any:
        inner = super().open(seekable)
        if self.meter is None:
            return inner
        return pa.PythonFile(CountingFile(inner, self.meter), mode="r")


class IcebergTables:
    """Table metadata by its location. Metadata files never change, so they are read once."""

    def __init__(self, storage: Storage, *, kept: int = 64) -> None:
        self.storage = storage
        self._kept = kept
        self._metadata: OrderedDict[str, TableMetadata] = OrderedDict()

    def load(self, location: str) -> IcebergTable:
        metadata = self._metadata.get(location)
        if metadata is None:
            try:
                file = _MeteredIO(self.storage, None).new_input(location)
                metadata = FromInputFile.table_metadata(file)
            except OSError as error:
                raise QueryFailure(
                    "ICEBERG_INVALID_METADATA", f"Error reading metadata file {location}"
                ) from error
            self._metadata[location] = metadata
            while len(self._metadata) > self._kept:
                self._metadata.popitem(last=False)
        return IcebergTable(location, metadata, self.storage)


@dataclass(frozen=True)
class IcebergTable:
    """One version of a table: what its current snapshot was when the statement began."""

    metadata_location: str
    metadata: TableMetadata
    storage: Storage
    snapshot: int | None = None

    @property
    def location(self) -> str:
        return self.metadata.location

    def at_version(self, snapshot: int) -> IcebergTable:
        if self.metadata.snapshot_by_id(snapshot) is None:
            raise QueryFailure(
                "INVALID_ARGUMENTS", f"Iceberg snapshot ID does not exists: {snapshot}"
            )
        return replace(self, snapshot=snapshot)

    def columns(self) -> list[tuple[str, Type]]:
        return [(f.name.lower(), trino_type(f.field_type)) for f in self.metadata.schema().fields]

    def partition_columns(self) -> set[str]:
        """The columns that the table's files are divided by."""
        schema = self.metadata.schema()
        return {
            schema.find_column_name(f.source_id).lower()  # type: ignore[union-attr]
            for f in self.metadata.spec().fields
            if not isinstance(f.transform, VoidTransform)
        }

    def batches(
        self, columns: list[str], predicates: list[Predicate], meter: Meter
    ) -> Iterator[pa.RecordBatch]:
        """The rows that satisfy the predicates, their columns in the order of `columns`."""
        names = {f.name.lower(): f.name for f in self.metadata.schema().fields}
        table = PyIcebergTable(
            ("local", "athena"),
            self.metadata,
            self.metadata_location,
            _MeteredIO(self.storage, meter),
            NoopCatalog("local"),
        )
        wanted = tuple(names[c] for c in columns) or (next(iter(names.values())),)
        row_filter = _row_filter([replace(p, column=names[p.column]) for p in predicates])
        scan = table.scan(row_filter=row_filter, selected_fields=wanted, snapshot_id=self.snapshot)
        tasks = list(scan.plan_files())
        reader = ArrowScan(table.metadata, table.io, scan.projection(), row_filter)
        for start in range(0, len(tasks), _FILES_AT_ONCE):
            for batch in reader.to_record_batches(tasks[start : start + _FILES_AT_ONCE]):
                yield batch.select(list(wanted)).rename_columns([n.lower() for n in wanted])


_COMPARISONS = {
    "=": EqualTo,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}


def _row_filter(predicates: list[Predicate]) -> BooleanExpression:
    found: BooleanExpression = AlwaysTrue()
    for p in predicates:
        if p.operator == "in":
            test: BooleanExpression = In(p.column, {_literal(v) for v in p.value})  # type: ignore[call-arg, arg-type]
        else:
            test = _COMPARISONS[p.operator](p.column, _literal(p.value))
        found = And(found, test)
    return found


def _literal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
