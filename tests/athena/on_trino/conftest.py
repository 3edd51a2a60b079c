"""A Trino without a lake: statements bring their own values."""

from __future__ import annotations

import pytest

from local.engines.trino import trino
from local.engines.trino_client import TrinoClient


@pytest.fixture(scope="session")
def client(region_url, tmp_path_factory):
    with trino(region_url, tmp_path_factory.mktemp("trino")) as running:
        yield TrinoClient(running.url)
