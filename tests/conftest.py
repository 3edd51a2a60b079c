"""What every test may use: one region, started when the first test asks for it."""

import os

import pytest

from tests.region import region

__all__ = ["region"]

# Read when a handler is imported, as on Lambda, where the stack has set it before.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "lakehouse"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """Tests of one file run in one process, in order; so do all tests of the one region."""
    for item in items:
        is_shared = "region" in item.fixturenames and not hasattr(item.module, "region")
        item.add_marker(pytest.mark.xdist_group("region" if is_shared else str(item.path)))
