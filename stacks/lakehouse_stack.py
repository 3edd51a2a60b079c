"""The stack: storage and catalog, two paths per dataset, and the serving layer on top."""

from __future__ import annotations

from aws_cdk import Acknowledgment, DefaultStackSynthesizer, Stack, Validations
from constructs import Construct

from lakehouse.dataset import Dataset
from stacks.batch import BatchJob
from stacks.catalog import Catalog, DatasetTables
from stacks.code import Code
from stacks.config import Config
from stacks.delivery import Delivery
from stacks.layers import Layers
from stacks.monitoring import Monitoring, Watched
from stacks.outputs import add_outputs
from stacks.serving import Publisher, Queries
from stacks.speed import SpeedPath, make_stream
from stacks.storage import Storage


class LakehouseStack(Stack):
    """One lake. Everything in it is named by the prefix, so that two live in one account."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            config.prefix,
            description="A serverless streaming lakehouse whose merged answer is exact",
            tags={"lakehouse": config.prefix},
            # The CLI checks the bootstrap version itself; without the rule the template needs no
            # parameter, and deploys anywhere.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        Validations.of(self).acknowledge(
            Acknowledgment(
                id="CloudFormation-Validate::W7001",
                reason="CDK's Firehose construct adds a mapping that only its connections use",
            )
        )
        self._config = config
        self._code = Code(self, "Code")
        self._layers = Layers(self, "Layers")
        self._storage = Storage(self, "Storage", config=config)
        self._catalog = Catalog(self, "Catalog", config=config)
        tables = {dataset.name: self._tables(dataset) for dataset in config.datasets}
        watched = [self._pipeline(dataset, tables[dataset.name]) for dataset in config.datasets]
        queries = Queries(self, "Queries", config=config, storage=self._storage)
        Publisher(
            self,
            "Publisher",
            config=config,
            catalog=self._catalog,
            storage=self._storage,
            code=self._code,
            layers=self._layers,
            tables=[table for of in tables.values() for table in (of.speed, of.quarantine)],
        )
        Monitoring(self, "Monitoring", prefix=config.prefix, watched=watched)
        add_outputs(
            self, config=config, storage=self._storage, catalog=self._catalog, queries=queries
        )

    def _tables(self, dataset: Dataset) -> DatasetTables:
        return DatasetTables(
            self,
            f"{dataset.name}-tables",
            dataset=dataset,
            catalog=self._catalog,
            lake=self._storage.lake,
            since=self._config.since,
        )

    def _pipeline(self, dataset: Dataset, tables: DatasetTables) -> Watched:
        """Both paths of a dataset, and its batch job."""
        scope = Construct(self, dataset.name)
        stream = make_stream(scope, "Stream", dataset=dataset, config=self._config)
        speed = SpeedPath(
            scope,
            "Speed",
            dataset=dataset,
            config=self._config,
            stream=stream,
            storage=self._storage,
            code=self._code,
            layers=self._layers,
        )
        delivery = Delivery(
            scope,
            "Delivery",
            dataset=dataset,
            config=self._config,
            stream=stream,
            raw=tables.raw,
            storage=self._storage,
            code=self._code,
            layers=self._layers,
        )
        batch = BatchJob(
            scope,
            "Batch",
            dataset=dataset,
            config=self._config,
            catalog=self._catalog,
            storage=self._storage,
            code=self._code,
        )
        return Watched(
            dataset=dataset,
            stream=stream,
            speed=speed.function,
            transform=delivery.function,
            delivery_stream=delivery.stream_name,
            job=batch.job,
            database=self._config.prefix,
        )
