"""What a published run tells CloudWatch, so that people hear of it when the paths disagree."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError

from glue_jobs.aws import CALL_FAILED
from glue_jobs.engine import Checkpoint, no_checkpoint
from glue_jobs.records import Row
from lakehouse import metrics

logger = logging.getLogger(__name__)

# The columns of a run's row that each metric sums, and its unit.
_METRICS = {
    metrics.NEW_EVENTS: (("new_events",), "Count"),
    metrics.CONFLICTS: (("conflicts",), "Count"),
    metrics.UNEXPLAINED: (("unexplained_raw_only", "unexplained_speed_only"), "Count"),
    metrics.UNEXPLAINED_RAW_ONLY: (("unexplained_raw_only",), "Count"),
    metrics.UNEXPLAINED_SPEED_ONLY: (("unexplained_speed_only",), "Count"),
    metrics.RUN_SECONDS: (("seconds",), "Seconds"),
}


@dataclass(frozen=True)
class Metrics:
    """The metrics of one dataset. Without a client, nobody hears of them."""

    cloudwatch: Any
    database: str
    dataset: str
    checkpoint: Checkpoint = no_checkpoint

    def put(self, row: Row) -> None:
        """Put the metrics of a published run, once. A failure is logged, and no more."""
        if self.cloudwatch is None:
            return
        named = metrics.dimensions(self.database, self.dataset)
        dimensions = [{"Name": name, "Value": value} for name, value in named.items()]
        data = [
            {
                "MetricName": name,
                "Dimensions": dimensions,
                "Value": float(sum(row[column] for column in columns)),
                "Unit": unit,
            }
            for name, (columns, unit) in _METRICS.items()
        ]
        try:
            self.cloudwatch.put_metric_data(Namespace=metrics.NAMESPACE, MetricData=data)
        except (BotoCoreError, *CALL_FAILED) as error:
            logger.warning("metrics of run %s not put: %s", row["run"], error)
        self.checkpoint("metrics put")
