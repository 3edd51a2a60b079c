"""One statement's query asked of a Trino, in the place of DuckDB: see `lakehouse up --athena`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from local.athena.engine import Answer
from local.athena.errors import SYSTEM_ERROR, USER_ERROR, QueryFailure
from local.athena.results import Row
from local.athena.storage import Meter
from local.athena.trino_values import shown
from local.athena.type_text import parse_type
from local.athena.types import Type
from local.engines.trino import CATALOG
from local.engines.trino_client import Asked, TrinoClient, TrinoFailure

# Trino places its message, and `QueryFailure` does it again.
_PLACE = re.compile(r"line \d+:\d+: ")


class TrinoRun:
    """One query at the Trino at `url`. `stop` may be called from any thread."""

    def __init__(self, url: str, meter: Meter) -> None:
        self._url = url
        self._meter = meter

    def stop(self) -> None:
        """End what runs: whoever waits for the answer, or reads it, finds out within a second."""
        self._meter.is_stopped = True

    def answer(self, sql: str, database: str) -> Answer:
        """Raises QueryFailure or QueryCancelled, also while the answer is read."""
        client = TrinoClient(self._url, catalog=CATALOG, schema=database)
        try:
            asked = client.start(sql, self._meter.check)
        except TrinoFailure as failure:
            raise _failure_of(failure) from failure
        try:
            columns = [(name, parse_type(t)) for name, t in asked.columns]
        except QueryFailure:
            client.cancel(asked)
            raise
        return Answer(columns, self._pages(client, asked, [t for _, t in columns]))

    def _pages(self, client: TrinoClient, asked: Asked, types: list[Type]) -> Iterator[list[Row]]:
        try:
            for page in asked.pages:
                self._meter.reach(asked.physical_bytes)
                yield [[shown(v, t) for v, t in zip(row, types, strict=True)] for row in page]
            self._meter.reach(asked.physical_bytes)
        except TrinoFailure as failure:
            raise _failure_of(failure) from failure
        finally:
            client.cancel(asked)


def _failure_of(failure: TrinoFailure) -> QueryFailure:
    message = _PLACE.sub("", failure.message, count=1) if failure.position else failure.message
    category = USER_ERROR if failure.is_users else SYSTEM_ERROR
    return QueryFailure(failure.name, message, failure.position, category)
