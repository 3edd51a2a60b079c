"""One Spark session for a process of tests: as Glue starts it, but for where AWS is."""

from __future__ import annotations

import os
import sys
from functools import cache

from local.engines import spark
from stacks.batch import spark_conf


@cache
def session(endpoint):
    """The session, whose AWS is at `endpoint`: a JVM has one environment, so one per process."""
    os.environ |= spark.environment(spark_conf("s3://nowhere/"), endpoint)
    sys.path.append(str(spark.PYSPARK))
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()
