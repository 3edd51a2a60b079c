"""What the batch job tells CloudWatch, and how late either path may be before people are told."""

from __future__ import annotations

from datetime import timedelta

NAMESPACE = "lakehouse"

# Each has the dimensions `database` and `dataset`; UNEXPLAINED is the sum of the two after it.
NEW_EVENTS = "NewEvents"
CONFLICTS = "Conflicts"
UNEXPLAINED = "Unexplained"
UNEXPLAINED_RAW_ONLY = "UnexplainedRawOnly"
UNEXPLAINED_SPEED_ONLY = "UnexplainedSpeedOnly"
RUN_SECONDS = "RunSeconds"

# After this an event's speed row should be there: far below the stream's retention, far above a
# restart of the speed λ.
SPEED_PATIENCE = timedelta(minutes=15)
# After this it should be in raw or in an error object: Firehose waits minutes for a full buffer,
# and then may have to retry.
RAW_PATIENCE = timedelta(minutes=30)


def dimensions(database: str, dataset: str) -> dict[str, str]:
    """The dimensions of every metric; two deployments in one account have two databases."""
    return {"database": database, "dataset": dataset}
