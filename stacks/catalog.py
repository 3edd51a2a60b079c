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
from lakehouse.boundary import EPOCH_LENGTH, epoch_of
from lakehouse.dataset import Dataset
from lakehouse.field_types import STRING, FieldType
from stacks.config import Config

Projection = glue.PartitionProjectionConfiguration
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
            has_encrypted_data=False,  # which would mean: by the client
        )
        resource = table.node.default_child
        assert isinstance(resource, glue.CfnTable)  # noqa: S101 - tells the type, checks no input
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
    year = Projection.date(format="yyyy", min=f"{since:%Y}", max=_YEAR_END)
    ranges = {"month": (1, 12), "day": (1, 31), "hour": (0, 23)}
    return {"year": year} | {
        part: Projection.integer(min=low, max=high, digits=2)
        for part, (low, high) in ranges.items()
    }


def _epochs(since: datetime) -> Projection:
    """Every write epoch. The steps count from `since`, hence its five-minute mark."""
    return Projection.date(
        format="yyyyMMddHHmm",
        min=epoch_of(since),
        max=_SPEED_END,
        step=glue.DateProjectionStep(
            interval=EPOCH_LENGTH.seconds // 60, interval_unit=glue.DateIntervalUnit.MINUTES
        ),
    )


def _days(since: datetime) -> Projection:
    return Projection.date(format="yyyy-MM-dd", min=f"{since:%Y-%m-%d}", max=_DAY_END)
