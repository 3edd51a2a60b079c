"""A whole region for tests: `region` is up, deployed and empty when the first test asks for it.

It is shared (tests/conftest.py): a test must not count on streams and tables that are still empty.
Its jobs run when tests start them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local.environment import FIREHOSE_SECONDS
from local.home import Home
from local.region import Region

# What is deployed would keep tests waiting for minutes.
VARIABLES = {FIREHOSE_SECONDS: "2"}
_HOUR, _DEPLOY_SECONDS = 3600, 60


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """A region that is up; ended and removed after the last test."""
    running = Region(Home(tmp_path_factory.mktemp("region") / ".lakehouse"))
    pass_full_hour()
    running.up(variables=VARIABLES)
    stop_schedules(running)
    yield running
    running.reset()


def pass_full_hour() -> None:
    """What is deployed runs at every full hour, until that is stopped."""
    left = _HOUR - time.time() % _HOUR
    if left < _DEPLOY_SECONDS:
        time.sleep(left + 1)


def stop_schedules(region: Region) -> None:
    """A full hour in the middle of a test is to start no run."""
    glue = client_of(region, "glue")
    for page in glue.get_paginator("get_triggers").paginate():
        for trigger in page["Triggers"]:
            glue.stop_trigger(Name=trigger["Name"])


def client_of(region: Region, service: str) -> Any:
    """A boto3 client of the region, whatever the environment says."""
    variables = region.environment()
    return boto3.client(
        service,
        endpoint_url=region.endpoint,
        region_name=variables["AWS_REGION"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
