"""The job as the template has it, started on Spark as Glue starts it, by Glue's own packages."""

import subprocess

import boto3
import pytest

from lakehouse import layout
from lakehouse.datasets import DATASETS
from local.engines import spark

FAULTS = {"duplicates": 0.2, "late": 0.2, "malformed": 0.05}
SPARK, DUCKDB = {"--engine": "spark"}, {"--engine": "duckdb"}
# Each engine continues what the other has made, and computes it anew.
RUNS = {
    "tweets": (SPARK, DUCKDB, SPARK | {"--full": ""}),
    "turnstiles": (DUCKDB, SPARK),
    "customers": (SPARK, DUCKDB | {"--full": ""}),
}


@pytest.mark.parametrize("name", [dataset.name for dataset in DATASETS])
def test_a_lake_is_exact_whichever_engine_made_the_last_run(name, lane, run_batch, questions):
    events = lane(name)
    for number, arguments in enumerate(RUNS[name], start=1):
        events.put(60, seed=number, **FAULTS)
        events.put_again()
        events.settle()
        done = run_batch(name, **arguments)
        assert (done["JobRunState"], done.get("ErrorMessage", "")) == ("SUCCEEDED", "")
        assert events.difference() is None
    [provenance] = questions.ask(f'SELECT * FROM "{layout.provenance_view(name)}"')
    assert provenance["run"] >= len(RUNS[name])


def test_the_jobs_python_has_what_glue_has_and_nothing_of_ours():
    code = "import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    names = ["boto3", "pyarrow", "pyspark", "awswrangler", "pyiceberg", "duckdb", "sqlglot"]
    command = [str(spark.PYTHON), "-c", code.format(names=[*names, "msgspec", "lakehouse"])]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", env={})
    assert told.stdout.strip() == "['boto3', 'pyarrow', 'pyspark']"


def test_the_templates_job_runs_on_spark(endpoint):
    job = boto3.client("glue").get_job(JobName=layout.job_name(layout.DEFAULT_PREFIX, "tweets"))
    given = job["Job"]["DefaultArguments"]
    assert given["--engine"] == "spark"
    assert given["--conf"].startswith("spark.sql.extensions=org.apache.iceberg")
