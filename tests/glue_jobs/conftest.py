import functools
import logging
import uuid

import pytest

import glue_jobs.duckdb_engine
from tests.glue_jobs.engines import is_spark
from tests.glue_jobs.lake import Lake
from tests.glue_jobs.ministack import ministack
from tests.glue_jobs.places import in_memory

# A run's dozen of queries are the same in most tests, and to parse them is a tenth of their time.
_to_duckdb = functools.cache(glue_jobs.duckdb_engine.to_duckdb)


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory):
    with ministack(tmp_path_factory.mktemp("ministack")) as address:
        yield address


@pytest.fixture
def aws(endpoint, monkeypatch):
    """The environment of somebody who uses MiniStack."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("glue_jobs.duckdb_engine.to_duckdb", _to_duckdb)
    yield
    logging.getLogger("glue_jobs").setLevel(logging.NOTSET)


@pytest.fixture
def lake(aws):
    """A deployed lake of its own: buckets, database, state object and views."""
    return Lake(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def lake_in_memory(request, monkeypatch):
    """Likewise, for what is about the run and not about S3 and Glue; Spark needs a real place."""
    if is_spark():
        return request.getfixturevalue("lake")
    monkeypatch.setattr("glue_jobs.duckdb_engine.to_duckdb", _to_duckdb)
    return Lake("lake", in_memory)
