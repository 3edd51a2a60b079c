"""The serving layer: Athena's workgroup, its example queries, and the publisher of the views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from aws_cdk import CfnResource, CustomResource, Duration
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from constructs import Construct

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.epochs import epoch_of
from lakehouse.layout import view_names
from lakehouse.windows import window_text
from stacks import assets
from stacks.catalog import Catalog
from stacks.code import Code
from stacks.config import Config
from stacks.functions import Function
from stacks.layers import Layers
from stacks.permissions import on_bucket, on_objects, on_tables
from stacks.storage import Storage

_EXAMPLES = assets.ROOT / "athena_queries" / "examples"
_GB = 1_000_000_000
_PUBLISHER_TIMEOUT = Duration.minutes(5)
_ANSWER_WITHIN_SECONDS = 600


def example_queries(dataset: Dataset, folder: Path = _EXAMPLES) -> Iterator[tuple[str, str]]:
    """The (name, SQL) of the example queries that a dataset has."""
    for path in sorted((folder / dataset.name).glob("*.sql")):
        yield path.stem.replace("_", " "), path.read_text("utf-8")


class Queries(Construct):
    """The workgroup: its results go to one bucket, and a query that scans too much is stopped."""

    def __init__(self, scope: Construct, id: str, *, config: Config, storage: Storage) -> None:
        super().__init__(scope, id)
        self.work_group = athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=config.prefix,
            description=f"Queries of the {config.prefix} lake",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=config.scan_cap_gb * _GB,
                enforce_work_group_configuration=True,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{storage.results.bucket_name}/",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )
        for dataset in config.datasets:
            for name, sql in example_queries(dataset):
                self._named_query(config, f"{dataset.name}: {name}", sql)

    def _named_query(self, config: Config, name: str, sql: str) -> None:
        query = athena.CfnNamedQuery(
            self,
            "".join(word.capitalize() for word in name.replace(":", "").split()),
            name=name,
            database=config.prefix,
            query_string=sql,
            work_group=config.prefix,
        )
        query.add_resource_dependency(self.work_group)


class Publisher(Construct):
    """Publishes the views in each deployment that brings other code or other datasets."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        config: Config,
        catalog: Catalog,
        storage: Storage,
        code: Code,
        layers: Layers,
        tables: Sequence[glue.CfnTable],
    ) -> None:
        super().__init__(scope, id)
        names = [dataset.name for dataset in config.datasets]
        database = catalog.database.database_name
        self.function = Function(
            self,
            "Publish",
            name=layout.publisher_function_name(config.prefix),
            handler="lambdas.publish_views.handler",
            code=code.for_lambda(),
            layers=layers.light,
            environment={"DATABASE": database, "LAKE_BUCKET": storage.lake.bucket_name},
            statements=[
                on_objects(
                    storage.lake,
                    [layout.state_key(name) for name in names],
                    actions=["GetObject", "PutObject"],
                ),
                on_bucket(storage.lake, actions=["ListBucket"]),
                on_tables(
                    self,
                    database=database,
                    tables=[view for dataset in config.datasets for view in view_names(dataset)],
                    actions=["CreateTable", "GetTable", "UpdateTable"],
                ),
            ],
            memory_mb=256,
            timeout=_PUBLISHER_TIMEOUT,
        ).function
        views = CustomResource(
            self,
            "Views",
            service_token=self.function.function_arn,
            properties={
                "Datasets": names,
                "Windows": {each.name: window_text(each.window) for each in config.datasets},
                "Since": epoch_of(config.since),
                "Revision": code.revision,
            },
        )
        resource = views.node.default_child
        if isinstance(resource, CfnResource):
            # CloudFormation waits an hour for an answer that is lost, if it is not told otherwise.
            # CDK writes the number as text.
            resource.add_property_override("ServiceTimeout", _ANSWER_WITHIN_SECONDS)
        for table in tables:
            views.node.add_dependency(table)
