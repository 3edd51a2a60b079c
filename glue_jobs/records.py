"""What the runs table tells of a run: counts in and out of every step, and how long each took."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from glue_jobs import queries
from glue_jobs.engine import AppendError, Engine, EngineError, Table
from glue_jobs.logs import one_line
from glue_jobs.state import RunStart
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.epochs import epoch_after, start_of
from lakehouse.metrics import RAW_PATIENCE, SPEED_PATIENCE

logger = logging.getLogger(__name__)

# The steps as DESIGN.md numbers them; the first word is what `died_at` says.
STEPS = {
    "boundary": "0 read the boundary",
    "number": "1 take a number and seal",
    "list": "2 list",
    "read": "2-3 read, keep first copies",
    "new": "3 keep what is new",
    "events": "4 append events",
    "partials": "5 append partials",
    "publish": "6 publish",
    "record": "7 record the run",
}
_REASON_LENGTH = 500

# A row of the runs table, by column. What is not known is not there.
Row = dict[str, Any]


class Record:
    """The row of a run that is under way, as far as it is known."""

    def __init__(self) -> None:
        self._row: Row = {}
        self._step = ""
        self._clock = time.monotonic()

    def add(self, **values: Any) -> None:
        """Know more columns."""
        self._row |= values

    def begin(self, boundary: Boundary, start: RunStart, *, kind: str) -> None:
        """Know what a run works on, and what it was given."""
        self.add(
            run=start.run,
            kind=kind,
            serial_before=boundary.serial,
            run_before=boundary.run,
            cut_before=boundary.cut,
            cut=start.cut,
            began=start.began,
        )

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Be in a step of STEPS; once it is done, know how long it took, and log it."""
        self._step = STEPS[name]
        clock = time.monotonic()
        yield
        seconds = _seconds_since(clock)
        self.add(**{f"{name}_seconds": seconds})
        run = self._row.get("run")
        logger.info("step done", extra={"step": self._step, "seconds": seconds, "run": run})

    def published(self) -> Row:
        """The row of the run, which is published."""
        return self._row | {"status": "published", "seconds": _seconds_since(self._clock)}

    def died(self, error: Exception) -> Row:
        """The row of the run, which this error killed in the step that it is in."""
        reason = one_line(f"{type(error).__name__}: {error}")
        return self._row | {
            "status": "died",
            "died_at": self._step.partition(" ")[0],
            "reason": reason[:_REASON_LENGTH],
            "seconds": _seconds_since(self._clock),
        }


def _seconds_since(clock: float) -> float:
    """In whole thousandths, so that a run's steps never add up to more than the run."""
    return math.floor((time.monotonic() - clock) * 1000) / 1000


def count(engine: Engine, dataset: Dataset, start: RunStart, *, rows_read: int) -> Row:
    """What the record says of rows and events.

    `late_5m` are new events that arrived more than five minutes after they happened, `late_1h`
    those of them that took more than an hour, and so on: who is in one is in those before it.

    `raw_only` and `speed_only` are new events that one path alone has brought so far; the other may
    be behind, which is why there are two paths. They are *unexplained* once the other should have
    been there too: for raw and error objects alone, if they arrived more than SPEED_PATIENCE before
    the cut ends, so that their speed rows belong to epochs that this run reads; for speed rows
    alone, if they arrived more than RAW_PATIENCE before the run began. Events that arrived later
    than that are not looked at again, since the next run has them as published: what a path lost of
    them, `lakehouse audit` finds. Also unexplained, as it should be, is what one path can only have
    alone: replayed records, and raw that is older than the lake.

    Raises EngineError unless every row that was read is accounted for.
    """
    [counts_in] = engine.rows(queries.count_in())
    speed_rows, raw_rows, recovered_rows, events_in, conflicts = counts_in
    check("rows read", speed_rows + raw_rows + recovered_rows, rows_read)
    counts_new = queries.count_new(
        dataset,
        speed_due=start_of(epoch_after(start.cut)) - SPEED_PATIENCE,
        raw_due=start.began - RAW_PATIENCE,
    )
    [(added, *counted)] = engine.rows(counts_new)
    return {
        "speed_rows": speed_rows,
        "raw_rows": raw_rows,
        "recovered_rows": recovered_rows,
        "events_in": events_in,
        "repeated_rows": speed_rows + raw_rows + recovered_rows - events_in,
        "known_events": events_in - added,
        "conflicts": conflicts,
        **dict(zip(_COUNTED, counted, strict=True)),
    }


_COUNTED = (
    *("new_events", "raw_only", "speed_only", "unexplained_raw_only", "unexplained_speed_only"),
    *("late_5m", "late_1h", "late_1d", "late_7d"),
)


def check(what: str, found: int, wanted: int) -> None:
    """A run that cannot account for what it holds must not publish it. Raises EngineError."""
    if found != wanted:
        raise EngineError(f"{what}: {found}, not {wanted}; the engine lost or made up rows")


def append_rows(engine: Engine, runs: Table, rows: Sequence[Row]) -> None:
    """Append rows to the runs table, in one commit; the last one is the run's own.

    If they cannot be read together, the run's own is appended alone: the others are what other runs
    left, and one of those may hold anything. A failure is logged, and no more.
    """
    try:
        engine.append(runs, queries.run_records(rows))
    except AppendError as error:
        _tell(rows, error)  # they may be there, and must not be there twice
    # The run is published, and whoever started it must hear that, whatever is wrong with its row.
    except Exception as error:
        *others, own = rows
        _tell(others or rows, error)
        if others:
            append_rows(engine, runs, [own])


def _tell(rows: Sequence[Row], error: Exception) -> None:
    numbers = ", ".join(str(row["run"]) for row in rows)
    logger.warning("not recorded: run %s (%s)", numbers, error)
