"""A Kinesis that fails as it is told, and small helpers."""

import threading
from datetime import timedelta

from botocore.exceptions import ClientError

from lakehouse.dataset import Dataset, Field
from lakehouse.fakes import Fake
from lakehouse.field_types import BIGINT, DOUBLE, STRING, TIMESTAMP, decimal
from lakehouse.measures import Count
from lakehouse.windows import Window
from producer.failures import Backoff
from producer.records import Record

AT_ONCE = Backoff(base_seconds=0, cap_seconds=0)

# A dataset with every type that the shipped ones lack.
READINGS = Dataset(
    name="readings",
    doc="Readings of a sensor.",
    fields=(
        Field("id", BIGINT, "id"),
        Field("at", TIMESTAMP, "when"),
        Field("sensor", STRING, "which", Fake("bothify", (("text", "S-####"),), pool=5)),
        Field(
            "price",
            decimal(10, 2),
            "cost",
            Fake("pydecimal", (("left_digits", 3), ("right_digits", 2)), pool=5),
        ),
        Field(
            "degrees",
            DOUBLE,
            "how warm",
            Fake("pyfloat", (("min_value", -40), ("max_value", 50)), pool=5),
        ),
    ),
    event_id="id",
    event_time="at",
    group_by=("sensor",),
    window=Window(timedelta(hours=1)),
    measures=(Count(),),
)


class FakeKinesis:
    """Takes PutRecords. `answers` are functions of the entries, one per call; then all is well."""

    def __init__(self, *answers):
        self.lock = threading.Lock()
        self.answers = list(answers)
        self.calls = []
        self.stored = []

    def put_records(self, *, StreamName, Records):
        with self.lock:
            self.calls.append([entry["Data"] for entry in Records])
            answer = self.answers.pop(0) if self.answers else self.accept
            return answer(Records)

    def accept(self, entries):
        self.stored += [entry["Data"] for entry in entries]
        return answer_of([""] * len(entries))

    def fail(self, *positions, code="ProvisionedThroughputExceededException"):
        """An answer that takes all but the records at these positions."""

        def answer(entries):
            self.stored += [e["Data"] for i, e in enumerate(entries) if i not in positions]
            return answer_of([code if i in positions else "" for i in range(len(entries))])

        return answer


def answer_of(codes):
    return {
        "FailedRecordCount": sum(map(bool, codes)),
        "Records": [
            {"ErrorCode": code, "ErrorMessage": "no"} if code else {"SequenceNumber": "1"}
            for code in codes
        ],
    }


def raising(error):
    """An answer that is an exception."""

    def answer(_):
        raise error

    return answer


def client_error(code, status=400, message="no"):
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        },
        "PutRecords",
    )


def records(*names):
    return [Record(name.encode(), name) for name in names]
