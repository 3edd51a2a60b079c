"""Arguments that several commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from lakehouse.datasets import DATASETS
from lakehouse.layout import DEFAULT_PREFIX
from lakehouse.times import parse_duration, parse_hour
from local.command import MISTAKE, CommandError
from local.formats import FORMATS

T = TypeVar("T")


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """The one dataset that a command works on, and its deployment."""
    names = ", ".join(dataset.name for dataset in DATASETS)
    parser.add_argument("dataset", metavar="DATASET", help=f"of: {names}")
    add_prefix(parser)


def add_prefix(parser: argparse.ArgumentParser) -> None:
    """Which deployment."""
    parser.add_argument(
        "--prefix", metavar="NAME", default=DEFAULT_PREFIX, help="of the deployment (%(default)s)"
    )


def add_dry_run(parser: argparse.ArgumentParser) -> None:
    """Say, and do not do."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and end")


def add_format(parser: argparse.ArgumentParser) -> None:
    """How the outcome is written."""
    parser.add_argument(
        "--format", choices=sorted(FORMATS), default="table", help="of the outcome (%(default)s)"
    )


def hour_of(option: str, text: str) -> datetime:
    """The start of an hour that an option names. Raises CommandError."""
    return _parsed(parse_hour, option, text)


def duration_of(option: str, text: str) -> timedelta:
    """A duration that an option names, such as `90m`, `12h` or `3d`. Raises CommandError."""
    return _parsed(parse_duration, option, text)


def _parsed(parse: Callable[[str], T], option: str, text: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise CommandError(f"{option}: {error}", MISTAKE) from None
