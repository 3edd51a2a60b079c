"""The lake that a story happens to: the stream, Firehose, S3 and Glue, and who works on them.

Every rule is a method whose arguments are small numbers and words, so that a story can be written
down. Rules that start an operation make an actor of it, stopped before its first remote call.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.manifest import clear_manifest_cache

from glue_jobs.aws import Clients
from glue_jobs.batch_view import rooms_of
from glue_jobs.duckdb_engine import DuckDBEngine
from glue_jobs.expiry import carry_out, lapsed_floor, plan_expiry, raise_floor
from glue_jobs.rollback import choices, plan_rollback, roll_back
from glue_jobs.run import Plan, run
from glue_jobs.upkeep import compact, keep_up
from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.epochs import epoch_of
from lakehouse.history import Horizon
from lakehouse.state import State
from lakehouse.times import from_milliseconds, parse_time
from lambdas import firehose_transform, publish_views, speed_view
from local.athena.errors import QueryFailure
from local.replay import replay
from tests.model import files
from tests.model.actors import GO, KILL, RETURN, Actor, current
from tests.model.events import TWEETS, Decoder, Record, WrongError, data_of
from tests.model.glue import Glue
from tests.model.harness import Here
from tests.model.oracle import Oracle
from tests.model.questions import DATABASE, Athena, Held, HeldListing
from tests.model.s3 import S3
from tests.model.store import BEGINNING, Store

LAKE, ERRORS = "lake", "errors"
RETENTION = timedelta(hours=24)
SINCE = epoch_of(BEGINNING - timedelta(hours=1))
# How far the clocks of processes are off: hours to days, ahead and behind.
SKEWS = tuple(timedelta(hours=hours) for hours in (0, 3, -3, 50, -50))
# How far Athena's clock is off.
CLOCK = timedelta(minutes=-20)
# No query lives longer; no job does.
QUERY_LIFE, JOB_LIFE = timedelta(minutes=30), timedelta(hours=8)
# As deployments may have it, but shorter, so that stories get there: what a rollback reaches, what
# a query may last, and what a job may.
HORIZON = Horizon(back=timedelta(hours=3), query=timedelta(hours=1), job=timedelta(hours=10))


def _horizon(keep):
    """With a reach of `keep` hours."""
    return replace(HORIZON, back=timedelta(hours=keep))


# A multipart upload takes less, and Firehose is late by less than its stream's retention and a day.
UPLOAD_LIFE = timedelta(minutes=55)

_CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=128,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
    aws_request_id="r",
    log_stream_name="l",
)

_HIVE = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    },
}


@dataclass
class Shard:
    name: str
    records: list[Record] = field(default_factory=list)
    is_open: bool = True


@dataclass
class Upload:
    """What Firehose has begun to write."""

    bucket: str
    key: str
    body: bytes
    began: object
    events: frozenset


class World:
    """`remote` makes the S3 and Glue of a store; over_moto.py has others."""

    remote = staticmethod(lambda store: (S3(store), Glue(store)))

    def __init__(self):
        self.store = Store()
        self.s3, self.glue = self.remote(self.store)
        self.athena = Athena(self.s3, self.glue)
        self.decode = Decoder()
        self.shards = [Shard("shardId-000000000000")]
        self.actors, self.uploads = [], []
        self.sequence = 49590338271490256608559692538361571095921575989136588898
        self.oracle = Oracle(self)
        self.points, self.killed, self.lost, self.interleaved = (Counter() for _ in range(4))
        self.is_recording = False
        self.folder = Path(tempfile.mkdtemp(prefix="lakehouse-model-"))
        self._last = None
        Here.world = self
        # Names of files are the same in every world, and pyiceberg remembers them.
        clear_manifest_cache()
        # A λ that is killed leaves its metrics behind in our process, not in its own.
        speed_view.metrics.clear_metrics()
        firehose_transform.metrics.clear_metrics()
        self._deploy()

    def _deploy(self):
        self.glue.databases.add(DATABASE)
        glue, s3 = self.glue.client(), self.s3.client()
        name = layout.speed_table("tweets")
        glue.create_table(DatabaseName=DATABASE, TableInput=_speed_table(name))
        self._publish(s3, glue)
        self.glue.listeners.append(self.oracle.updated)

    def _publish(self, s3, glue):
        return publish_views.publish(s3, glue, TWEETS, since=SINCE, bucket=LAKE, database=DATABASE)

    def close(self):
        """End every actor where it is."""
        for actor in self.live():
            actor.resume(KILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        Here.world = None

    # --- Who is there

    def live(self):
        return [actor for actor in self.actors if actor.is_live]

    def boundary(self, view="tweets"):
        parameters = self.glue.tables[DATABASE, view]["Parameters"]
        return Boundary.from_parameters(parameters)

    def taken(self):
        """How many numbers of runs have been taken."""
        return State.from_json(self.s3.objects[LAKE, layout.state_key("tweets")].body).run

    def clients(self):
        s3, glue = self.s3, self.glue
        return Clients(s3.client(), s3.client(once=True), glue.client(), glue.client(once=True))

    def spawn(self, kind, work, *, skew=0, **facts):
        actor = Actor(
            kind,
            len(self.actors),
            work,
            skew=SKEWS[skew % len(SKEWS)],
            started=self.store.now,
            **facts,
        )
        self.actors.append(actor)
        actor.start()
        self._noticed(actor)
        return actor

    # --- The stream

    def _milliseconds(self):
        return int(self.store.now.timestamp() * 1000)

    def put(self, event, variant=0, form="valid", shard=0):
        """A producer sends a record. Again with the same arguments is a retry: the same bytes."""
        into = [one for one in self.shards if one.is_open]
        into = into[shard % len(into)]
        self.sequence += 1
        record = Record(
            event,
            variant,
            form,
            data_of(event, variant, form),
            into.name,
            str(self.sequence),
            self._milliseconds() + self.sequence % 7,
        )
        into.records.append(record)
        self.oracle.sent(record)

    def split(self, shard=0):
        """A shard is closed, and two follow it."""
        open_ = [one for one in self.shards if one.is_open]
        open_[shard % len(open_)].is_open = False
        for _ in range(2):
            self.shards.append(Shard(f"shardId-{len(self.shards):012d}"))

    def merge(self):
        """Two shards are closed, and one follows them."""
        open_ = [one for one in self.shards if one.is_open]
        for one in open_[:2]:
            one.is_open = False
        self.shards.append(Shard(f"shardId-{len(self.shards):012d}"))

    def _slice(self, shard, start, count):
        """Records of one shard that have not left the stream, newest last."""
        records = self.shards[shard % len(self.shards)].records
        oldest = self._milliseconds() - RETENTION / timedelta(milliseconds=1)
        records = [one for one in records if one.arrived >= oldest]
        if not records:
            return []
        start %= len(records)
        return records[start : start + count]

    def speed(self, shard=0, start=0, count=3, skew=0):
        """The speed λ is invoked with a slice of a shard."""
        records = self._slice(shard, start, count)
        if records:
            event = {"Records": [_kinesis(one) for one in records]}
            work = lambda: speed_view.handler(event, _CONTEXT)  # noqa: E731
            taken = [one for one in records if self.decode.takes(one)]
            self.spawn("speed λ", work, skew=skew, records=records, taken=taken)

    # --- Firehose

    def firehose(self, shard=0, start=0, count=3, how="now"):
        """Firehose delivers a slice: now, or begun now, or as error objects of either form.

        What has begun appears when it lands, with the time at which it began.
        """
        records = self._slice(shard, start, count)
        if not records:
            return
        if how == "processing failed":
            documents = [_processing_failed(one) for one in records]
            self._error_object("processing-failed", documents, records)
            return
        event = {"records": [_firehose(one, number) for number, one in enumerate(records)]}
        answers = firehose_transform.handler(event, _CONTEXT)["records"]
        made = [base64.b64decode(one["data"]) for one in answers if one["result"] == "Ok"]
        failed = [
            one for one, answer in zip(records, answers, strict=True) if answer["result"] != "Ok"
        ]
        kept = [one for one in records if one not in failed]
        if failed:
            self._error_object("processing-failed", [_processing_failed(x) for x in failed], failed)
        if made and how == "conversion failed":
            documents = [_conversion_failed(row, one) for row, one in zip(made, kept, strict=True)]
            self._error_object("format-conversion-failed", documents, kept)
        elif made:
            self._upload(LAKE, layout.raw_prefix("tweets"), _int96(made), kept, how)

    def land(self, upload=0):
        """An upload that has begun is complete."""
        if self.uploads:
            one = self.uploads.pop(upload % len(self.uploads))
            self.s3.put(one.bucket, one.key, one.body, began=one.began)
            self.oracle.held(one.events)

    def _error_object(self, kind, documents, records):
        body = "".join(json.dumps(one) + "\n" for one in documents).encode()
        self._upload(ERRORS, f"{layout.errors_prefix('tweets')}{kind}/", body, records, "now")

    def _upload(self, bucket, prefix, body, records, how):
        oldest = min(one.arrived for one in records)
        hour = layout.hour_partition(from_milliseconds(oldest))
        key = f"{prefix}{hour}{len(self.s3.objects):04d}-{self.sequence % 10**6}.parquet"
        events = frozenset(one.event for one in records if self.decode.takes(one))
        self.uploads.append(Upload(bucket, key, body, self.store.now, events))
        if how != "begun":
            self.land(-1)

    # --- The batch layer

    def run(self, kind="run", skew=0, upkeep=False, keep=3):
        """A run of the batch job begins; with `upkeep` it then compacts and expires."""
        plan = Plan(
            TWEETS,
            RETENTION,
            is_full=kind == "recompute",
            lookback=timedelta(days=4) if kind == "backfill" else timedelta(),
            horizon=_horizon(keep),
        )

        def work(rooms):
            outcome = run(plan, rooms)
            keep_up(
                TWEETS,
                rooms,
                outcome,
                is_compacting=upkeep,
                is_expiring=upkeep,
                horizon=plan.horizon,
            )
            return outcome

        self._job(kind, work, skew=skew, plan=plan)

    def compact(self, skew=0):
        """Small files are rewritten, and partials below a floor that has lapsed are merged."""

        def work(rooms):
            boundary, now = rooms.views.read().boundary, rooms.state.now()
            compact(TWEETS, rooms, floor=lapsed_floor(boundary, now=now, horizon=HORIZON))

        self._job("compact", work, skew=skew)

    def expire(self, skew=0, keep=3):
        """The floor is raised, and what has lapsed is deleted."""

        def work(rooms):
            horizon = _horizon(keep)
            before, now = raise_floor(rooms, horizon=horizon)
            plan = plan_expiry(TWEETS, rooms, before, now=now, horizon=horizon)
            carry_out(rooms, plan)

        self._job("expire", work, skew=skew)

    def rollback(self, to=0):
        """An earlier boundary is published: the one before, or another within reach."""

        def work(rooms):
            number = None
            if to:
                runs = [past.run for past in choices(rooms.views.read().boundary)]
                number = runs[to % len(runs)] if runs else None
            roll_back(
                rooms.views, plan_rollback(rooms.views, rooms.state, to_run=number, horizon=HORIZON)
            )

        self._job("rollback", work)

    def redeploy(self):
        """The publisher renders the views anew."""
        self.spawn("redeploy", lambda: self._publish(self.s3.client(), self.glue.client()))

    def _job(self, kind, work, *, skew=0, plan=None):
        plan = plan or Plan(TWEETS, RETENTION, horizon=HORIZON)
        self.spawn(kind, lambda: self._with_rooms(plan, work), skew=skew)

    def _with_rooms(self, plan, work):
        iceberg = files.iceberg(self.s3, self.glue)
        engine = DuckDBEngine(threads=1, fetches=1, iceberg=iceberg)
        folder = self.folder / str(current().number)
        folder.mkdir()
        try:
            rooms = rooms_of(
                plan,
                self.clients(),
                engine,
                database=DATABASE,
                lake_bucket=LAKE,
                errors_bucket=ERRORS,
                folder=folder,
            )
            return work(rooms)
        finally:
            engine.close()

    # --- Readers

    def query(self, order=0):
        """A reader takes the view's text; then snapshots and listing, in one of several orders."""
        self.spawn(
            "reader", lambda: self._read(order), must=self.oracle.acked(), began=self.store.now
        )

    def _read(self, order):
        glue, s3 = Held(self.glue.client()), self.s3.client()
        glue.hold(DATABASE, "tweets")
        boundary = Boundary.from_parameters(
            glue.get_table(DatabaseName=DATABASE, Name="tweets")["Table"]["Parameters"]
        )
        steps = [layout.events_table("tweets"), layout.partials_table("tweets"), None]
        rotation = order % 3
        steps = steps[rotation:] + steps[:rotation]
        if order % 6 >= 3:
            steps.reverse()
        if order < 6 and boundary.has_batch:
            for step in steps:
                if step is None:
                    s3 = HeldListing(s3, LAKE, layout.speed_prefix("tweets"))
                else:
                    glue.hold(DATABASE, step)
        # A query of Athena keeps nothing of an earlier one.
        athena = Athena(self.s3, self.glue)
        return athena.ask("SELECT * FROM tweets", glue=glue, s3=s3, clock=CLOCK)

    def ask(self, view):
        """All rows of a view, as of now."""
        try:
            return self.athena.ask(f"SELECT * FROM {view}", clock=CLOCK)
        except QueryFailure as failure:
            raise WrongError(f"a query of {view} failed: {failure}") from failure

    # --- Time, and what becomes of the actors

    def tick(self, seconds=60):
        """Time passes. What may not live that long does not."""
        self.store.now += timedelta(seconds=seconds)
        for actor in self.live():
            life = QUERY_LIFE if actor.kind == "reader" else JOB_LIFE
            if self.store.now - actor.started > life:
                actor.resume(KILL)
        self.uploads = [one for one in self.uploads if self.store.now - one.began < UPLOAD_LIFE]

    def step(self, actor=0, calls=1):
        """An actor makes some calls: a number, 0 for all before its next write, -1 for the rest."""
        actor = self._pick(actor)
        if actor is None:
            return
        if calls > 0:
            for _ in range(calls):
                if not self._resume(actor):
                    return
        elif calls == 0:
            while self._resume(actor) and not (actor.is_write or actor.point == RETURN):
                pass
        else:
            while self._resume(actor):
                pass

    def until(self, actor=0, point=""):
        """An actor goes on until it waits to make a certain call."""
        actor = self._pick(actor)
        if actor is not None:
            while actor.point != point and self._resume(actor):
                pass

    def kill(self, actor=0):
        """An actor dies before the call that it waits to make."""
        actor = self._pick(actor)
        if actor is not None:
            self._turn(actor)
            self.killed[actor.kind, actor.point] += 1
            actor.resume(KILL)

    def lose(self, actor=0, how="applied"):
        """The answer of an actor's next call is lost; the call took effect, or not, or not yet."""
        actor = self._pick(actor)
        if actor is None:
            return
        if actor.point == RETURN:
            self.kill(self.live().index(actor))
            return
        self.lost[actor.kind, actor.point] += 1
        actor.has_lost = True
        self._resume(actor, how)

    def arrive(self, call=0):
        """A call whose answer was lost takes effect after all, or is refused."""
        if self.store.pending:
            self.store.arrive(call % len(self.store.pending))

    def _pick(self, number):
        live = self.live()
        return live[number % len(live)] if live else None

    def _resume(self, actor, command=GO):
        """Returns whether it goes on after that."""
        self._turn(actor)
        self.points[actor.kind, actor.point] += 1
        actor.resume(command)
        self._noticed(actor)
        return actor.is_live

    def _turn(self, actor):
        """Count that others were at work before the call that it waits to make."""
        if self._last is not None and self._last is not actor:
            self.interleaved[actor.kind, actor.point] += 1
        self._last = actor

    def _noticed(self, actor):
        if not actor.is_live:
            self.oracle.ended(actor)

    # --- The fix

    def fix(self):
        """The decoder is fixed: it takes what it refused before."""
        self.decode.is_fixed = True

    def has_quarantine(self):
        return any(key.startswith("quarantine/") for _, key in self.s3.objects)

    def replay(self):
        """Quarantined records are decoded again."""
        s3 = self.s3.client()
        quarantined = self.oracle.quarantined()
        self.spawn(
            "replay",
            lambda: replay(s3, LAKE, TWEETS, dry_run=False),
            quarantined=quarantined if self.decode.is_fixed else (),
        )

    def record(self):
        """From now on runs write their rows of the runs table, which costs a commit each."""
        self.is_recording = True

    # --- Accidents, which are told in stories of their own

    def lose_state(self):
        """Somebody deletes the state object."""
        self.s3.delete(LAKE, layout.state_key("tweets"))

    def restore_state(self, run=100):
        """Somebody puts it back, with a number of runs that has never been taken."""
        state = State(run=run, seal=epoch_of(self.store.now))
        self.s3.put(LAKE, layout.state_key("tweets"), state.to_json())

    # --- Telling

    def look(self):
        """All views are compared, and not the serving view alone."""
        self.oracle.look()

    def apply(self, rule, arguments):
        """One step of a story, and the check after it."""
        getattr(self, rule)(**arguments)
        self.oracle.check()

    def quiet_end(self):
        """Everybody comes to an end; after a run, all that either path holds is there once."""
        for actor in self.live():
            while self._resume(actor):
                pass
        while self.store.pending:
            self.store.arrive(0)
        while self.uploads:
            self.land()
        self.tick(int(JOB_LIFE.total_seconds()) + 60)
        self.oracle.check()
        self.run()
        actor = self.actors[-1]
        while self._resume(actor):
            pass
        if actor.error is not None:
            raise WrongError(f"the last run failed: {actor.error!r}") from actor.error
        self.oracle.check(is_end=True)
        if self.oracle.steps % 4 == 0:
            self.oracle.look()


