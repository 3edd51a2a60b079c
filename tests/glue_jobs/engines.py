"""The engine that the tests of runs use: `pytest --engine spark` runs them on Spark."""

import os

from glue_jobs.engine import no_checkpoint

# Set by tests/conftest.py, and inherited by the processes that tests run in.
VARIABLE = "LAKEHOUSE_TEST_ENGINE"


def is_spark():
    return os.environ.get(VARIABLE) == "spark"


def new_engine(*, staging, checkpoint=no_checkpoint, iceberg=None):
    """An engine of the kind that is tested."""
    if not is_spark():
        from glue_jobs.duckdb_engine import DuckDBEngine

        return DuckDBEngine(threads=1, fetches=1, checkpoint=checkpoint, iceberg=iceberg)
    from tests.glue_jobs.on_spark.session import session

    spark = session(os.environ["AWS_ENDPOINT_URL"])
    from glue_jobs.spark_engine import SparkEngine

    return SparkEngine(staging=staging, checkpoint=checkpoint, session=spark)
