"""The end: nothing is under way any more, and everything is equal, in every view."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse import layout
from lakehouse.dataset import Dataset
from lakehouse.measures import quote
from lakehouse.state import State
from tests.chaos.ledger import Table, first_fault
from tests.chaos.reader import WrongAnswerError, answer_of, merged, question
from tests.chaos.stage import Athena, Stage
from tests.chaos.streams import Lane

_DRAIN_SECONDS = 300.0
_POLL_SECONDS = 0.5


class StuckError(Exception):
    """Something that should have happened did not; the message says what."""


@dataclass(frozen=True)
class Runs:
    """What became of a dataset's run numbers, and what the runs table says of them."""

    taken: int
    published: int
    dead: int
    recorded: Mapping[str, int]


def drain(lanes: Sequence[Lane]) -> None:
    """Wait until every record has been through both consumers. Raises StuckError."""
    for lane in lanes:
        lane.feed.finish()
    for lane in lanes:
        _until(lane.is_drained, f"{lane.name}: not all records are delivered")
        lane.book.refresh()
        left = lane.book.waiting()
        if left:
            raise StuckError(f"{lane.name}: at the end of the stream, yet not acknowledged: {left}")


def _until(condition: Callable[[], bool], problem: str) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise StuckError(f"{problem} in {_DRAIN_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)


def check_views(athena: Athena, lane: Lane) -> int:
    """Hold every view of a dataset against the truth. Gives how many; raises WrongAnswerError."""
    dataset, name = lane.book.dataset, lane.name
    truth = lane.book.sent
    if lane.book.acknowledged != truth:
        raise WrongAnswerError(f"{name}: not all that was sent is acknowledged")

    def windows(view: str) -> Table:
        return answer_of(dataset, athena.ask(question(dataset, view)))

    serving = windows(layout.serving_view(name))
    _hold(f"{name}", serving, truth)
    batch, speed = windows(layout.batch_view(name)), windows(layout.speed_view(name))
    _hold(f"{name}: batch view and speed view", merged(batch, speed), truth)
    _hold(f"{name}: live events", _of_live_events(athena, dataset), _by_keys(dataset, truth))
    [(events, distinct)] = athena.ask(_IDENTITIES.format(quote(dataset.event_id), _live(name)))
    if not int(events) == int(distinct) == lane.book.counts.events:
        raise WrongAnswerError(
            f"{name}: {lane.book.counts.events} events were sent, live events has {events} rows "
            f"of {distinct} events"
        )
    views = 4
    if dataset.totals_by:
        _hold(f"{name}: totals", _totals(athena, dataset), _by_keys(dataset, truth))
        views += 1
    [(batched, newer)] = athena.ask(
        f"SELECT batch_events, speed_events FROM {quote(layout.provenance_view(name))}"
    )
    if int(batched) + int(newer) != lane.book.counts.events:
        raise WrongAnswerError(f"{name}: provenance says {batched} + {newer} events")
    return views + 1


_IDENTITIES = """\
SELECT coalesce(sum(copies), 0), count(*) FROM (
    SELECT {0}, _event_us, count(*) AS copies FROM {1} GROUP BY {0}, _event_us
)"""


def _live(name: str) -> str:
    return quote(layout.live_events_view(name))


def _hold(what: str, answer: Table, truth: Table) -> None:
    fault = first_fault(truth, answer, truth)
    if fault:
        raise WrongAnswerError(f"{what}: {fault}")


def _by_keys(dataset: Dataset, truth: Table) -> Table:
    """The truth over all time, by group keys."""
    return merged(*({key[1:]: sums} for key, sums in truth.items()))


def _of_live_events(athena: Athena, dataset: Dataset) -> Table:
    keys = ", ".join(map(quote, dataset.group_by))
    sums = [f"sum({quote(m.field)})" if m.field else "count(*)" for m in dataset.measures]
    rows = athena.ask(
        f"SELECT {keys}, {', '.join(sums)} FROM {_live(dataset.name)} GROUP BY {keys}"
    )
    return _table(rows, len(dataset.group_by))


def _totals(athena: Athena, dataset: Dataset) -> Table:
    names = [*dataset.totals_by, *(measure.name for measure in dataset.measures)]
    columns = ", ".join(map(quote, names))
    rows = athena.ask(f"SELECT {columns} FROM {quote(layout.totals_view(dataset.name))}")
    return _table(rows, len(dataset.totals_by))


def _table(rows: Sequence[Sequence[str]], keys: int) -> Table:
    return {tuple(row[:keys]): tuple(map(int, row[keys:])) for row in rows}


def runs_of(stage: Stage, athena: Athena, dataset: Dataset, *, bucket: str) -> Runs:
    """From the state object, the boundary and the runs table."""
    key = layout.state_key(dataset.name)
    body = stage.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    taken, boundary = State.from_json(body).run, stage.boundary(dataset)
    published = sum(boundary.is_published(number) for number in range(1, taken + 1))
    table = quote(layout.runs_table(dataset.name))
    rows = athena.ask(f"SELECT status, count(DISTINCT run) FROM {table} GROUP BY status")
    recorded = {status: int(number) for status, number in rows}
    return Runs(taken, published, taken - published, recorded)


@dataclass(frozen=True)
class Quarantined:
    """What is in a dataset's quarantine, held against the malformed records that were put.

    `missing` were put and are not there; `unknown` are there although no answer said that they
    were put; `twice` are there by the hand of the batch job too.
    """

    records: int
    missing: int
    unknown: int
    twice: int


def quarantine_of(stage: Stage, lane: Lane, *, bucket: str) -> Quarantined:
    """Look through the quarantine of a dataset."""
    s3 = stage.client("s3")
    by_speed: dict[tuple[str, str], bytes] = {}
    by_batch: list[bytes] = []
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=layout.quarantine_prefix(lane.name)
    )
    for page in pages:
        for entry in page.get("Contents", ()):
            line: dict[str, Any] = json.loads(
                s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            )
            data = base64.b64decode(line["data"])
            if line["source"] == "speed":
                by_speed[line["_shard_id"], line["_sequence_number"]] = data
            else:
                by_batch.append(data)
    held = set(by_speed.values())
    put = lane.book.malformed_at
    return Quarantined(
        records=len(by_speed) + len(by_batch),
        missing=len(put - by_speed.keys()),
        unknown=len(by_speed.keys() - put) + sum(data not in held for data in by_batch),
        twice=sum(data in held for data in by_batch),
    )
