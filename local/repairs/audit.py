"""`lakehouse audit`: what each path holds, and whether the views equal a plain recount."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS
from local.command import FAILURE, MISTAKE, CommandError, choose_aws, dataset_named, note
from local.deployment import find_deployment
from local.formats import write_table
from local.query import ask
from local.repairs.arguments import add_prefix, hour_of
from local.repairs.errors import repair_errors

if TYPE_CHECKING:
    from glue_jobs.inputs import Hours
    from local.audit import Audit, Comparison, Difference

_DESCRIPTION = """\
Ask three questions about datasets (all of them if none is named), and change nothing:
  what does each path hold that the other does not, by arrival hour?
  does the batch view equal a plain recount of the published events?
  does the serving view equal a plain recount of those and of the speed rows after the cut?
The recounts read the whole events table. Groups that move while they are asked for are asked for
again, a few times. Exit status 1 means that a view differs from its recount; 3 that none does, but
that groups are undecided, since they moved each time: audit again when less is under way. Paths
may differ: an event that only the speed layer has is late in Firehose, or among its error objects,
which batch runs read."""
_EXAMPLE = """example:
  %(prog)s turnstiles --from 2026-11-20T10 --to 2026-11-21T00
"""
_DAYS = 7  # a Kinesis stream's longest usual retention: Firehose is not later than that
_HOUR_FORMAT = "%Y-%m-%dT%H"
_HOUR_COLUMNS = (
    *("dataset", "arrival_hour", "raw_only", "speed_only", "both_paths", "invalid"),
    "state",
)
_VIEW_COLUMNS = ("dataset", "question", "groups", "different", "moved", "undecided", "verdict")
_MOST_TOLD = 10
# Exit statuses, by the worst verdict.
_STATUSES = {"different": FAILURE, "undecided": 3, "equal": 0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description, parser.epilog = _DESCRIPTION, _EXAMPLE
    names = ", ".join(dataset.name for dataset in DATASETS)
    add = parser.add_argument
    add("datasets", metavar="DATASET", nargs="*", help=f"of: {names}")
    add("--from", metavar="HOUR", dest="start", help="of the paths, UTC (default: 7 days ago)")
    add("--to", metavar="HOUR", dest="end", help="the hour after the last (default: the next)")
    add("--json", action="store_true", help="one object per dataset")
    add_prefix(parser)


def run(args: argparse.Namespace) -> int:
    """Write what was found: 0 if the views equal their recounts, 1 if not, 3 if it is undecided.

    Raises CommandError.
    """
    datasets = [dataset_named(name) for name in args.datasets] or list(DATASETS)
    now = datetime.now(UTC)
    hours = hours_of(args.start, args.end, now=now)
    place = choose_aws()
    note(f"asking Athena of {place}; nothing is changed")
    found = {
        dataset.name: _audit(dataset, prefix=args.prefix, hours=hours, now=now)
        for dataset in datasets
    }
    for name, (dataset, audited) in found.items():
        _tell(name, dataset, audited, hours)
    if args.json:
        for name, (dataset, audited) in found.items():
            sys.stdout.write(json.dumps(_document(name, dataset, audited)) + "\n")
    else:
        hour_rows = [row for name, (_, each) in found.items() for row in _hour_rows(name, each)]
        write_table(sys.stdout, _HOUR_COLUMNS, hour_rows)
        sys.stdout.write("\n")
        view_rows = [row for name, (_, each) in found.items() for row in _view_rows(name, each)]
        write_table(sys.stdout, _VIEW_COLUMNS, view_rows)
    verdicts = {audited.verdict for _, audited in found.values()}
    return next(status for verdict, status in _STATUSES.items() if verdict in verdicts)


def hours_of(start: str | None, end: str | None, *, now: datetime) -> Hours:
    """The arrival hours to compare. Raises CommandError."""
    from glue_jobs.inputs import Hours

    current = now.replace(minute=0, second=0, microsecond=0)
    first = hour_of("--from", start) if start else current - timedelta(days=_DAYS)
    after = hour_of("--to", end) if end else current + timedelta(hours=1)
    try:
        return Hours(first, after)
    except ValueError as error:
        raise CommandError(str(error), MISTAKE) from None


def _audit(dataset: Dataset, *, prefix: str, hours: Hours, now: datetime) -> tuple[Dataset, Audit]:
    """The dataset as it is deployed, and what its audit found."""
    with repair_errors():
        import boto3

        from local.audit import audit

        athena = boto3.client("athena")
        deployment = find_deployment(boto3.client("glue"), dataset.name, prefix=prefix)
        views = deployment.views()

        def answer(sql: str) -> Iterator[Sequence[Any]]:
            place = {"database": deployment.database, "work_group": deployment.work_group}
            return ask(athena, sql, **place).rows

        found = audit(
            deployment.dataset,
            ask=answer,
            read_boundary=lambda: views.read().boundary,
            hours=hours,
            now=now,
        )
    return deployment.dataset, found


def _tell(name: str, dataset: Dataset, audited: Audit, hours: Hours) -> None:
    """What is to be known beside the rows."""
    if audited.retained_from and audited.retained_from > hours.start:
        note(
            f"{name}: hours before {audited.retained_from:{_HOUR_FORMAT}} are not compared: their "
            "speed rows are below the floor and may be deleted"
        )
    if audited.batch is None:
        note(f"{name}: no run is published, so there is no batch view to compare")
    for question, compared in _comparisons(audited):
        for difference in compared.differences[:_MOST_TOLD]:
            note(f"{name}: the {question} differs at {told(dataset, difference)}")
        if len(compared.differences) > _MOST_TOLD:
            note(f"{name}: and at {len(compared.differences) - _MOST_TOLD:,} more groups")
        if compared.undecided:
            note(
                f"{name}: groups of the {question} that moved each time they were asked for: "
                f"{len(compared.undecided):,}, such as {told(dataset, compared.undecided[0])}; "
                "whether they are equal is undecided, audit again when less is under way"
            )


def told(dataset: Dataset, difference: Difference) -> str:
    """A difference in words."""
    key = ", ".join("null" if part is None else str(part) for part in difference.key)
    answer, recount = (_values(dataset, side) for side in (difference.answer, difference.recount))
    return f"({key}): it says {answer}, the recount {recount}"


def _values(dataset: Dataset, side: Sequence[Any] | None) -> str:
    if side is None:
        return "nothing"
    names = [measure.name for measure in dataset.measures]
    return ", ".join(f"{name}={value}" for name, value in zip(names, side, strict=True))


def _comparisons(audited: Audit) -> list[tuple[str, Comparison]]:
    both = (("batch view", audited.batch), ("serving view", audited.serving))
    return [(question, compared) for question, compared in both if compared]


def _hour_rows(name: str, audited: Audit) -> Iterator[Sequence[Any]]:
    for hour in audited.hours:
        state = "under way" if hour.is_under_way else "complete"
        counts = (hour.raw_only, hour.speed_only, hour.both, hour.invalid)
        yield (name, f"{hour.start:{_HOUR_FORMAT}}", *counts, state)


def _view_rows(name: str, audited: Audit) -> Iterator[Sequence[Any]]:
    for question, compared in _comparisons(audited):
        different, undecided = len(compared.differences), len(compared.undecided)
        counts = (compared.groups, different, compared.moved, undecided)
        yield (name, question, *counts, compared.verdict)


def _document(name: str, dataset: Dataset, audited: Audit) -> dict[str, Any]:
    boundary = audited.boundary
    retained = audited.retained_from
    hours = [dict(zip(_HOUR_COLUMNS, row, strict=True)) for row in _hour_rows(name, audited)]
    views = [dict(zip(_VIEW_COLUMNS, row, strict=True)) for row in _view_rows(name, audited)]
    return {
        "dataset": name,
        "boundary": {"serial": boundary.serial, "run": boundary.run, "cut": boundary.cut},
        "verdict": audited.verdict,
        "views": [_without(view, "dataset") for view in views],
        "differences": [
            {"question": question, "difference": told(dataset, each)}
            for question, compared in _comparisons(audited)
            for each in compared.differences
        ],
        "paths_from": f"{retained:{_HOUR_FORMAT}}" if retained else None,
        "paths": [_without(hour, "dataset") for hour in hours],
    }


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
