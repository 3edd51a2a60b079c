"""What a deployment prints at its end: names, and what to type next."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnOutput, Stack

from lakehouse import layout
from lakehouse.dataset import Dataset
from stacks.catalog import Catalog
from stacks.config import Config
from stacks.serving import Queries
from stacks.storage import Storage


def add_outputs(
    stack: Stack, *, config: Config, storage: Storage, catalog: Catalog, queries: Queries
) -> None:
    """Outputs are found by these ids, by people and by the command line: do not rename them."""
    _add(
        stack,
        {
            "LakeBucket": storage.lake.bucket_name,
            "ErrorsBucket": storage.lake.bucket_name,
            "FailuresBucket": storage.failures.bucket_name,
            "ResultsBucket": storage.results.bucket_name,
            "Database": catalog.database.database_name,
            "WorkGroup": queries.work_group.ref,
        },
    )
    for dataset in config.datasets:
        _add(stack, _of_dataset(config.prefix, dataset))


def _of_dataset(prefix: str, dataset: Dataset) -> dict[str, str]:
    """Names and commands of one dataset, each command ready to be typed."""
    title = "".join(word.capitalize() for word in dataset.name.split("_"))
    stream, job = layout.stream_name(prefix, dataset.name), layout.job_name(prefix, dataset.name)
    query = f"SELECT * FROM {layout.serving_view(dataset.name)} LIMIT 10"
    return {
        f"{title}Stream": stream,
        f"{title}BatchJob": job,
        f"{title}Feed": f"python -m producer {dataset.name} --prefix {prefix} --amount 10000",
        f"{title}RunBatch": f"aws glue start-job-run --job-name {job}",
        f"{title}Query": (
            f"aws athena start-query-execution --work-group {prefix} "
            f"--query-execution-context Database={prefix} --query-string '{query}'"
        ),
    }


def _add(stack: Stack, values: Mapping[str, str]) -> None:
    for id, value in values.items():
        CfnOutput(stack, id, value=value)
