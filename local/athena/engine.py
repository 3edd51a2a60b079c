"""One statement's query, bound and run on DuckDB: stages first, then the answer as a stream."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from local.athena import zones
from local.athena.catalog import Catalog
from local.athena.errors import SYSTEM_ERROR, QueryCancelled, QueryFailure
from local.athena.functions import PYTHON
from local.athena.plan import Plan, Stage
from local.athena.predicates import Predicate
from local.athena.python_functions import register
from local.athena.queries import Context, QueryBinder
from local.athena.results import Row, rows_of
from local.athena.scan import ScanStream
from local.athena.storage import Meter, Storage
from local.athena.types import Type, duckdb_type

# More keys than this prune by their range alone.
_KEYS = 1000
_BATCH_ROWS = 16_384
_INTERRUPT_SECONDS = 0.05

# What `expression.raising` wrote, as DuckDB's message quotes it.
_RAISED = re.compile(r"'athena:([A-Z_]+):([^:]*):'")
_OUT_OF_RANGE = re.compile(r"Type U?INT[0-9]+ with value .* out of range")

# DuckDB's error classes, and what Athena calls the same.
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (duckdb.OutOfRangeException, "NUMERIC_VALUE_OUT_OF_RANGE"),
    (duckdb.ConversionException, "INVALID_CAST_ARGUMENT"),
    (duckdb.OutOfMemoryException, "EXCEEDED_LOCAL_MEMORY_LIMIT"),
    (duckdb.BinderException, "SYNTAX_ERROR"),
    (duckdb.InvalidInputException, "INVALID_FUNCTION_ARGUMENT"),
)


@dataclass(frozen=True)
class Engine:
    """The one DuckDB of the process; every query has a connection of its own to it."""

    root: duckdb.DuckDBPyConnection
    storage: Storage
    fetchers: ThreadPoolExecutor

    @classmethod
    def create(
        cls, storage: Storage, *, spill_dir: Path, memory_limit: str, threads: int
    ) -> Engine:
        spill_dir.mkdir(parents=True, exist_ok=True)
        root = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit,
                "threads": str(threads),
                "temp_directory": str(spill_dir),
                "python_enable_replacements": "false",
            },
        )
        register(root, PYTHON)
        # The text is ours, but nothing in it may ever reach files or settings.
        root.execute("SET GLOBAL TimeZone = 'UTC'; SET enable_external_access = false")
        root.execute("SET lock_configuration = true")
        return cls(root, storage, ThreadPoolExecutor(16, thread_name_prefix="athena-fetch"))

    def close(self) -> None:
        self.fetchers.shutdown(cancel_futures=True)
        self.root.close()


@dataclass(frozen=True)
class Answer:
    """The columns of a result, and its rows as text, as they come."""

    columns: list[tuple[str, Type]]
    pages: Iterator[list[Row]]


class Run:
    """One query on a connection of its own. `stop` may be called from any thread."""

    def __init__(self, engine: Engine, catalog: Catalog, meter: Meter) -> None:
        self._engine = engine
        self._catalog = catalog
        self._meter = meter
        self._connection = engine.root.cursor()
        self._streams: list[ScanStream] = []
        self._is_closed = threading.Event()

    def stop(self) -> None:
        """End what runs, and whatever would run after it. Returns at once."""
        self._meter.is_stopped = True
        threading.Thread(target=self._interrupt, name="athena-stop", daemon=True).start()

    def _interrupt(self) -> None:
        """Until it has ended: DuckDB forgets an interrupt that comes just before a query begins."""
        # A run that has just ended has closed its connection: there is nothing to stop.
        with contextlib.suppress(duckdb.ConnectionException):
            self._connection.interrupt()
            while not self._is_closed.wait(_INTERRUPT_SECONDS):
                self._connection.interrupt()

    def close(self) -> None:
        self._is_closed.set()
        self._connection.close()

    def bind(self, sql: str, node: exp.Expr, database: str) -> Plan:
        """The plan of a query. Raises QueryFailure for what is wrong with it."""
        plan = Plan()
        context = Context(self._catalog, plan, self._catalog.now, self._evaluate)
        plan.query = QueryBinder(sql, context, database=database).query(node)
        plan.output = plan.query.columns
        for column in plan.output:
            zones.need_known(column.type)
        return plan

    def _evaluate(self, sql: str) -> Any:
        try:
            row = self._connection.execute(f"SELECT {sql}").fetchone()
        except duckdb.Error as error:
            raise failure_of(error) from error
        return row[0] if row else None

    def answer(self, plan: Plan) -> Answer:
        """Run a plan. Raises QueryFailure or QueryCancelled, also while it is read."""
        columns, batches = self.read(plan)
        return Answer(columns, (list(rows_of(batch, columns)) for batch in batches))

    def read(self, plan: Plan) -> tuple[list[tuple[str, Type]], Iterator[pa.RecordBatch]]:
        """As `answer`, with values as DuckDB has them."""
        if plan.query is None:
            raise QueryFailure("SYNTAX_ERROR", "the statement has no query")
        needed = plan.needed()
        # Rendering tells each scan what it has to read, so all of it comes first.
        stages = [(stage, plan.text(stage.query, needed)) for stage in plan.stages]
        text = plan.text(plan.query, needed)
        self._register(plan)
        for stage, stage_text in stages:
            self._checked(lambda sql: self._run_stage(stage, sql), stage_text)  # noqa: B023
        columns = [(f.label or f.name or f"_col{i}", f.type) for i, f in enumerate(plan.output)]
        casts = ", ".join(
            f"CAST({f.sql} AS {duckdb_type(f.type)}) AS c{i}" for i, f in enumerate(plan.output)
        )
        # A query's text ends in its ORDER BY; DuckDB keeps that order through a projection.
        sql = f"SELECT {casts} FROM ({text}) AS answer"
        reader = self._checked(self._stream, sql)
        return columns, self._batches(reader)

    def explain(self, plan: Plan) -> str:
        """DuckDB's plan; nothing of the tables is read."""
        if plan.query is None:
            raise QueryFailure("SYNTAX_ERROR", "the statement has no query")
        needed = plan.needed()
        lines = [f"{s.name}: {plan.text(s.query, needed)}" for s in plan.stages]
        return "\n".join([*lines, plan.text(plan.query, needed)])

    def _register(self, plan: Plan) -> None:
        for scan in plan.scans:
            stream = ScanStream(
                scan,
                catalog=self._catalog,
                storage=self._engine.storage,
                meter=self._meter,
                fetchers=self._engine.fetchers,
            )
            self._streams.append(stream)
            self._connection.register(scan.name, stream)

    def _stream(self, sql: str) -> pa.RecordBatchReader:
        return self._connection.execute(sql).to_arrow_reader(_BATCH_ROWS)

    def _run_stage(self, stage: Stage, sql: str) -> None:
        self._connection.execute(f"CREATE TEMP TABLE {stage.name} AS {sql}")
        for column, origins in stage.keys:
            keys = self._keys(stage.name, column.sql)
            for origin in origins:
                origin.scan.predicates.extend(
                    Predicate(origin.column, operator, value) for operator, value in keys
                )

    def _keys(self, stage: str, column: str) -> list[tuple[str, Any]]:
        rows = self._connection.execute(
            f"SELECT DISTINCT {column} FROM {stage} WHERE {column} IS NOT NULL LIMIT {_KEYS + 1}"
        ).fetchall()
        if len(rows) <= _KEYS:
            return [("in", frozenset(row[0] for row in rows))]
        low, high = self._connection.execute(
            f"SELECT min({column}), max({column}) FROM {stage}"
        ).fetchall()[0]
        return [(">=", low), ("<=", high)]

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while True:
            try:
                batch = self._checked(lambda _: reader.read_next_batch(), "")
            except StopIteration:
                return
            yield batch

    def _checked(self, action: Callable[[str], Any], sql: str) -> Any:
        """Run `action` unless stopped; an error of DuckDB's becomes the failure that caused it."""
        self._meter.check()
        try:
            return action(sql)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            for stream in self._streams:
                if stream.failure is not None:
                    raise stream.failure from error
            self._meter.check()
            raise failure_of(error) from error


def failure_of(error: Exception) -> QueryFailure | QueryCancelled:
    """What DuckDB's error is in Athena's words."""
    first = str(error).splitlines()[0]
    raised = _RAISED.search(first)
    if raised is not None:
        return QueryFailure(raised[1], raised[2])
    if isinstance(error, duckdb.InterruptException) or "INTERRUPT" in first:
        return QueryCancelled("Query was cancelled")
    if _OUT_OF_RANGE.search(first):
        return QueryFailure("NUMERIC_VALUE_OUT_OF_RANGE", first.split(": ", 1)[-1])
    for kind, code in _CODES:
        label = kind.__name__.removesuffix("Exception")
        if isinstance(error, kind) or first.replace(" ", "").startswith(f"{label}Error"):
            return QueryFailure(code, first.split(": ", 1)[-1])
    return QueryFailure("GENERIC_INTERNAL_ERROR", first, category=SYSTEM_ERROR)
