"""What a command has to know of a deployed dataset, to work on it with its user's credentials.

The batch job's own arguments say it: where the lake is, and how the dataset was deployed. So the
commands that repair are given a dataset's name, on a laptop as on AWS.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.dataset import Dataset
from lakehouse.datasets import get_dataset
from lakehouse.history import HORIZON, Horizon
from lakehouse.layout import job_name
from lakehouse.times import parse_duration
from lakehouse.windows import parse_window
from local.command import FAILURE, MISTAKE, CommandError

if TYPE_CHECKING:
    from glue_jobs.publication import Views
    from glue_jobs.run import Plan, Rooms


@dataclass(frozen=True)
class Deployment:
    """A dataset as it is deployed: with its window, its database, its buckets, its stream's time.

    `work_group` is the deployment's own in Athena, `horizon` how far back its rollbacks reach and
    how long its queries last.
    """

    dataset: Dataset
    database: str
    lake_bucket: str
    errors_bucket: str
    retention: timedelta
    work_group: str
    horizon: Horizon = HORIZON

    @property
    def plan(self) -> Plan:
        """An ordinary run's."""
        from glue_jobs.run import Plan

        return Plan(self.dataset, self.retention, horizon=self.horizon)

    def views(self) -> Views:
        """Its views, as this process's AWS clients reach them."""
        from glue_jobs.aws import clients
        from glue_jobs.publication import Views

        aws = clients()
        return Views(aws.glue, aws.glue_once, self.dataset, self.database)

    @contextmanager
    def rooms(self) -> Iterator[Rooms]:
        """Everything that a run touches, as this process's AWS clients reach it."""
        from glue_jobs.aws import clients
        from glue_jobs.batch_view import rooms_of
        from glue_jobs.duckdb_engine import DuckDBEngine

        engine = DuckDBEngine()
        try:
            with tempfile.TemporaryDirectory() as folder:
                yield rooms_of(
                    self.plan,
                    clients(),
                    engine,
                    database=self.database,
                    lake_bucket=self.lake_bucket,
                    errors_bucket=self.errors_bucket,
                    folder=Path(folder),
                )
        finally:
            engine.close()


def find_deployment(glue: Any, name: str, *, prefix: str) -> Deployment:
    """The deployment of a dataset, in one call. Raises CommandError if there is none."""
    job = job_name(prefix, name)
    try:
        arguments = glue.get_job(JobName=job)["Job"]["DefaultArguments"]
    except glue.exceptions.EntityNotFoundException:
        raise CommandError(
            f"{name} is not deployed as {prefix!r} (there is no job {job}); run: lakehouse up, or "
            "name the deployment with --prefix",
            MISTAKE,
        ) from None
    try:
        return Deployment(
            dataset=replace(get_dataset(name), window=parse_window(arguments["--window"])),
            database=arguments["--database"],
            lake_bucket=arguments["--lake-bucket"],
            errors_bucket=arguments["--errors-bucket"],
            retention=timedelta(hours=int(arguments["--retention-hours"])),
            work_group=prefix,
            horizon=_horizon(arguments),
        )
    except (KeyError, ValueError) as error:
        raise CommandError(
            f"the job {job} is not one of this project ({error}): name the right deployment with "
            "--prefix",
            FAILURE,
        ) from None


def _horizon(arguments: Mapping[str, str]) -> Horizon:
    """What a job's arguments say of it; a job of before they said so has the job's own default."""
    named = {"back": arguments.get("--keep"), "query": arguments.get("--longest-query")}
    return replace(HORIZON, **{name: parse_duration(text) for name, text in named.items() if text})
