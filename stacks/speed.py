"""The speed path: the stream, and the λ that writes its records as typed rows."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from lakehouse import layout
from lakehouse.dataset import Dataset
from stacks.code import Code
from stacks.config import Config
from stacks.functions import METRICS_NAMESPACE, Function
from stacks.layers import Layers
from stacks.permissions import on_bucket, on_objects, read_stream
from stacks.storage import Storage

# A batch ends at 10,000 records, 6 MB or one second, whichever comes first.
_BATCH_RECORDS = 10_000
_BATCHING_WINDOW = Duration.seconds(1)
# Each batch is an object a second and shard; a second reader of the same shard would double them.
_BATCHES_PER_SHARD = 1


def make_stream(scope: Construct, id: str, *, dataset: Dataset, config: Config) -> kinesis.Stream:
    """The stream of a dataset. It goes with the stack: what it holds is on its way, not kept."""
    return kinesis.Stream(
        scope,
        id,
        stream_name=layout.stream_name(config.prefix, dataset.name),
        stream_mode=kinesis.StreamMode.PROVISIONED
        if config.shards
        else kinesis.StreamMode.ON_DEMAND,
        shard_count=config.shards,
        retention_period=Duration.hours(config.retention_hours),
        encryption=kinesis.StreamEncryption.MANAGED,
        removal_policy=RemovalPolicy.DESTROY,
    )


class SpeedPath(Construct):
    """The speed λ, fed by the stream until each record has been written or has left the stream."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        dataset: Dataset,
        config: Config,
        stream: kinesis.IStream,
        storage: Storage,
        code: Code,
        layers: Layers,
    ) -> None:
        super().__init__(scope, id)
        lake, name = storage.lake, dataset.name
        written = [f"{layout.speed_prefix(name)}*", f"{layout.quarantine_prefix(name)}*"]
        self.function: lambda_.IFunction = Function(
            self,
            "Writer",
            name=layout.speed_function_name(config.prefix, name),
            handler="lambdas.speed_view.handler",
            code=code.for_lambda(),
            layers=layers.arrow,
            environment={
                "DATASET": name,
                "LAKE_BUCKET": lake.bucket_name,
                METRICS_NAMESPACE: config.prefix,
            },
            statements=[
                read_stream(stream),
                on_objects(lake, [layout.state_key(name)], actions=["GetObject"]),
                on_objects(lake, written, actions=["PutObject"]),
                on_bucket(lake, actions=["ListBucket"]),
                on_objects(storage.failures, ["*"], actions=["PutObject"]),
                on_bucket(storage.failures, actions=["ListBucket"]),
            ],
            memory_mb=1024,
            timeout=Duration.minutes(2),
        ).function
        self.function.add_event_source(
            sources.KinesisEventSource(
                stream,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=_BATCH_RECORDS,
                max_batching_window=_BATCHING_WINDOW,
                parallelization_factor=_BATCHES_PER_SHARD,
                bisect_batch_on_error=True,
                retry_attempts=-1,
                on_failure=sources.S3OnFailureDestination(storage.failures),
            )
        )
