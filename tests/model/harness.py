"""What the shipped code takes from its process, made repeatable: names, clocks, threads, caches."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import time
from datetime import UTC, datetime, timedelta
from unittest import mock

import duckdb
import pyarrow as pa
import pyiceberg.table
import pyiceberg.table.metadata
import pyiceberg.table.update
from pyiceberg.utils.concurrent import ExecutorFactory

import glue_jobs.duckdb_engine
import glue_jobs.quarantine
import glue_jobs.records
import glue_jobs.recovery
import lakehouse.views
from tests.model.actors import Serial, current, seeded_uuid4
from tests.model.decoded import decoded_once
from tests.model.events import TWEETS
from tests.model.texts import parse, to_duckdb

ENVIRONMENT = {
    "DATASET": "tweets",
    "LAKE_BUCKET": "lake",
    "DATABASE": "lakehouse",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "model",
}


class Here:
    """The world that a story is told in now; one at a time in a process."""

    world = None


_real_time = time.time


def _process_time():
    """An actor's own clock: S3's, and wrong by its skew."""
    actor = current()
    if actor is None or Here.world is None:
        return _real_time()
    return (Here.world.store.now + actor.skew).timestamp()


def own_clock(_headers):
    """What a process would take the time for that does not ask S3."""
    return datetime.fromtimestamp(_process_time(), UTC)


class _Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.fromtimestamp(_process_time(), tz)


def _decoder(*_):
    return TWEETS, Here.world.decode


@contextlib.contextmanager
def harness():
    """Everything that makes a story the same whenever it is told."""
    loggers = [
        logging.getLogger(name)
        for name in ("glue_jobs", "pyiceberg", "speed", "transform", "publish-views")
    ]
    levels = [one.level for one in loggers]
    rendered = functools.cache(lakehouse.views.render_views)
    with contextlib.ExitStack() as stack:
        patch = lambda *args, **options: stack.enter_context(mock.patch(*args, **options))  # noqa: E731
        stack.enter_context(mock.patch.dict("os.environ", ENVIRONMENT))
        for one in loggers:
            one.setLevel(logging.CRITICAL + 1)
        patch("uuid.uuid4", seeded_uuid4)
        patch("time.time", _process_time)
        patch("pyiceberg.table.update.datetime", _Clock)
        patch("pyiceberg.table.metadata.datetime", _Datetimes())
        stack.enter_context(
            mock.patch.object(ExecutorFactory, "get_or_create", staticmethod(lambda: Serial()))
        )
        patch("glue_jobs.run.append_rows", _append_rows)
        patch("lambdas.speed_view.ThreadPoolExecutor", Serial)
        patch("glue_jobs.quarantine.ThreadPoolExecutor", Serial)
        patch("lambdas.speed_view._client", lambda: Here.world.s3.client())
        patch("lambdas.speed_view._decoder", _decoder)
        patch("lambdas.firehose_transform._decoder", _decoder)
        patch("glue_jobs.recovery.decoder", lambda _: Here.world.decode)
        patch("local.replay.decoder", lambda _: Here.world.decode)
        patch("local.replay.ThreadPoolExecutor", Serial)
        patch("glue_jobs.duckdb_engine.to_duckdb", to_duckdb)
        patch("glue_jobs.publication.render_views", rendered)
        patch("lambdas.publish_views.render_views", rendered)
        patch("pyiceberg.table.parser.parse", functools.cache(pyiceberg.table.parser.parse))
        # Two files or runs are enough to be put together.
        patch("glue_jobs.rewriting.MIN_FILES", 2)
        patch("glue_jobs.rewriting.MIN_RUNS", 2)
        stack.enter_context(decoded_once())
        patch("glue_jobs.duckdb_engine.DuckDBEngine._watched", _eagerly)
        patch("glue_jobs.duckdb_engine.duckdb", _DuckDB())
        patch("local.athena.scan.ScanStream.__arrow_c_stream__", _arrow_stream)
        patch("local.athena.queries.parse", parse)
        try:
            yield
        finally:
            for one, level in zip(loggers, levels, strict=True):
                one.setLevel(level)


def _append_rows(engine, runs, rows):
    """The runs table is in no answer; stories that begin with `record()` write it all the same."""
    if Here.world.is_recording:
        glue_jobs.records.append_rows(engine, runs, rows)


def _eagerly(_engine, found):
    """Rows of a source, read by the actor itself and not by a thread of Arrow's."""
    return list(found)


def _arrow_stream(scan, requested_schema=None):
    """Likewise for a query: read when DuckDB opens the stream, once."""
    kept = vars(scan).get("_kept")
    if kept is None:
        kept = scan._kept = list(scan._guarded())
    reader = pa.RecordBatchReader.from_batches(scan.schema, kept)
    return reader.__arrow_c_stream__(requested_schema)


class _DuckDB:
    """The module for runs: each has a database of its own in memory, on one server."""

    @staticmethod
    def connect(path, config):
        return _Connection()

    def __getattr__(self, name):
        return getattr(duckdb, name)


class _Connection:
    def __init__(self):
        self._name = f"run_{next(_numbers)}"
        self._inner = _root().cursor()
        self._inner.execute(f"ATTACH ':memory:' AS {self._name}; USE {self._name}")

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def close(self):
        self._inner.execute(f"USE memory; DETACH {self._name}")
        self._inner.close()


@functools.cache
def _root():
    return duckdb.connect(":memory:", config={"threads": "1", "preserve_insertion_order": False})


_numbers = itertools.count()


class _Datetimes:
    """The module `datetime` with our clock: pyiceberg's metadata module reads it that way."""

    datetime = _Clock
    timedelta = timedelta

    def __getattr__(self, name):
        import datetime as module

        return getattr(module, name)
