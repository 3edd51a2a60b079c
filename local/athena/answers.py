"""Answers to executions: by the engine, by Trino, or by what a statement lists."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.athena import prepared, statements
from local.athena.catalog import CATALOG, Catalog
from local.athena.engine import Engine, Run
from local.athena.errors import QueryFailure, not_supported
from local.athena.iceberg import IcebergTables
from local.athena.on_trino import TrinoRun
from local.athena.parsing import parse
from local.athena.prepared import PreparedStatements
from local.athena.result_store import ResultStore
from local.athena.show_statements import Listing, Session
from local.athena.storage import Meter


@dataclass
class Live:
    """An execution that has not ended."""

    body: dict[str, Any]
    meter: Meter
    run: Run | TrinoRun | None = None
    started: float = field(default_factory=time.perf_counter)

    def millis(self) -> int:
        """Since it was asked for."""
        return round((time.perf_counter() - self.started) * 1000)


class Answers:
    """Finds what an execution's text asks for, and writes it to where its result belongs."""

    def __init__(
        self,
        *,
        engine: Engine,
        glue: Any,
        prepared_statements: PreparedStatements,
        results: ResultStore,
        trino: str | None = None,
    ) -> None:
        self._engine = engine
        self._trino = trino
        self._glue = glue
        self._prepared = prepared_statements
        self._tables = IcebergTables(engine.storage)
        self._results = results

    def write(self, live: Live) -> None:
        """Answer. Raises QueryFailure, QueryCancelled, and what S3 and Glue raise."""
        body = live.body
        context = body["QueryExecutionContext"]
        if context["Catalog"] != CATALOG:
            raise QueryFailure(
                "CATALOG_NOT_FOUND", f"Catalog '{context['Catalog']}' does not exist"
            )
        database = context.get("Database", "")
        sql = self._prepared.resolve(
            body["Query"], body["ExecutionParameters"], work_group=body["WorkGroup"]
        ).sql
        if sql is None:
            self._results.write_listing(body, Listing([], []))
            return
        found = statements.find(sql)
        if found and prepared.runs_a_query(body["Query"]):
            raise not_supported("EXECUTE of a statement that is not a query")
        if self._trino and not found:
            live.run = TrinoRun(self._trino, live.meter)
            self._results.write_answer(body, live.run.answer(sql, database))
            return
        catalog = Catalog(self._glue, self._tables, start_of_statement())
        live.run = run = Run(self._engine, catalog, live.meter)
        try:
            live.meter.check()
            if found:
                statement, match = found
                session = Session(self._glue, catalog, run, database)
                self._results.write_listing(body, statement.run(match, session))
            else:
                plan = run.bind(sql, parse(sql), database)
                body["Statistics"]["QueryPlanningTimeInMillis"] = live.millis()
                self._results.write_answer(body, run.answer(plan))
        finally:
            run.close()


def start_of_statement() -> datetime:
    """The one `now` of a statement, to the millisecond."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
