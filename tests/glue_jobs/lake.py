"""A small lake to run batch jobs in, whose answer is worked out in plain Python."""

import base64
import contextlib
import io
import json
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pyarrow.parquet as pq
from pyiceberg.exceptions import NoSuchTableError

from glue_jobs.batch_view import rooms_of, staging_of
from glue_jobs.engine import no_checkpoint
from glue_jobs.publication import Views
from glue_jobs.run import Plan, run
from glue_jobs.tables import tables_of
from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.datasets import get_dataset
from lakehouse.events import decoder
from lakehouse.history import HORIZON
from lakehouse.rows import Arrival, raw_json, speed_rows
from lambdas.publish_views import publish
from lambdas.speed_view import write_rows
from tests.glue_jobs.engines import new_engine
from tests.glue_jobs.places import on_ministack

TWEETS = get_dataset("tweets")
ARRIVED = datetime(2026, 11, 20, 10, tzinfo=UTC)
DECODE = decoder(TWEETS)
PANE_US = TWEETS.window.pane_us


def tweet(number, *, location="Bonn", followers=1, day=20, second=0):
    """A tweet's fields."""
    return {
        "id": number,
        "created_at": f"2026-11-{day:02d}T09:00:{second:02d}Z",
        "followers_count": followers,
        "location": location,
        "favorite_count": 2,
        "retweet_count": None,
    }


def rows(*tweets, arrived=0, shard="shardId-000000000000", first=100):
    """Events with their arrivals, `arrived` milliseconds after a fixed time."""
    at = ARRIVED + timedelta(milliseconds=arrived)
    return [
        (DECODE(json.dumps(one).encode()), Arrival(at, shard, str(first + number)))
        for number, one in enumerate(tweets)
    ]


class Clock:
    """S3's clock, as the `Date` of its answers tells it: the real or a stopped one, moved."""

    def __init__(self, *, stopped=None):
        self.stopped = stopped
        self.ahead = timedelta()

    def pass_epoch(self):
        self.ahead += timedelta(minutes=5)

    def move(self, parsed, **_):
        headers = parsed["ResponseMetadata"]["HTTPHeaders"]
        now = self.stopped or parsedate_to_datetime(headers["date"])
        headers["date"] = format_datetime(now + self.ahead, usegmt=True)

    def watch(self, *s3_clients):
        for client in s3_clients:
            client.meta.events.register("after-call.s3", self.move)


