"""What our code imports is there at run time: in Lambda's layers, and in the job's modules."""

import ast
import re
import sys

import pytest

from lakehouse.datasets import DATASETS
from lambdas.firehose_transform import MAX_ANSWER_BYTES
from stacks import assets, transform_buffer
from stacks.batch import JOB_MODULES, pinned_modules
from stacks.transform_buffer import smallest_record, transform_buffer_kib

# Lambda's own boto3, the pandas layer, Powertools, and our layer.
LAMBDA_HAS = {"boto3", "botocore", "pyarrow", "aws_lambda_powertools", "msgspec"}
# botocore comes with boto3, numpy and Spark with Glue 5.1.
GLUE_HAS = {"botocore", "numpy", "pyspark", "py4j"}
JOB_HAS = {name.replace("-", "_") for name in JOB_MODULES} | GLUE_HAS


def third_party(*rooms):
    """Top-level names that the rooms import, less their own and the standard library's."""
    names = set()
    for room in rooms:
        for path in (assets.ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(assets.ROOMS)


def test_functions_import_what_their_layers_hold():
    used = third_party("lakehouse", "lambdas")
    assert {"boto3", "msgspec"} <= used
    assert used <= LAMBDA_HAS


def test_the_job_imports_what_glue_installs():
    used = third_party("lakehouse", "glue_jobs")
    assert {"duckdb", "pyiceberg"} <= used
    assert used <= JOB_HAS


def test_the_jobs_modules_have_the_versions_of_the_constraints():
    constraints = (assets.ROOT / "constraints.txt").read_text().splitlines()
    pins = pinned_modules().split(",")
    assert [re.split("==", pin)[0] for pin in pins] == list(JOB_MODULES)
    assert [pin for pin in pins if pin not in constraints] == []


def test_the_transforms_buffer_is_made_for_the_answer_that_it_gives():
    assert transform_buffer.ANSWER_BYTES == MAX_ANSWER_BYTES


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_an_answer_of_smallest_records_fits(dataset):
    buffer = transform_buffer_kib(dataset)
    assert 205 <= buffer <= 3072  # Firehose takes 0.2 to 3 MB
    records = buffer * 1024 / len(smallest_record(dataset))
    assert records * transform_buffer.answer_bytes(dataset) <= MAX_ANSWER_BYTES


def test_the_smallest_record_has_every_field_as_short_as_can_be():
    customers = next(dataset for dataset in DATASETS if dataset.name == "customers")
    assert smallest_record(customers) == (
        b'{"uuid":"0","event_date":100000000000,"status":"","name":"","last_name":"","email":"",'
        b'"phone":""}'
    )
