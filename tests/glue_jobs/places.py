"""Where a lake of tests is: on MiniStack, or, ten times as quick, in memory."""

from datetime import UTC, datetime

from glue_jobs.aws import Clients, clients
from glue_jobs.iceberg import Iceberg
from tests.model import files
from tests.model.glue import Glue
from tests.model.s3 import S3
from tests.model.store import Store


def on_ministack(clock):
    """Clients of the endpoint that the environment names, with a clock that moves; its tables."""
    aws = clients()
    clock.watch(aws.s3, aws.s3_once)
    return aws, Iceberg


def in_memory(clock):
    """Clients of the model's S3 and Glue, which refuse what AWS refuses, and their tables."""
    store = _Store(clock)
    s3, glue = _S3(store), Glue(store)
    aws = Clients(
        s3=s3.client(),
        s3_once=s3.client(once=True),
        glue=glue.client(),
        glue_once=glue.client(once=True),
    )
    return aws, lambda: files.iceberg(s3, glue)


class _Store(Store):
    """The time of its answers is that of the clock."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock

    @property
    def now(self):
        return (self._clock.stopped or datetime.now(UTC)) + self._clock.ahead

    @now.setter
    def now(self, _):
        pass


class _S3(S3):
    """What is written is of the real time, as on MiniStack: the clock moves answers alone."""

    def put(self, bucket, key, body, *, began=None):
        super().put(bucket, key, body, began=began or datetime.now(UTC))