class Lake:
    """A deployed lake; `place` says where (tests/glue_jobs/places.py)."""

    def __init__(self, name, place=on_ministack, clock=None):
        self.dataset = TWEETS
        self.database, self.bucket, self.errors = name, f"{name}-lake", f"{name}-errors"
        self.clock = clock or Clock()
        self.aws, self.new_iceberg = place(self.clock)
        self.iceberg = self.new_iceberg()
        self.tables = tables_of(TWEETS, database=name, bucket=self.bucket)
        for bucket in (self.bucket, self.errors):
            self.aws.s3.create_bucket(Bucket=bucket)
        self.aws.glue.create_database(DatabaseInput={"Name": name})
        publish(
            *(self.aws.s3, self.aws.glue, TWEETS),
            since="202601010000",
            bucket=self.bucket,
            database=name,
        )

    # --- What others write

    def speed(self, found):
        """Acknowledged speed rows."""
        return write_rows(self.aws.s3, self.bucket, TWEETS, found)

    def raw(self, found, *, arrived=None):
        """A raw object as Firehose writes it: timestamps as INT96, under an arrival hour."""
        table, sink = speed_rows(TWEETS, found), io.BytesIO()
        pq.write_table(table, sink, use_deprecated_int96_timestamps=True)
        hour = layout.hour_partition(arrived or datetime.now(UTC))
        key = f"{layout.raw_prefix('tweets')}{hour}{Path(tempfile.mktemp()).name}.parquet"  # noqa: S306
        self.aws.s3.put_object(Bucket=self.bucket, Key=key, Body=sink.getvalue())
        return key

    def error_object(self, *documents, kind="processing-failed"):
        body = "".join(json.dumps(one) + "\n" for one in documents).encode()
        hour = layout.hour_partition(datetime.now(UTC))
        key = f"{layout.errors_prefix('tweets')}{kind}/{hour}{len(body)}-{kind}"
        self.aws.s3.put_object(Bucket=self.errors, Key=key, Body=body)
        return key

    # --- Runs

    def run(
        self,
        *,
        full=False,
        checkpoint=no_checkpoint,
        aws=None,
        lookback=timedelta(),
        horizon=HORIZON,
        ignores_lease=False,
    ):
        plan = Plan(
            TWEETS,
            timedelta(hours=24),
            is_full=full,
            lookback=lookback,
            horizon=horizon,
            ignores_lease=ignores_lease,
        )
        engine = self._engine(checkpoint)
        try:
            with tempfile.TemporaryDirectory() as folder:
                return run(plan, self.rooms(plan, engine, folder, checkpoint, aws))
        finally:
            engine.close()

    @contextlib.contextmanager
    def at_hand(self, engine=None):
        """Everything that a run touches, for what is not a run; with another engine if given."""
        with (
            contextlib.closing(engine or self._engine()) as engine,
            tempfile.TemporaryDirectory() as folder,
        ):
            yield self.rooms(Plan(TWEETS, timedelta(hours=24)), engine, folder)

    def _engine(self, checkpoint=no_checkpoint):
        staging = staging_of(self.tables.events)
        return new_engine(staging=staging, checkpoint=checkpoint, iceberg=self.iceberg)

    def rooms(self, plan, engine, folder, checkpoint=no_checkpoint, aws=None):
        return rooms_of(
            plan,
            aws or self.aws,
            engine,
            database=self.database,
            lake_bucket=self.bucket,
            errors_bucket=self.errors,
            folder=Path(folder),
            checkpoint=checkpoint,
        )

    def views(self):
        return Views(self.aws.glue, self.aws.glue_once, TWEETS, self.database)

    # --- What is there

    def boundary(self, view=None):
        table = self.aws.glue.get_table(DatabaseName=self.database, Name=view or "tweets")
        return Boundary.from_parameters(table["Table"]["Parameters"])

    def state(self):
        answer = self.aws.s3.get_object(Bucket=self.bucket, Key=layout.state_key("tweets"))
        return json.loads(answer["Body"].read())

    def table(self, table):
        """All rows of an Iceberg table, published or not."""
        try:
            return self.iceberg.load(table).scan().to_arrow().to_pylist()
        except NoSuchTableError:
            return []

    def events(self):
        """The published events by run and id, one dict each."""
        boundary = self.boundary()
        found = [
            row for row in self.table(self.tables.events) if boundary.is_published(row["_run"])
        ]
        return sorted(found, key=lambda row: (row["_run"], row["id"], row["_event_us"]))

    def answer(self):
        """What the serving view says: (day's pane, location) -> (events, sum of followers).

        Published partials, and the distinct events of the tail that are not published.
        """
        boundary, found = self.boundary(), Counter()
        for row in self.table(self.tables.partials):
            if boundary.is_published(row["_run"]):
                key = (row["_pane_us"], row["location"])
                found[key] += row["events"]
                found[key, "followers"] += row["sum_followers_count"]
        held = {(row["id"], row["_event_us"]) for row in self.events()}
        tail = {}
        for row in self._speed_rows(after=boundary.cut):
            identity = (row["id"], row["_event_us"])
            if identity not in held:
                tail.setdefault(identity, row)
        for row in tail.values():
            key = (row["_event_us"] - row["_event_us"] % PANE_US, row["location"])
            found[key] += 1
            found[key, "followers"] += row["followers_count"]
        return found

    def objects(self, prefix, bucket=None):
        pages = self.aws.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket or self.bucket, Prefix=prefix
        )
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def read(self, key):
        return self.aws.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _speed_rows(self, *, after):
        for key in self.objects(layout.speed_prefix("tweets")):
            if layout.epoch_of_speed_key(key) > after:
                yield from pq.read_table(io.BytesIO(self.read(key))).to_pylist()


def wanted(*tweets):
    """The answer for these tweets, each an event of its own, in plain Python."""
    found = Counter()
    for event, _ in rows(*tweets):
        values = dict(zip((field.name for field in TWEETS.fields), event.values, strict=True))
        key = (event.event_us - event.event_us % PANE_US, values["location"])
        found[key] += 1
        found[key, "followers"] += values["followers_count"]
    return found


def processing_failed(data, *, arrived=0):
    """Firehose's document for a record whose transform failed."""
    at = (ARRIVED + timedelta(milliseconds=arrived)).timestamp() * 1000
    return {
        "attemptsMade": 4,
        "arrivalTimestamp": int(at),
        "errorCode": "Lambda.FunctionError",
        "errorMessage": "The Lambda function returned an error",
        "attemptEndingTimestamp": int(at) + 60000,
        "rawData": base64.b64encode(data).decode(),
        "lambdaArn": "arn:aws:lambda:us-east-1:000000000000:function:transform",
    }


def conversion_failed(row):
    """Firehose's document for a transformed record that could not become Parquet."""
    at = int(ARRIVED.timestamp() * 1000)
    return {
        "attemptsMade": 1,
        "arrivalTimestamp": at,
        "lastErrorCode": "DataFormatConversion.MalformedData",
        "lastErrorMessage": "malformed",
        "attemptEndingTimestamp": at + 60000,
        "rawData": base64.b64encode(raw_json(TWEETS, *row)).decode(),
        "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
        "subSequenceNumber": None,
        "dataCatalogTable": {"databaseName": "lakehouse", "tableName": "tweets_raw"},
    }
