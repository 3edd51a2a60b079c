"""The batch layer: the Glue job of a dataset, and when it runs."""

from __future__ import annotations

import re
from pathlib import Path

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from constructs import Construct

from glue_jobs.table_layout import SPARK_CATALOG
from lakehouse import layout, metrics
from lakehouse.dataset import Dataset
from lakehouse.layout import view_names
from lakehouse.times import duration_text
from lakehouse.windows import window_text
from stacks import assets
from stacks.catalog import Catalog
from stacks.code import Code
from stacks.config import Config
from stacks.permissions import make_role, on_bucket, on_objects, on_tables, put_metrics
from stacks.storage import Storage

# What the job imports with DuckDB and Glue 5.1 does not have, or has too old; by their names alone,
# since Glue splits its list at commas and extras have some. Versions are those of constraints.txt.
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-libraries.html
JOB_MODULES = (
    "boto3",
    "duckdb",
    "msgspec",
    "pyarrow",
    "pyiceberg",
    "pyiceberg-core",
    "pytz",
    "sqlglot",
)
# Iceberg in Spark, as Glue's documentation has it; without a cache of tables, in which Spark would
# not see what others append:
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-format-iceberg.html
_CATALOG = f"spark.sql.catalog.{SPARK_CATALOG}"
_SPARK = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    _CATALOG: "org.apache.iceberg.spark.SparkCatalog",
    f"{_CATALOG}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
    f"{_CATALOG}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    f"{_CATALOG}.cache-enabled": "false",
}
_READ = ("GetObject",)
_WRITE = ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")
_TIMEOUT = Duration.hours(8)  # far below the days after which orphan files go


def pinned_modules(constraints: Path = assets.ROOT / "constraints.txt") -> str:
    """JOB_MODULES with their versions, as `--additional-python-modules` takes them."""
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", constraints.read_text(), re.MULTILINE))
    return ",".join(f"{name}=={pins[name]}" for name in JOB_MODULES)


def spark_conf(warehouse: str) -> str:
    """The job's `--conf`: one value for all settings, as Glue takes them."""
    settings = _SPARK | {f"{_CATALOG}.warehouse": warehouse}
    return " --conf ".join(f"{name}={value}" for name, value in settings.items())


class BatchJob(Construct):
    """The Glue job that makes a run of one dataset, and its trigger."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        dataset: Dataset,
        config: Config,
        catalog: Catalog,
        storage: Storage,
        code: Code,
    ) -> None:
        super().__init__(scope, id)
        self._dataset, self._config, self._storage = dataset, config, storage
        self.job_name = layout.job_name(config.prefix, dataset.name)
        database = catalog.database.database_name
        role = make_role(
            self,
            "Role",
            service="glue.amazonaws.com",
            statements=[*self._data_statements(), *self._platform_statements(database, code)],
        )
        self.job = glue.PySparkEtlJob(
            self,
            "Job",
            job_name=self.job_name,
            description=f"{dataset.name}: one run of the batch layer",
            glue_version=glue.GlueVersion.V5_1,
            role=role.without_policy_updates(),
            script=code.for_glue(code.script),
            extra_python_files=[code.for_glue(code.zip), code.for_glue(code.libraries)],
            worker_configuration=glue.WorkerConfiguration(
                worker_type=glue.WorkerType.G_1X, number_of_workers=2
            ),
            # Glue 5 logs as it goes without this, which was the way of older versions.
            continuous_logging=glue.ContinuousLoggingProps(enabled=False),
            max_concurrent_runs=1,
            max_retries=0,
            timeout=_TIMEOUT,
            default_arguments={
                "--dataset": dataset.name,
                "--database": database,
                "--lake-bucket": storage.lake.bucket_name,
                "--errors-bucket": storage.lake.bucket_name,
                "--retention-hours": str(config.retention_hours),
                "--window": window_text(dataset.window),
                "--keep": duration_text(config.keep),
                "--longest-query": duration_text(config.longest_query),
                "--region": Stack.of(self).region,
                "--engine": config.engine,
                **self._engine_arguments(),
                # Flags; Glue wants a value for each, which the script does not look at.
                "--compact": "true",
                "--expire": "true",
            },
        )
        glue.CfnTrigger(
            self,
            "Schedule",
            name=f"{self.job_name}-schedule",
            type="SCHEDULED",
            schedule=config.schedule,
            start_on_creation=True,
            actions=[glue.CfnTrigger.ActionProperty(job_name=self.job.job_name)],
        )

    def _engine_arguments(self) -> dict[str, str]:
        """What Glue needs to know of the engine."""
        if self._config.engine == "duckdb":
            return {"--additional-python-modules": pinned_modules()}
        # Tables are created where the job says, so the catalog's own warehouse stays empty.
        warehouse = f"s3://{self._storage.lake.bucket_name}/warehouse/"
        return {"--datalake-formats": "iceberg", "--conf": spark_conf(warehouse)}

    def _data_statements(self) -> list[iam.PolicyStatement]:
        """What a run reads, writes and, below the floor, deletes."""
        lake, name = self._storage.lake, self._dataset.name
        made = (layout.events_prefix(name), layout.partials_prefix(name), layout.runs_prefix(name))
        read = (layout.raw_prefix(name), layout.errors_prefix(name))
        noted = (layout.quarantine_prefix(name), layout.died_prefix(name))
        put = [*(f"{prefix}*" for prefix in noted), layout.state_key(name)]
        speed = [f"{layout.speed_prefix(name)}*"]
        return [
            on_objects(lake, [f"{prefix}*" for prefix in read], actions=_READ),
            on_objects(lake, [f"{prefix}*" for prefix in made], actions=_WRITE),
            on_objects(lake, put, actions=("GetObject", "PutObject")),
            on_objects(lake, speed, actions=("DeleteObject", "GetObject")),
            on_bucket(lake, actions=("GetBucketLocation", "ListBucket")),
        ]

    def _platform_statements(self, database: str, code: Code) -> list[iam.PolicyStatement]:
        """What Glue itself does in the job's name, and the tables that a run makes and moves."""
        name = self._dataset.name
        made = (layout.events_table(name), layout.partials_table(name), layout.runs_table(name))
        logs_arn = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name="/aws-glue/*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return [
            on_tables(
                self,
                database=database,
                tables=[*made, *view_names(self._dataset)],
                actions=("CreateTable", "GetDatabase", "GetTable", "UpdateTable"),
            ),
            iam.PolicyStatement(
                actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[logs_arn],
            ),
            put_metrics("Glue", metrics.NAMESPACE),
            *(
                on_objects(asset.bucket, [asset.s3_object_key], actions=_READ)
                for asset in (code.zip, code.libraries, code.script)
            ),
        ]
