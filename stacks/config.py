"""What a deployment may be told, by CDK context, and the checks of it.

    npx cdk deploy -c prefix=staging -c datasets=turnstiles -c schedule='rate(15 minutes)'

Context from the command line is always text and from cdk.json is typed; both are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS, UnknownDatasetError, get_dataset
from lakehouse.epochs import EPOCH_LENGTH
from lakehouse.history import HORIZON
from lakehouse.layout import DEFAULT_PREFIX
from lakehouse.times import EPOCH, parse_duration, parse_time
from lakehouse.windows import Window, parse_window
from stacks.schedule import ScheduleError, trigger_schedule

# Limits of a Kinesis stream: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
_RETENTION_HOURS = (24, 8760)
_SHARDS = (1, 500)
_SHORTEST_QUERY = timedelta(minutes=1)
_PREFIX = re.compile(r"[a-z][a-z0-9]{0,19}")


class ConfigError(ValueError):
    """A context value that cannot be used; one line with the key and the cure."""


@dataclass(frozen=True)
class Config:
    """One deployment.

    `shards` is None for an on-demand stream. `since` is where the partitions of raw, speed rows and
    quarantine begin: rows before it exist for no query. With `retain`, data outlives the stack.
    `keep` is how far back a rollback can go; no query may last as long as `longest_query`. `engine`
    runs the batch job.
    """

    prefix: str = DEFAULT_PREFIX
    datasets: tuple[Dataset, ...] = DATASETS
    schedule: str = "cron(0 * * * ? *)"
    shards: int | None = 1
    retention: timedelta = timedelta(days=7)
    since: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    retain: bool = True
    scan_cap_gb: int = 100
    keep: timedelta = HORIZON.back
    longest_query: timedelta = HORIZON.query
    engine: str = "spark"

    @property
    def retention_hours(self) -> int:
        """How long the stream keeps a record, in hours."""
        return self.retention // timedelta(hours=1)


def read_config(context: Mapping[str, Any]) -> Config:
    """The deployment that CDK context describes. Raises ConfigError at the first wrong value.

    Keys with a colon or a slash are CDK's own; any other key that is not ours is refused, since a
    mistyped one would silently deploy the default.
    """
    for key in context:
        if key not in _READERS and not re.search("[:/]", key):
            raise ConfigError(f"{key}: no such setting; there are: {', '.join(_READERS)}")
    values = {
        key: _read(key, context[key]) for key in _READERS if context.get(key) not in (None, "")
    }
    windows = values.pop("window", {})
    chosen = values.get("datasets", DATASETS)
    for name in windows:
        if name not in [dataset.name for dataset in chosen]:
            raise ConfigError(f"window: {name!r} is not among the datasets that are deployed")
    values["datasets"] = tuple(
        replace(dataset, window=windows.get(dataset.name, dataset.window)) for dataset in chosen
    )
    capacity = values.pop("capacity", "provisioned")
    if capacity == "on-demand":
        if "shards" in values:
            raise ConfigError("shards: leave it out with capacity=on-demand, which sets its own")
        values["shards"] = None
    if "retention_hours" in values:
        values["retention"] = timedelta(hours=values.pop("retention_hours"))
    return Config(**values)


def _read(key: str, value: Any) -> Any:
    try:
        return _READERS[key](value)
    except (ConfigError, ScheduleError, UnknownDatasetError) as error:
        raise ConfigError(f"{key}: {error}") from None


def _prefix(value: Any) -> str:
    if not isinstance(value, str) or not _PREFIX.fullmatch(value):
        raise ConfigError(
            f"{value!r} cannot name resources: use at most 20 lower-case letters and digits, "
            "starting with a letter"
        )
    return value


def _datasets(value: Any) -> tuple[Dataset, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not names:
        raise ConfigError(f"{value!r} is no list of datasets: write names with commas between")
    chosen = tuple(get_dataset(str(name).strip()) for name in names)
    for dataset in chosen:
        if chosen.count(dataset) > 1:
            raise ConfigError(f"{dataset.name!r} is given twice: name each dataset once")
    return chosen


def _window(value: Any) -> dict[str, Window]:
    windows = {}
    for part in str(value).split(","):
        name, equals, text = part.strip().partition("=")
        if not equals:
            raise ConfigError(f"{part!r} names no dataset: write turnstiles=10m,tweets=1d")
        try:
            windows[name] = parse_window(text)
        except ValueError as error:
            raise ConfigError(f"{name}: {error}") from None
    return windows


def _schedule(value: Any) -> str:
    return trigger_schedule(str(value))


def _capacity(value: Any) -> str:
    if value not in ("provisioned", "on-demand"):
        raise ConfigError(f"{value!r} is no capacity: use provisioned or on-demand")
    return str(value)


def _engine(value: Any) -> str:
    if value not in ("duckdb", "spark"):
        raise ConfigError(f"{value!r} is no engine: use duckdb or spark")
    return str(value)


def _since(value: Any) -> datetime:
    try:
        since = parse_time(str(value))
    except ValueError:
        raise ConfigError(f"{value!r} is no time: write it like 2026-01-01T00:00 (UTC)") from None
    # The steps of a date projection count from the start of its range.
    if (since - EPOCH) % EPOCH_LENGTH:
        raise ConfigError(f"{value!r} is between two write epochs: use a multiple of five minutes")
    return since


def _retain(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ConfigError(f"{value!r} is neither true nor false: use one of the two")
    return str(value).lower() == "true"


def _duration(value: Any) -> timedelta:
    try:
        return parse_duration(str(value))
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _longest_query(value: Any) -> timedelta:
    duration = _duration(value)
    if duration < _SHORTEST_QUERY:
        raise ConfigError(
            f"{value!r} is less than a minute, and what a query reads would be deleted under it: "
            "use more than your longest query takes, such as 1h"
        )
    return duration


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not re.fullmatch(r"\d{1,9}", str(value)) or not low <= int(value) <= high:
            raise ConfigError(f"{value!r} is out of range: use a whole number from {low} to {high}")
        return int(value)

    return read


_READERS: dict[str, Callable[[Any], Any]] = {
    "prefix": _prefix,
    "datasets": _datasets,
    "window": _window,
    "schedule": _schedule,
    "capacity": _capacity,
    "shards": _whole(*_SHARDS),
    "retention_hours": _whole(*_RETENTION_HOURS),
    "since": _since,
    "retain": _retain,
    "scan_cap_gb": _whole(1, 100_000),
    "keep": _duration,
    "longest_query": _longest_query,
    "engine": _engine,
}