def _speed_table(name):
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [
                {"Name": column, "Type": type_.glue}
                for column, type_ in layout.speed_columns(TWEETS)
            ],
            "Location": f"s3://{LAKE}/{layout.speed_prefix('tweets')}",
            **_HIVE,
        },
        "PartitionKeys": [{"Name": "epoch", "Type": "string"}],
        "Parameters": {
            "projection.enabled": "true",
            "projection.epoch.type": "date",
            "projection.epoch.format": "yyyyMMddHHmm",
            "projection.epoch.range": f"{SINCE},NOW+1HOURS",
            "projection.epoch.interval": "5",
            "projection.epoch.interval.unit": "MINUTES",
        },
    }


def _kinesis(record):
    return {
        "eventID": f"{record.shard}:{record.sequence}",
        "kinesis": {
            "data": base64.b64encode(record.data).decode(),
            "sequenceNumber": record.sequence,
            "approximateArrivalTimestamp": record.arrived / 1000,
            "partitionKey": "k",
        },
    }


def _firehose(record, number):
    return {
        "recordId": f"r{number}",
        "approximateArrivalTimestamp": record.arrived,
        "data": base64.b64encode(record.data).decode(),
        "kinesisRecordMetadata": {
            "shardId": record.shard,
            "partitionKey": "k",
            "approximateArrivalTimestamp": record.arrived,
            "sequenceNumber": record.sequence,
            "subsequenceNumber": "",
        },
    }


