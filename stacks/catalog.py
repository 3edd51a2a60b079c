"""The Glue database and the tables over Parquet and JSON, whose partitions are projected.

Views and Iceberg tables are not here: CloudFormation would overwrite what a publication or a commit
wrote into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.epochs import EPOCH_LENGTH, epoch_of
from lakehouse.field_types import STRING, FieldType
from stacks.config import Config

Projection = glue.PartitionProjectionConfiguration
Unit = glue.DateIntervalUnit
_GLUE_TYPES = {
    "string": glue.Schema.STRING,
    "int": glue.Schema.INTEGER,
    "bigint": glue.Schema.BIG_INT,
    "double": glue.Schema.DOUBLE,
    "boolean": glue.Schema.BOOLEAN,
    "date": glue.Schema.DATE,
    "timestamp": glue.Schema.TIMESTAMP,
}
# Partitions of the current hour and day must exist before the clock strikes on every machine.
_SPEED_END = "NOW+1HOURS"
_DAY_END = "NOW+1DAYS"
_YEAR_END = "NOW+1YEARS"


class Catalog(Construct):
    """The database; it and its tables outlive the stack where data does."""

    def __init__(self, scope: Construct, id: str, *, config: Config) -> None:
        super().__init__(scope, id)
        self.removal = RemovalPolicy.RETAIN if config.retain else RemovalPolicy.DESTROY
        self.database = glue.Database(
            self, "Database", database_name=config.prefix, removal_policy=self.removal
        )


class DatasetTables(Construct):
    """The tables of one dataset that exist from the start: raw, speed rows, quarantine."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        dataset: Dataset,
        catalog: Catalog,
        lake: s3.IBucket,
        since: datetime,
    ) -> None:
        super().__init__(scope, id)
        self._catalog = catalog
        self._lake = lake
        name = dataset.name
        self.raw = self._table(
            "Raw",
            name=layout.raw_table(name),
            prefix=layout.raw_prefix(name),
            columns=layout.raw_columns(dataset),
            partitions=_hours(since),
            description=f"{name}: every valid record, as it arrived",
        )
        self.speed = self._table(
            "SpeedRows",
            name=layout.speed_table(name),
            prefix=layout.speed_prefix(name),
            columns=layout.speed_columns(dataset),
            partitions={"epoch": _epochs(since)},
            description=f"{name}: valid records by write epoch, without personal fields",
        )
        self.quarantine = self._table(
            "Quarantine",
            name=layout.quarantine_table(name),
            prefix=layout.quarantine_prefix(name),
            columns=layout.QUARANTINE_COLUMNS,
            partitions={"day": _days(since)},
            description=f"{name}: records that are not valid events, and why",
            data_format=glue.DataFormat.JSON,
        )

    def _table(
        self,
        id: str,
        *,
        name: str,
        prefix: str,
        columns: Sequence[tuple[str, FieldType]],
        partitions: dict[str, Projection],
        description: str,
        data_format: glue.DataFormat = glue.DataFormat.PARQUET,
    ) -> glue.CfnTable:
        table = glue.S3Table(
            self,
            id,
            database=self._catalog.database,
            table_name=name,
            description=description,
            storage=glue.S3TableStorage.from_bucket(self._lake),
            s3_prefix=prefix,
            columns=[_column(column, type_) for column, type_ in columns],
            partition_keys=[_column(column, STRING) for column in partitions],
            partition_projection=partitions,
            data_format=data_format,
        )
        resource = table.node.default_child
        assert isinstance(resource, glue.CfnTable)  # noqa: S101 -- tells the type, checks no input
        # CDK says that the data is encrypted by its writers, which it is not, and not as text.
        resource.add_property_deletion_override("TableInput.Parameters.has_encrypted_data")
        resource.apply_removal_policy(self._catalog.removal)
        return resource


def _column(name: str, field_type: FieldType) -> glue.Column:
    return glue.Column(name=name, type=_glue_type(field_type))


def _glue_type(field_type: FieldType) -> glue.Type:
    if field_type.precision:
        return glue.Schema.decimal(field_type.precision, field_type.scale)
    return _GLUE_TYPES[field_type.glue]


def _hours(since: datetime) -> dict[str, Projection]:
    """`year=2026/month=11/day=20/hour=10/`; a day that no month has is an empty partition."""
    return {
        "year": _dates("yyyy", f"{since:%Y}", _YEAR_END, step=(1, Unit.YEARS)),
        "month": Projection.integer(min=1, max=12, digits=2),
        "day": Projection.integer(min=1, max=31, digits=2),
        "hour": Projection.integer(min=0, max=23, digits=2),
    }


def _epochs(since: datetime) -> Projection:
    """Every write epoch. The steps count from `since`, hence its five-minute mark."""
    minutes = EPOCH_LENGTH.seconds // 60
    return _dates("yyyyMMddHHmm", epoch_of(since), _SPEED_END, step=(minutes, Unit.MINUTES))


def _days(since: datetime) -> Projection:
    return _dates("yyyy-MM-dd", f"{since:%Y-%m-%d}", _DAY_END, step=(1, Unit.DAYS))


def _dates(pattern: str, first: str, last: str, *, step: tuple[int, Unit]) -> Projection:
    """Athena asks for the step of everything but days and months, so it is always given.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    return Projection.date(
        format=pattern,
        min=first,
        max=last,
        step=glue.DateProjectionStep(interval=step[0], interval_unit=step[1]),
    )
