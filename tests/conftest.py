"""What every test may use: one region, started when the first test asks for it."""

import pytest

from tests.region import region

__all__ = ["region"]


def pytest_collection_modifyitems(items):
    """Tests of the one region run in one process, however many there are."""
    for item in items:
        if "region" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("region"))
