"""A deployed Firehose stream, as far as a laptop's delivery needs to know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# On a laptop, Firehose reads streams that it is not connected to: MiniStack would itself deliver
# from a source, one object per record.
SOURCE_TAG = "lakehouse:source-stream"

MEBIBYTE = 1024 * 1024


class UnsupportedStreamError(ValueError):
    """A stream that asks for what is not done here; the message names it."""


@dataclass(frozen=True)
class Transform:
    """The stream's λ. Defaults: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"""

    function_arn: str
    buffer_bytes: int = MEBIBYTE
    retries: int = 3


@dataclass(frozen=True)
class CatalogTable:
    """The Glue table whose columns the objects have."""

    catalog_id: str
    database: str
    name: str
    region: str
    version: str = "LATEST"


@dataclass(frozen=True)
class DeliveryStream:
    """Where records come from, what is done to them, and where they go."""

    name: str
    arn: str
    version: str
    source: str
    bucket: str
    prefix: str
    error_prefix: str
    buffer_bytes: int
    buffer_seconds: float
    table: CatalogTable
    transform: Transform | None = None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


def parse(description: Mapping[str, Any], tags: Mapping[str, str]) -> DeliveryStream:
    """From DescribeDeliveryStream's description. Raises UnsupportedStreamError.

    The source is the stream that the tag names, else the one called like the delivery stream.
    """
    name, arn = description["DeliveryStreamName"], description["DeliveryStreamARN"]
    destination = description["Destinations"][0].get("ExtendedS3DestinationDescription")
    if destination is None:
        raise UnsupportedStreamError(f"{name}: only extended S3 destinations are delivered here")
    if destination.get("DynamicPartitioningConfiguration", {}).get("Enabled"):
        raise UnsupportedStreamError(f"{name}: dynamic partitioning is not done here")
    hints = destination["BufferingHints"]
    return DeliveryStream(
        name=name,
        arn=arn,
        version=description["VersionId"],
        source=tags.get(SOURCE_TAG) or name,
        bucket=destination["BucketARN"].rpartition(":")[2],
        prefix=destination.get("Prefix", ""),
        error_prefix=_error_prefix(destination),
        buffer_bytes=int(hints["SizeInMBs"]) * MEBIBYTE,
        buffer_seconds=float(hints["IntervalInSeconds"]),
        table=_table(name, arn, destination),
        transform=_transform(name, destination),
    )


def _error_prefix(destination: Mapping[str, Any]) -> str:
    prefix: str = destination.get("ErrorOutputPrefix") or ""
    return prefix or f"{destination.get('Prefix', '')}!{{firehose:error-output-type}}/"


def _table(name: str, arn: str, destination: Mapping[str, Any]) -> CatalogTable:
    conversion = destination.get("DataFormatConversionConfiguration", {})
    schema = conversion.get("SchemaConfiguration")
    serializer = conversion.get("OutputFormatConfiguration", {}).get("Serializer", {})
    if not schema or "ParquetSerDe" not in serializer or not conversion.get("Enabled", True):
        raise UnsupportedStreamError(f"{name}: only conversion to Parquet is done here")
    region, account = arn.split(":")[3:5]
    return CatalogTable(
        catalog_id=schema.get("CatalogId") or account,
        database=schema["DatabaseName"],
        name=schema["TableName"],
        region=schema.get("Region") or region,
        version=schema.get("VersionId") or "LATEST",
    )


def _transform(name: str, destination: Mapping[str, Any]) -> Transform | None:
    processing = destination.get("ProcessingConfiguration", {})
    processors = processing.get("Processors", ()) if processing.get("Enabled") else ()
    for processor in processors:
        if processor["Type"] != "Lambda":
            raise UnsupportedStreamError(f"{name}: processor {processor['Type']} is not run here")
    for parameters in map(_parameters, processors):
        return Transform(
            function_arn=parameters["LambdaArn"],
            buffer_bytes=int(float(parameters.get("BufferSizeInMBs", "1")) * MEBIBYTE),
            retries=int(parameters.get("NumberOfRetries", "3")),
        )
    return None


def _parameters(processor: Mapping[str, Any]) -> dict[str, str]:
    return {
        parameter["ParameterName"]: parameter["ParameterValue"]
        for parameter in processor.get("Parameters", ())
    }


def list_names(firehose: Any) -> Iterator[str]:
    """The names of all delivery streams; ListDeliveryStreams has no paginator."""
    start: dict[str, str] = {}
    while True:
        answer = firehose.list_delivery_streams(Limit=100, **start)
        names = answer["DeliveryStreamNames"]
        yield from names
        if not answer["HasMoreDeliveryStreams"]:
            return
        start = {"ExclusiveStartDeliveryStreamName": names[-1]}


def describe(firehose: Any, name: str) -> DeliveryStream:
    """The stream called `name`. Raises UnsupportedStreamError, and botocore's errors."""
    description = firehose.describe_delivery_stream(DeliveryStreamName=name)
    tags = firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]
    return parse(
        description["DeliveryStreamDescription"], {tag["Key"]: tag["Value"] for tag in tags}
    )
