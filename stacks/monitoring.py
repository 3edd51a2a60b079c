"""What tells people that the lake falls behind: alarms and one dashboard.

Nothing here protects the answer, which is exact without it; it protects the week after which the
stream forgets. Alarms have no action yet: add a subscription where people look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lakehouse import metrics
from lakehouse.dataset import Dataset
from lakehouse.metrics import RAW_PATIENCE, SPEED_PATIENCE

_FIVE_MINUTES = Duration.minutes(5)
_LATE_MS = SPEED_PATIENCE.total_seconds() * 1000
_STALE_SECONDS = RAW_PATIENCE.total_seconds()


@dataclass(frozen=True)
class Watched:
    """What of a dataset is watched."""

    dataset: Dataset
    stream: kinesis.IStream
    speed: lambda_.IFunction
    transform: lambda_.IFunction
    delivery_stream: str
    job: glue.IJob
    database: str


@dataclass(frozen=True)
class _Alarm:
    id: str
    metric: cloudwatch.IMetric
    threshold: float
    means: str
    periods: int = 1


class Monitoring(Construct):
    """Six alarms a dataset, and a dashboard with a row for each."""

    def __init__(
        self, scope: Construct, id: str, *, prefix: str, watched: Sequence[Watched]
    ) -> None:
        super().__init__(scope, id)
        rows = []
        for each in watched:
            name = each.dataset.name
            alarms = [
                _make_alarm(Construct(self, f"{name}-{alarm.id}"), f"{prefix}-{name}", alarm)
                for alarm in _alarms(each)
            ]
            rows.append(_row(each, alarms))
        cloudwatch.Dashboard(self, "Dashboard", dashboard_name=prefix, widgets=rows)


def _make_alarm(scope: Construct, owner: str, alarm: _Alarm) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        "Alarm",
        alarm_name=f"{owner}-{alarm.id}",
        alarm_description=alarm.means,
        metric=alarm.metric,
        threshold=alarm.threshold,
        evaluation_periods=alarm.periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def _alarms(watched: Watched) -> list[_Alarm]:
    return [
        _Alarm(
            "SpeedLate",
            watched.speed.metric("IteratorAge", statistic="Maximum", period=_FIVE_MINUTES),
            _LATE_MS,
            "The speed view misses records that are older than a quarter of an hour.",
            periods=3,
        ),
        _Alarm(
            "RawStale",
            _freshness(watched),
            _STALE_SECONDS,
            "Firehose has records that are older than half an hour and not in raw.",
            periods=3,
        ),
        _Alarm(
            "SpeedErrors",
            watched.speed.metric_errors(period=_FIVE_MINUTES),
            0,
            "The speed function failed; its batch is tried again until it leaves the stream.",
        ),
        _Alarm(
            "TransformErrors",
            watched.transform.metric_errors(period=_FIVE_MINUTES),
            0,
            "The transform failed; after some tries its batch is filed as error objects, which "
            "the next run of the batch job reads.",
        ),
        _Alarm(
            "BatchFailed",
            watched.job.metric_failure(period=_FIVE_MINUTES),
            0,
            "A run of the batch job failed; the views answer as before, from a longer tail.",
        ),
        _Alarm(
            "PathsDisagree",
            _of_runs(watched, metrics.UNEXPLAINED),
            0,
            "A run found events that one path alone has brought, although the other should have by "
            "then. The answer has them. Its row of the runs table says which path, and lakehouse "
            "audit in which hours; records that were replayed and raw that was backfilled count.",
        ),
    ]


def _freshness(watched: Watched) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Firehose",
        metric_name="DeliveryToS3.DataFreshness",
        dimensions_map={"DeliveryStreamName": watched.delivery_stream},
        statistic="Maximum",
        period=_FIVE_MINUTES,
    )


def _of_runs(watched: Watched, name: str, label: str | None = None) -> cloudwatch.Metric:
    """A metric that the batch job puts once a run."""
    return cloudwatch.Metric(
        namespace=metrics.NAMESPACE,
        metric_name=name,
        dimensions_map=metrics.dimensions(watched.database, watched.dataset.name),
        statistic="Maximum",
        label=label,
        period=_FIVE_MINUTES,
    )


def _row(watched: Watched, alarms: list[cloudwatch.Alarm]) -> list[cloudwatch.IWidget]:
    name = watched.dataset.name
    return [
        cloudwatch.AlarmStatusWidget(title=name, alarms=list(alarms), width=4, height=6),
        cloudwatch.GraphWidget(
            title=f"{name}: records in",
            width=5,
            left=[watched.stream.metric_incoming_records(period=_FIVE_MINUTES, statistic="Sum")],
        ),
        cloudwatch.GraphWidget(
            title=f"{name}: how late the layers are",
            width=5,
            left=[watched.speed.metric("IteratorAge", statistic="Maximum", period=_FIVE_MINUTES)],
            right=[_freshness(watched)],
        ),
        cloudwatch.GraphWidget(
            title=f"{name}: functions",
            width=5,
            left=[
                function.metric_duration(period=_FIVE_MINUTES, label=label)
                for function, label in ((watched.speed, "speed"), (watched.transform, "transform"))
            ],
            right=[watched.speed.metric_errors(period=_FIVE_MINUTES)],
        ),
        cloudwatch.GraphWidget(
            title=f"{name}: runs",
            width=5,
            left=[_of_runs(watched, metrics.NEW_EVENTS, "new events")],
            right=[
                _of_runs(watched, metrics.UNEXPLAINED_RAW_ONLY, "unexplained, raw only"),
                _of_runs(watched, metrics.UNEXPLAINED_SPEED_ONLY, "unexplained, speed only"),
                _of_runs(watched, metrics.CONFLICTS, "conflicts"),
            ],
        ),
    ]
