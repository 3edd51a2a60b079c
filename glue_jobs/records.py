"""What the runs table tells of a run: counts of every step, and how long it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from glue_jobs import queries
from glue_jobs.aws import CALL_FAILED
from glue_jobs.engine import Engine, EngineError, Table

logger = logging.getLogger(__name__)


@contextmanager
def step(name: str, **context: Any) -> Iterator[None]:
    """Log that a step is done, and how long it took."""
    clock = time.monotonic()
    yield
    seconds = round(time.monotonic() - clock, 3)
    logger.info("step done", extra={"step": name, "seconds": seconds, **context})


def count(engine: Engine, *, rows_read: int) -> dict[str, Any]:
    """What the run's record says of rows and events.

    `raw_only` and `speed_only` are new events that one path alone has brought so far; the other
    may be hours behind. Raises EngineError unless every row that was read is accounted for.
    """
    [counts_in] = engine.rows(queries.count_in())
    speed_rows, raw_rows, recovered_rows, events_in, conflicts = counts_in
    check("rows read", speed_rows + raw_rows + recovered_rows, rows_read)
    [(new_events, added, raw_only, speed_only)] = engine.rows(queries.count_new())
    return {
        "speed_rows": speed_rows,
        "raw_rows": raw_rows,
        "recovered_rows": recovered_rows,
        "events_in": events_in,
        "repeated_rows": speed_rows + raw_rows + recovered_rows - events_in,
        "known_events": events_in - added,
        "new_events": new_events,
        "raw_only": raw_only,
        "speed_only": speed_only,
        "conflicts": conflicts,
    }


def check(what: str, found: int, wanted: int) -> None:
    """A run that cannot account for what it holds must not publish it. Raises EngineError."""
    if found != wanted:
        raise EngineError(f"{what}: {found}, not {wanted}; the engine lost or made up rows")


def record_run(engine: Engine, table: Table, record: dict[str, Any]) -> None:
    """Step 7: the row of the runs table. The run is published already, so a failure is told."""
    try:
        engine.append(table, queries.run_record(record))
    except (EngineError, OSError, *CALL_FAILED) as error:
        logger.warning("run %s is published, but not recorded: %s", record["run"], error)
