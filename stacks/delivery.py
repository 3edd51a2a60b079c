"""The batch path's beginning: Firehose, which turns the stream into raw's Parquet."""

from __future__ import annotations

import jsii
from aws_cdk import Duration, Size
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lakehouse import layout
from lakehouse.dataset import Dataset
from stacks.code import Code
from stacks.config import Config
from stacks.functions import METRICS_NAMESPACE, Function, make_log_group
from stacks.layers import Layers
from stacks.permissions import (
    make_role,
    on_bucket,
    on_objects,
    on_tables,
    read_stream,
    write_logs,
)
from stacks.storage import Storage
from stacks.transform_buffer import transform_buffer_kib

# Firehose evaluates these by the arrival of the oldest record in an object, in UTC.
# https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
HOURS = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
# Conversion to Parquet needs 64 MiB or more; whichever of the two is reached first ends an object.
_BUFFER_SIZE = Size.mebibytes(128)
_BUFFER_TIME = Duration.minutes(5)
_TRANSFORM_SECONDS = 60
_TRANSFORM_RETRIES = 3
_DELIVER = ("AbortMultipartUpload", "GetObject", "PutObject")
_ON_BUCKET = ("GetBucketLocation", "ListBucket", "ListBucketMultipartUploads")


@jsii.implements(firehose.IDataProcessor)
class _Transform:
    """CDK's LambdaFunctionProcessor knows whole MiB only, and our buffers are smaller."""

    props = firehose.DataProcessorProps()

    def __init__(self, function: lambda_.IFunction, buffer_kib: int) -> None:
        self._function = function
        self._buffer_kib = buffer_kib

    def bind(
        self,
        scope: Construct,  # noqa: ARG002 -- part of the interface, as are the last two
        *,
        role: iam.IRole,
        dynamic_partitioning_enabled: bool | None = None,  # noqa: ARG002
        prefix: str | None = None,  # noqa: ARG002
    ) -> firehose.DataProcessorConfig:
        arn = self._function.function_arn
        parameters = {
            "LambdaArn": arn,
            "RoleArn": role.role_arn,
            "BufferSizeInMBs": str(self._buffer_kib / 1024),
            "BufferIntervalInSeconds": str(_TRANSFORM_SECONDS),
            "NumberOfRetries": str(_TRANSFORM_RETRIES),
        }
        return firehose.DataProcessorConfig(
            processor_type="Lambda",
            processor_identifier=firehose.DataProcessorIdentifier(
                parameter_name="LambdaArn", parameter_value=arn
            ),
            parameters=[
                firehose.CfnDeliveryStream.ProcessorParameterProperty(
                    parameter_name=name, parameter_value=value
                )
                for name, value in parameters.items()
            ],
        )


class Delivery(Construct):
    """The Firehose stream and its transform λ, which needs no bucket."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        dataset: Dataset,
        config: Config,
        stream: kinesis.IStream,
        raw: glue.CfnTable,
        storage: Storage,
        code: Code,
        layers: Layers,
    ) -> None:
        super().__init__(scope, id)
        self._dataset, self._config, self._storage = dataset, config, storage
        self.stream_name = layout.stream_name(config.prefix, dataset.name)
        self.function: lambda_.IFunction = Function(
            self,
            "Transform",
            name=layout.transform_function_name(config.prefix, dataset.name),
            handler="lambdas.firehose_transform.handler",
            code=code.for_lambda(),
            layers=layers.light,
            environment={"DATASET": dataset.name, METRICS_NAMESPACE: config.prefix},
            statements=[],
            memory_mb=512,
            timeout=Duration.minutes(1),
        ).function
        log_group = make_log_group(self, "Logs", name=f"/aws/kinesisfirehose/{self.stream_name}")
        role = make_role(
            self,
            "Role",
            service="firehose.amazonaws.com",
            statements=self._statements(stream, raw, log_group),
        ).without_policy_updates()
        firehose.DeliveryStream(
            self,
            "Firehose",
            delivery_stream_name=self.stream_name,
            source=firehose.KinesisStreamSource(stream),
            role=role,
            destination=firehose.S3Bucket(
                storage.lake,
                role=role,
                processors=[_Transform(self.function, transform_buffer_kib(dataset))],
                data_format_conversion=firehose.DataFormatConversionProps(
                    schema_configuration=firehose.SchemaConfiguration.from_cfn_table(raw),
                    input_format=firehose.InputFormat.OPENX_JSON,
                    output_format=firehose.OutputFormat.PARQUET,
                ),
                buffering_size=_BUFFER_SIZE,
                buffering_interval=_BUFFER_TIME,
                data_output_prefix=f"{layout.raw_prefix(dataset.name)}{HOURS}",
                error_output_prefix=(
                    f"{layout.errors_prefix(dataset.name)}!{{firehose:error-output-type}}/{HOURS}"
                ),
                logging_config=firehose.EnableLogging(log_group),
            ),
        )

    def _statements(
        self, stream: kinesis.IStream, raw: glue.CfnTable, log_group: logs.ILogGroup
    ) -> list[iam.PolicyStatement]:
        lake, name = self._storage.lake, self._dataset.name
        delivered = [f"{layout.raw_prefix(name)}*", f"{layout.errors_prefix(name)}*"]
        transform = self.function.function_arn
        return [
            read_stream(stream),
            on_objects(lake, delivered, actions=_DELIVER),
            on_bucket(lake, actions=_ON_BUCKET),
            on_tables(
                self,
                database=raw.database_name,
                tables=[layout.raw_table(name)],
                actions=["GetTable", "GetTableVersion", "GetTableVersions"],
            ),
            iam.PolicyStatement(
                actions=["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
                resources=[transform, f"{transform}:$LATEST"],
            ),
            write_logs(log_group),
        ]
