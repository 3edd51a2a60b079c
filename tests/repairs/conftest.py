import time
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from lakehouse import layout
from lakehouse.epochs import epoch_of
from local.athena import AthenaService
from tests.athena.lake import JSON_LINES, PARQUET
from tests.glue_jobs.conftest import aws, endpoint, lake
from tests.glue_jobs.lake import TWEETS
from tests.local.conftest import home, nowhere

__all__ = ["aws", "endpoint", "home", "lake", "nowhere"]

NOW = datetime.now(UTC)
SINCE = NOW - timedelta(days=2)
INTEGERS = {"month": "1,12", "day": "1,31", "hour": "0,23"}
HOURS = {"projection.year.type": "date", "projection.year.format": "yyyy"} | {
    "projection.year.range": f"{SINCE:%Y},NOW+1YEARS",
    "projection.year.interval": "1",
    "projection.year.interval.unit": "YEARS",
}
for column, values in INTEGERS.items():
    HOURS |= {
        f"projection.{column}.type": "integer",
        f"projection.{column}.range": values,
        f"projection.{column}.digits": "2",
    }
EPOCHS = {
    "projection.epoch.type": "date",
    "projection.epoch.format": "yyyyMMddHHmm",
    "projection.epoch.range": f"{epoch_of(SINCE)},NOW+1HOURS",
    "projection.epoch.interval": "5",
    "projection.epoch.interval.unit": "MINUTES",
}
DAYS = {
    "projection.day.type": "date",
    "projection.day.format": "yyyy-MM-dd",
    "projection.day.range": f"{SINCE:%Y-%m-%d},NOW+1DAYS",
}


@pytest.fixture
def ask(lake, endpoint, tmp_path):
    """Asks the local Athena, over tables as the deployment makes them. Gives typed rows."""
    name = TWEETS.name
    tables = (
        (layout.raw_table(name), layout.raw_columns(TWEETS), layout.raw_prefix(name), HOURS),
        (layout.speed_table(name), layout.speed_columns(TWEETS), layout.speed_prefix(name), EPOCHS),
        (
            layout.quarantine_table(name),
            layout.QUARANTINE_COLUMNS,
            layout.quarantine_prefix(name),
            DAYS,
        ),
    )
    for table, columns, prefix, projection in tables:
        keys = dict.fromkeys(key.split(".")[1] for key in projection)
        storage = JSON_LINES if table == layout.quarantine_table(name) else PARQUET
        boto3.client("glue").create_table(
            DatabaseName=lake.database,
            TableInput={
                "Name": table,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": n, "Type": t.glue} for n, t in columns],
                    "Location": f"s3://{lake.bucket}/{prefix}",
                    **storage,
                },
                "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
                "Parameters": {"projection.enabled": "true"} | projection,
            },
        )
    service = AthenaService(endpoint_url=endpoint, state_dir=tmp_path / "athena")
    yield Asking(service, lake)
    service.close()


class Asking:
    """Runs a statement to its end; `asked` are all that were run."""

    def __init__(self, service, lake):
        self.service, self.lake, self.asked = service, lake, []

    def __call__(self, sql):
        self.asked.append(sql)
        started = self.service.handle(
            "StartQueryExecution",
            {
                "QueryString": sql,
                "QueryExecutionContext": {"Database": self.lake.database},
                "ResultConfiguration": {"OutputLocation": f"s3://{self.lake.bucket}/results/"},
            },
        )
        found = self._ended(started["QueryExecutionId"])
        assert found["Status"]["State"] == "SUCCEEDED", found["Status"]["StateChangeReason"]
        answer = self.service.handle(
            "GetQueryResults", {"QueryExecutionId": found["QueryExecutionId"]}
        )["ResultSet"]
        types = [one["Type"] for one in answer["ResultSetMetadata"]["ColumnInfo"]]
        rows = ([cell.get("VarCharValue") for cell in row["Data"]] for row in answer["Rows"][1:])
        return [[_value(*pair) for pair in zip(row, types, strict=True)] for row in rows]

    def _ended(self, name):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = self.service.handle("GetQueryExecution", {"QueryExecutionId": name})
            if found["QueryExecution"]["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return found["QueryExecution"]
            time.sleep(0.002)
        raise TimeoutError(name)


def _value(text, type):
    return int(text) if text is not None and type in ("bigint", "integer") else text
