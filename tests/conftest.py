"""What every test may use: one region, started when the first test asks for it.

In parallel (`make test`) the tests of one file run in one process, in order, and each process has a
region of its own.
"""

import os

from tests.glue_jobs.engines import VARIABLE
from tests.region import region

__all__ = ["region"]


def pytest_addoption(parser):
    parser.addoption("--engine", choices=("duckdb", "spark"), default="duckdb", help="of runs")
    parser.addoption("--trino", action="store_true", help="the tests that need a Trino, too")


def pytest_configure(config):
    os.environ[VARIABLE] = config.getoption("--engine")
    if config.getoption("--engine") == "spark" and "LAKEHOUSE_TEST_HISTORIES" not in os.environ:
        # But for hundreds of histories, nothing is worth the time of Java's second compiler.
        given = os.environ.get("JAVA_TOOL_OPTIONS", "")
        os.environ["JAVA_TOOL_OPTIONS"] = f"{given} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def pytest_ignore_collect(collection_path, config):
    """What needs Spark is run by `make spark`, what needs Trino by `make trino`."""
    has = {"on_spark": config.getoption("--engine") == "spark", "on_trino": config.option.trino}
    return True if not has.get(collection_path.name, True) else None


# Read when a handler is imported, as on Lambda, where the stack has set it before.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "lakehouse"