def _processing_failed(record):
    return {
        "attemptsMade": 4,
        "arrivalTimestamp": record.arrived,
        "errorCode": "Lambda.FunctionError",
        "errorMessage": "The Lambda function returned an error",
        "attemptEndingTimestamp": record.arrived + 60000,
        "rawData": base64.b64encode(record.data).decode(),
        "lambdaArn": "arn:aws:lambda:us-east-1:000000000000:function:transform",
    }


def _conversion_failed(row, record):
    return {
        "attemptsMade": 1,
        "arrivalTimestamp": record.arrived,
        "lastErrorCode": "DataFormatConversion.MalformedData",
        "lastErrorMessage": "malformed",
        "attemptEndingTimestamp": record.arrived + 60000,
        "rawData": base64.b64encode(row).decode(),
        "sequenceNumber": record.sequence,
        "subSequenceNumber": None,
        "dataCatalogTable": {"databaseName": DATABASE, "tableName": "tweets_raw"},
    }


def _int96(lines):
    """The transform's JSON as Firehose's Parquet."""
    rows = [json.loads(line) for line in lines]
    for row in rows:
        for name in ("created_at", "_arrived_at"):
            row[name] = parse_time(row[name]).replace(tzinfo=None)
        row["_event_day"] = parse_time(f"{row['_event_day']}T00:00:00Z").date()
    schema = pa.schema([(name, type_.arrow()) for name, type_ in layout.raw_columns(TWEETS)])
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink, use_deprecated_int96_timestamps=True)
    return sink.getvalue()
