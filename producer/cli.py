"""The command line: `lakehouse produce DATASET` and `python -m producer DATASET`.

Only words are turned into values here; what is slow to import is imported when it is needed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from lakehouse.datasets import DATASETS, UnknownDatasetError, get_dataset
from lakehouse.layout import DEFAULT_PREFIX, stream_name
from producer.options import Options
from producer.plan import DEFAULT_MAX_AGE, Plan, PlanError

_EXAMPLE = """example:
  %(prog)s turnstiles --amount 10000 --rate 500/s --duplicates 0.1 --late 0.05:2d --malformed 0.01
"""
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_RATE = re.compile(r"(\d+(?:\.\d+)?)(?:/s)?", re.ASCII)
_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)([smhd])", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the producer's arguments to a parser; `run` reads what they were given."""
    parser.description = "Put fake events, or real ones from a file, on a dataset's stream."
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    names = ", ".join(dataset.name for dataset in DATASETS)
    add("dataset", metavar="DATASET", help=f"what to produce: {names}")
    add("--amount", metavar="N", help="end after this many records")
    add("--duration", metavar="T", help="end after this time: 30s, 5m, 1h (else at Ctrl-C)")
    add("--rate", metavar="N/s", help="records a second (else as fast as it goes)")
    add("--seed", metavar="N", help="make the same values, faults and duplicates again")
    add("--duplicates", metavar="P", help="share of the records to send again, same bytes: 0.1")
    add(
        "--late",
        metavar="P[:MAX_AGE]",
        help=f"share of events that happened up to MAX_AGE ago ({DEFAULT_MAX_AGE.days}d): 0.05:2d",
    )
    add("--malformed", metavar="P", help="share of records that are not valid events: 0.01")
    add(
        "--from",
        dest="source",
        metavar="FILE",
        help="send the records of a JSON-lines or CSV file instead (- for standard input)",
    )
    add(
        "--ground-truth",
        metavar="FILE",
        help="append every distinct event that was acknowledged, as JSON lines",
    )
    add("--dry-run", action="store_true", help="print the records and put nothing")
    add("--stream", metavar="NAME", help="the stream (else the prefix and the dataset's name)")
    add("--prefix", metavar="NAME", default=DEFAULT_PREFIX, help="prefix of the deployment")
    add("--endpoint-url", metavar="URL", help="Kinesis's address (else AWS_ENDPOINT_URL)")


def run(args: argparse.Namespace) -> int:
    """Produce what `args` say, and log it to standard error.

    0 when all was done, 1 when a stop left records unsent, 2 when something was wrong with the
    request or with some of the records.
    """
    try:
        options = _options(args)
    except (PlanError, UnknownDatasetError) as error:
        sys.stderr.write(f"ERROR - {error.args[0]}\n")
        return 2
    from producer.command import execute

    return execute(options)


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m producer`."""
    parser = _Parser(prog="python -m producer")
    add_arguments(parser)
    return run(parser.parse_args(argv))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"ERROR - {message} (--help shows what there is)\n")


def _options(args: argparse.Namespace) -> Options:
    """Raises UnknownDatasetError or PlanError."""
    dataset = get_dataset(args.dataset)
    if args.amount and args.duration:
        raise PlanError("--amount and --duration: give one of them")
    if args.source and (args.late or args.malformed or args.seed):
        raise PlanError("--from sends records as they are: leave out --late, --malformed, --seed")
    if args.dry_run and args.ground_truth:
        raise PlanError("--dry-run puts nothing, so there is no --ground-truth: leave one out")
    late, _, max_age = (args.late or "0").partition(":")
    plan = Plan(
        amount=_whole("--amount", args.amount) if args.amount else None,
        duration=_duration("--duration", args.duration) if args.duration else None,
        rate=_rate(args.rate) if args.rate else None,
        seed=_whole("--seed", args.seed) if args.seed else None,
        duplicates=_share("--duplicates", args.duplicates or "0"),
        late=_share("--late", late),
        max_age=_duration("--late", max_age) if max_age else DEFAULT_MAX_AGE,
        malformed=_share("--malformed", args.malformed or "0"),
    )
    return Options(
        dataset=dataset,
        plan=plan,
        stream=args.stream or stream_name(args.prefix, dataset.name),
        endpoint_url=args.endpoint_url,
        source=args.source,
        ground_truth=Path(args.ground_truth) if args.ground_truth else None,
        is_dry_run=args.dry_run,
    )


def _whole(option: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise PlanError(f"{option} {text!r}: use a whole number, such as 1000")
    return int(text)


def _share(option: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise PlanError(f"{option} {text!r}: use a share from 0 to 1, such as 0.05")
    return share


def _rate(text: str) -> float:
    found = _RATE.fullmatch(text)
    if not found or float(found[1]) == 0:
        raise PlanError(f"--rate {text!r}: use records a second, such as 500/s")
    return float(found[1])


def _duration(option: str, text: str) -> timedelta:
    found = _TIME.fullmatch(text)
    if not found or float(found[1]) == 0:
        raise PlanError(f"{option} {text!r}: use a time such as 30s, 5m, 1h or 3d")
    try:
        return timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        raise PlanError(f"{option} {text!r}: use a time that ends") from None
