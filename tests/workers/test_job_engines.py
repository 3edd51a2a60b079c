"""Which engine a run of the batch job has on a laptop, and what it is started with."""

import shlex
import sys
from pathlib import Path

import pytest

from local.engines import spark
from local.engines.missing import EngineMissingError
from local.workers.job_processes import command_line, environment_of, on_a_laptop

CONF = "spark.sql.extensions=some.Extensions --conf spark.sql.catalog.c=some.Catalog"
ON_SPARK = {"--engine": "spark", "--conf": CONF, "--extra-py-files": "s3://assets/code.zip"}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Spark, as far as anybody looks before it is started."""
    for name in ("PYTHON", "PYSPARK", "_JAVA"):
        monkeypatch.setattr(spark, name, tmp_path)
    monkeypatch.setattr(spark, "SPARK", ())


def test_a_run_is_duckdbs_unless_it_asks_for_spark():
    assert on_a_laptop({"--engine": "spark", "--dataset": "tweets"}) == {
        "--engine": "duckdb",
        "--dataset": "tweets",
    }


def test_a_job_that_knows_no_engine_is_told_of_none():
    assert on_a_laptop({"--dataset": "tweets"}) == {"--dataset": "tweets"}


def test_a_run_on_duckdb_has_this_python():
    assert command_line({"--engine": "duckdb"}) == [
        *(sys.executable, "-m", "local.child", "job_script"),
        *("--engine", "duckdb"),
    ]


def test_a_run_on_spark_has_glues_python_and_the_jobs_own_settings(installed, monkeypatch):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--master elsewhere pyspark-shell")
    assert command_line(ON_SPARK)[0] == str(spark.PYTHON)
    found = environment_of("http://127.0.0.1:1", Path("/code"), ON_SPARK)
    submitted = shlex.split(found["PYSPARK_SUBMIT_ARGS"])
    assert submitted[:4] == [
        *("--conf", "spark.sql.extensions=some.Extensions"),
        *("--conf", "spark.sql.catalog.c=some.Catalog"),
    ]
    assert submitted[-1] == "pyspark-shell"
    assert "spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:1" in submitted
    assert found["PYTHONPATH"] == "/code/code.zip:/code"


def test_a_run_on_spark_without_spark_says_what_to_do(monkeypatch):
    monkeypatch.setattr(spark, "PYTHON", Path("/nowhere"))
    with pytest.raises(EngineMissingError, match="run: make get-engines"):
        environment_of("http://127.0.0.1:1", Path("/code"), ON_SPARK)
