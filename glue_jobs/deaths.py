"""The rows of runs that could not write their own: they died, or were killed once published.

A run that an error kills leaves an object that tells of it; one that is killed leaves nothing but
the rows that it appended, from which follows how far it came. Either is recorded by the run whose
publication makes its number dead. A run that was killed after it had published, before its rows of
the runs table were written, is recorded two publications later, with the dead that it owed: until
then it may be at work on them itself.

So each run has one row, but for these: two rows, if a run writes its own after another took it for
killed (it slept for two publications, or an append whose outcome was unknown arrived late); none,
if HEALED publications after it all failed to look, or the boundary's history began after it.
Runs that stood aside for a lease took no number, and have no row.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from glue_jobs import queries
from glue_jobs.aws import CALL_FAILED
from glue_jobs.engine import Checkpoint, Engine, Table, no_checkpoint
from glue_jobs.logs import one_line
from glue_jobs.records import Row
from glue_jobs.tables import RUNS_COLUMNS, Tables
from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.history import Past

# So many published runs, before the one before, are looked at for rows that are missing.
HEALED = 10

logger = logging.getLogger(__name__)

_COLUMNS = dict(RUNS_COLUMNS)


@dataclass(frozen=True)
class Deaths:
    """The objects of one dataset in which dying runs tell of themselves."""

    s3: Any
    bucket: str
    name: str
    checkpoint: Checkpoint = no_checkpoint

    def tell(self, row: Row) -> None:
        """Put the row of a run that dies. It dies of something else, so a failure is logged."""
        try:
            self.s3.put_object(
                Bucket=self.bucket,
                Key=layout.died_key(self.name, row["run"]),
                Body=json.dumps(row, default=datetime.isoformat).encode(),
            )
        except (OSError, *CALL_FAILED) as error:
            logger.warning("run %s dies untold: %s", row["run"], error)
        self.checkpoint("death told")

    def told(self, run: int) -> Row | None:
        """The row that a run put when it died, if it did."""
        key = layout.died_key(self.name, run)
        try:
            body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
        finally:
            self.checkpoint("death asked for")
        return _row(json.loads(body))


def _row(document: Mapping[str, Any]) -> Row:
    """A row from its JSON, as far as the table has its columns."""
    row = {
        name: one_line(value) if isinstance(value, str) else value
        for name, value in document.items()
        if name in _COLUMNS
    }
    if row.get("began"):
        row["began"] = datetime.fromisoformat(row["began"])
    return row


@dataclass(frozen=True)
class Owed:
    """Other runs that a run may have to record: those in (`after`, `run`), less (`left`, `last`].

    Numbers up to `left` may lack a row because a published run was killed; those after `last` are
    dead by this run's publication; those between are the run before's, which may be at work on
    them. `published` are those that were published, by their number.
    """

    after: int
    left: int
    last: int
    run: int
    published: Mapping[int, Past]

    def numbers(self) -> list[int]:
        """All of them."""
        return [*range(self.after + 1, self.left + 1), *range(self.last + 1, self.run)]


def owed_by(run: int, before: Boundary) -> Owed:
    """What a run that published over the boundary `before` may have to record."""
    boundaries = (*before.history, before.as_past())
    published: dict[int, Past] = {}
    for past in boundaries:
        if past.run:
            published.setdefault(past.run, past)  # those after it are rollbacks to it
    # The history's first run tells nothing of the numbers before it: they may have been published.
    known = max(min(past.run for past in boundaries) - 1, 0)
    *_, left, last = 0, 0, *sorted(published)
    after = [known, *sorted(published)[:-1]][-1 - HEALED :][0]
    return Owed(after=after, left=left, last=last, run=run, published=published)


def unrecorded(owed: Owed, deaths: Deaths, engine: Engine, tables: Tables) -> list[Row]:
    """The rows that are owed and not there. Failing to find them out is logged, and no more."""
    try:
        return _unrecorded(owed, deaths, engine, tables)
    # The run that looks is published, and what others left may be anything.
    except Exception as error:
        logger.warning("runs before run %s may lack their rows: %s", owed.run, error)
        return []


def _unrecorded(owed: Owed, deaths: Deaths, engine: Engine, tables: Tables) -> list[Row]:
    numbers = owed.numbers()
    if not numbers:
        return []
    recorded = _runs_in(engine, tables.runs, numbers)
    missing = [number for number in numbers if number not in recorded]
    told = {number: deaths.told(number) for number in missing}
    silent = [number for number in missing if not told[number] and number not in owed.published]
    died_at = _how_far(engine, tables, silent)
    rows = []
    for number in missing:
        row = told[number] or {}
        if number in owed.published:
            row = row | _published(owed, number)
        elif not row:
            row = _silent(owed.run, died_at[number])
        rows.append(row | {"run": number})
    return rows


def _published(owed: Owed, number: int) -> Row:
    """What is known of a published run that was not recorded."""
    past = owed.published[number]
    return {
        "status": "published",
        "died_at": None,
        "reason": f"killed before it was recorded; run {owed.run} found it published",
        "serial": past.serial,
        "base": past.base,
        "cut": past.cut,
        "began": past.began,
    }


def _silent(run: int, died_at: str) -> Row:
    """What is known of a dead run that left no word."""
    return {
        "status": "died",
        "died_at": died_at,
        "reason": f"left no word until run {run} was published over it: {_TRACES[died_at]}",
    }


# By `died_at`: what a silent run has left in the tables.
_TRACES = {
    "5-6": "killed, or still at work, after it had appended its partials",
    "4-5": "killed, or still at work, after it had appended its events",
    "1-4": "killed, or still at work, before it had appended anything (or it had nothing new)",
}


def _how_far(engine: Engine, tables: Tables, runs: Sequence[int]) -> dict[int, str]:
    """The steps in which runs that left no word may have died, by what they appended."""
    if not runs:
        return {}
    partials = _runs_in(engine, tables.partials, runs)
    events = _runs_in(engine, tables.events, runs)
    return {run: "5-6" if run in partials else "4-5" if run in events else "1-4" for run in runs}


def _runs_in(engine: Engine, table: Table, runs: Collection[int]) -> set[int]:
    """Which of these runs the table has rows of; reads one column of the files that may have."""
    between = (min(runs), max(runs))
    engine.read_table("some_runs", table, [table.run_column], runs=between)
    engine.store("found_runs", queries.found_runs(table.run_column))
    return {run for (run,) in engine.rows(queries.all_found_runs())} & set(runs)
