"""Every guard of the design, and a seam that takes it away: here, and never in shipped code.

With a guard taken away, the model must find the answer wrong; the story of each is in stories/.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock

import glue_jobs.expiry
import glue_jobs.inputs
import glue_jobs.queries
import lakehouse.view_parts
import lakehouse.view_tables
import lakehouse.views
import lambdas.publish_views
import lambdas.speed_view
from glue_jobs.engine import AppendError
from glue_jobs.iceberg import Iceberg, OneTryCatalog
from glue_jobs.inputs import Listing
from glue_jobs.publication import Views
from glue_jobs.state import StateObject
from lakehouse import layout
from lakehouse.boundary import Boundary, first_boundary
from lakehouse.history import Floor, Settled
from lakehouse.measures import quote
from lakehouse.state import State
from tests.model import world as model
from tests.model.actors import current
from tests.model.events import TWEETS
from tests.model.glue import GlueClient
from tests.model.harness import Here, own_clock
from tests.model.s3 import S3Client


@dataclass(frozen=True)
class Guard:
    """`sentence` is the design's; `removed` is a context manager without it.

    `why_not` says why nothing goes wrong without it, where that is so.
    """

    name: str
    sentence: str
    removed: Callable[[], contextlib.AbstractContextManager]
    why_not: str = ""


GUARDS = {}


def guard(sentence, *, why_not=""):
    """The function below, a generator, takes the guard of its name away."""

    def add(function):
        GUARDS[function.__name__] = Guard(
            function.__name__, sentence, contextlib.contextmanager(function), why_not
        )
        return function

    return add


def _wrapped(target, name, around):
    """`target.name` with `around(original, *arguments)` in its place."""
    original = getattr(target, name)

    def wrapper(*arguments, **options):
        return around(original, *arguments, **options)

    return mock.patch.object(target, name, wrapper)


@contextlib.contextmanager
def _wrapped_client(kind, name, around):
    """The same for a client of the model's, and for those that stand in its place."""
    with contextlib.ExitStack() as stack:
        for one in (kind, *kind.__subclasses__()):
            stack.enter_context(_wrapped(one, name, around))
        yield


# --- The speed write


@guard("with a GET begun after that put returned, read the seal")
def seal_read():
    def read_once(original, *arguments):
        actor = current()
        if not hasattr(actor, "state_read"):
            actor.state_read = original(*arguments)
        return actor.state_read

    with _wrapped(lambdas.speed_view, "_read_state", read_once):
        yield


@guard("if the epoch just written is closed, put the rows again under one that is not")
def seal_rewrite():
    with mock.patch.object(lambdas.speed_view, "is_closed", return_value=False):
        yield


@guard("and read again; repeat until the epoch just written is not closed")
def loop_seal():
    def once(original, *arguments, **options):
        actor = current()
        actor.looked = getattr(actor, "looked", 0) + 1
        return original(*arguments, **options) if actor.looked == 1 else False

    with _wrapped(lambdas.speed_view, "is_closed", once):
        yield


@guard("writers take the time from the Date header of S3's answers")
def clamp_writer():
    with mock.patch.object(lambdas.speed_view, "s3_time", own_clock):
        yield


@guard("the seal never passes S3's epoch - 1: the job takes the time from S3, too")
def clamp_job():
    with mock.patch("glue_jobs.state.s3_time", own_clock):
        yield


@guard("a seal object that is missing is an error, never 'not sealed'")
def missing_state():
    def not_sealed(original, s3, bucket, dataset):
        try:
            return original(s3, bucket, dataset)
        except lambdas.speed_view.MissingStateError:
            return State(run=0, seal=model.SINCE), Here.world.store.now

    with _wrapped(lambdas.speed_view, "_read_state", not_sealed):
        yield


# --- The run


@guard("read the boundary and the version of its Glue table together, before the number is taken")
def boundary_first():
    def read(original, views):
        current().published = original(views)
        current().views = views
        return current().published

    def take_run(original, state, **options):
        start = original(state, **options)
        actor = current()
        first = actor.published
        later = actor.views.read()
        for name in ("boundary", "version", "lowest", "parameters"):
            object.__setattr__(first, name, getattr(later, name))
        return start

    def after_run(original, boundary, run, **options):
        if run <= boundary.run:
            boundary = dataclasses.replace(boundary, run=run - 1)
        return original(boundary, run, **options)

    with (
        _wrapped(Views, "read", read),
        _wrapped(StateObject, "take_run", take_run),
        _wrapped(Boundary, "after_run", after_run),
    ):
        yield


@guard("the update is guarded by the version of step 0, not by one read when publishing")
def version_from_start():
    def publish(original, views, boundary, *, version, **options):
        now = views._find(layout.serving_view("tweets")).version
        return original(views, boundary, version=now, **options)

    with _wrapped(Views, "publish", publish):
        yield


@guard("publication is one UpdateTable guarded by the version")
def version():
    def update(views, view, boundary, version):
        views.glue_once.update_table(
            DatabaseName=views.database,
            TableInput=lakehouse.view_tables.table_input(view, boundary, database=views.database),
        )

    with mock.patch.object(Views, "_update", update):
        yield


@guard("the number and the seal are taken in one compare-and-swap write (If-Match)")
def cas():
    def put(original, client, **arguments):
        arguments.pop("IfMatch", None)
        return original(client, **arguments)

    with _wrapped_client(S3Client, "put_object", put):
        yield


@guard("everything is listed after the seal was written")
def list_after_seal():
    def take_run(original, state, **options):
        listing = Listing(state.s3, state.bucket)
        current().listed = listing.speed_objects("tweets", after="", through="9")
        return original(state, **options)

    def speed_objects(original, listing, name, *, after, through):
        found = getattr(current(), "listed", None)
        if found is None:
            return original(listing, name, after=after, through=through)
        epoch = layout.epoch_of_speed_key
        return [one for one in found if after < epoch(one.uri) <= through]

    with (
        _wrapped(StateObject, "take_run", take_run),
        _wrapped(Listing, "speed_objects", speed_objects),
    ):
        yield


@guard("began is S3's time of the write that took the number")
def began_s3():
    def take_run(original, state, **options):
        start = original(state, **options)
        return dataclasses.replace(start, began=own_clock({}))

    with _wrapped(StateObject, "take_run", take_run):
        yield


@guard("raw is read since an hour before the boundary's own `began`, not the newest run's")
def began_in_boundary():
    def since(original, began, **options):
        newest = max([began, *(one.began for one in Here.world.oracle.boundaries)])
        return original(newest, **options)

    with _wrapped(glue_jobs.run, "since", since):
        yield


@guard("a rollback publishes that boundary's own `began`")
def began_of_rollback():
    def back_to(original, boundary, past, **options):
        return dataclasses.replace(original(boundary, past, **options), began=boundary.began)

    with _wrapped(Boundary, "back_to", back_to):
        yield


@guard("raw modified since an hour before `began`: a multipart upload's time is its start")
def margin():
    with mock.patch.object(glue_jobs.inputs, "MODIFIED_MARGIN", timedelta()):
        yield


@guard("arrival hours are counted back from the boundary's `began`, not from now")
def raw_window():
    def since(original, began, **options):
        found = original(began, **options)
        late = Here.world.store.now - began
        return dataclasses.replace(found, arrived=found.arrived + late)

    with _wrapped(glue_jobs.run, "since", since):
        yield


@guard("arrival hours from the stream's retention and a day before it")
def arrival_hours():
    def since(original, began, **options):
        found = original(began, **options)
        return dataclasses.replace(found, arrived=began - timedelta(hours=1))

    with _wrapped(glue_jobs.run, "since", since):
        yield


@guard("drop those that `events` has in a published run")
def drop_known():
    def new_events(original, dataset):
        return (
            original(dataset)
            .replace("WHERE published.id IS NULL", "")
            .replace('WHERE published."id" IS NULL', "")
        )

    with _wrapped(glue_jobs.queries, "new_events", new_events):
        yield


@guard("an append whose outcome is unknown kills the run: it is never tried again")
def no_append_retry():
    def append(original, iceberg, table, batches):
        kept = list(batches)
        try:
            return original(iceberg, table, kept)
        except AppendError:
            return original(iceberg, table, kept)

    with _wrapped(Iceberg, "append", append):
        yield


@guard("an append is one Iceberg commit, guarded by the snapshot")
def iceberg_cas():
    def commit(original, catalog, table, requirements, updates):
        return original(catalog, table, (), updates)

    def update(original, client, **arguments):
        if arguments["TableInput"].get("TableType") != "VIRTUAL_VIEW":
            arguments.pop("VersionId", None)
        return original(client, **arguments)

    with (
        _wrapped(OneTryCatalog, "commit_table", commit),
        _wrapped_client(GlueClient, "update_table", update),
    ):
        yield


@guard("if the outcome is unknown, read the table: only the boundary says who is dead")
def unknown_publish():
    def read_again(views, run):
        # As if whoever gets no answer were dead.
        found = views.read().boundary
        return dataclasses.replace(found, serial=found.serial + 1, run=0, base=0)

    with mock.patch.object(Views, "_read_again", read_again):
        yield


@guard(
    "a missing file kills the run",
    why_not="every delete follows a publication by more than an hour, and that publication "
    "refuses the run: what it would miss, it cannot publish. It ends at once, and says why",
)
def missing_fails():
    def stream(original, reader, schema, uri):
        try:
            yield from original(reader, schema, uri)
        except FileNotFoundError:
            return

    from glue_jobs.parquet_files import ParquetFiles

    with _wrapped(ParquetFiles, "_stream", stream):
        yield


# --- What the view reads


@contextlib.contextmanager
def _without(**changes):
    def published_sql(original, column, **values):
        return original(column, **{**values, **changes})

    with contextlib.ExitStack() as stack:
        for module in ("lakehouse.boundary", "lakehouse.history"):
            stack.enter_context(_wrapped_in(module, "published_sql", published_sql))
        yield


def _wrapped_in(module, name, around):
    import importlib

    return _wrapped(importlib.import_module(module), name, around)


@guard("a run is published if it is not dead")
def dead():
    with _without(dead=()):
        yield


@guard("a run is published if base <= it")
def base_min():
    with _without(base=1):
        yield


@guard("a run is published if it <= run")
def run_le():
    with _without(run=10**9):
        yield


def _sql(name, change):
    """A template whose text is changed after it was filled."""

    def filled(original, template, **holes):
        text = original(template, **holes)
        return change(text, holes) if template == name else text

    return _wrapped(lakehouse.view_parts, "fill", filled)


@guard("the tail is distinct events: a set")
def tail_set():
    with _sql("parts/tail.sql", lambda text, _: text.replace("WHERE _copy = 1", "")):
        yield


@guard("the tail minus published events")
def antijoin():
    with _sql(
        "parts/live.sql",
        lambda text, _: text.replace("WHERE published.id IS NULL", "").replace(
            'WHERE published."id" IS NULL', ""
        ),
    ):
        yield


@guard("the SQL scans the speed rows once")
def single_scan():
    """The whole tail, less what another scan of it has in common with the events."""

    def hits(original, dataset, boundary):
        parts = original(dataset, boundary)
        if boundary.has_batch:
            again = original(dataset, dataclasses.replace(boundary, run=0))["tail"]
            parts["live"] = f"""
                SELECT again.*
                FROM ({again}) AS again
                INNER JOIN {layout.events_table(dataset.name)} AS published
                    ON published.id = again.id AND published._event_us = again._event_us
                WHERE {boundary.published_sql("_run")}
            """
        return parts

    def subtracted(text, holes):
        sums = [quote(column.name) for column in TWEETS.stored_columns]
        negative = ", ".join(f"-{name} AS {name}" for name in sums)
        return f"""
            {text.replace("FROM live", "FROM tail")}
            UNION ALL
            SELECT _pane_us, location, {negative} FROM ({text}) AS hit
        """

    def serving(original, dataset, boundary):
        if not boundary.has_batch:
            return original(dataset, boundary)
        with (
            _wrapped(lakehouse.views, "tail_and_live", hits),
            _sql("parts/speed_partials.sql", subtracted),
        ):
            return original(dataset, boundary)

    with _wrapped(lakehouse.views, "_serving", serving):
        yield


@guard("the projection of the epochs ends after NOW")
def proj_slack():
    original = model._speed_table

    def table(name):
        found = original(name)
        found["Parameters"]["projection.epoch.range"] = f"{model.SINCE},NOW"
        return found

    with mock.patch.object(model, "_speed_table", table):
        yield


@guard("a floor is a boundary on which all after it stand: the same runs up to it, or none")
def branches():
    from lakehouse.history import Past

    with mock.patch.object(Past, "stands_on", lambda later, past: not later.is_below(past)):
        yield


# --- Recompute, rollback, redeploy


@guard("a recompute unions the published events: some may be in no other place")
def union_published():
    def all_events(_, dataset):
        columns = ", ".join(glue_jobs.queries._names(dataset))
        return f"SELECT {columns}, _speed_records, _raw_records, _recovered_records FROM firsts"

    with _wrapped(glue_jobs.queries, "all_events", all_events):
        yield


@guard("the copy first published stands, also when all is computed again")
def sticky():
    def all_events(_, dataset):
        columns = ", ".join(glue_jobs.queries._names(dataset))
        return f"""
            SELECT {columns}, _speed_records, _raw_records, _recovered_records
            FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY id, _event_us ORDER BY {lakehouse.view_parts.copy_order(dataset)}
                ) AS _copy
                FROM (
                    SELECT {columns}, _speed_records, _raw_records, _recovered_records FROM firsts
                    UNION ALL
                    SELECT {columns}, 0 AS _speed_records, 0 AS _raw_records,
                        0 AS _recovered_records FROM published
                ) AS both
            ) AS ranked
            WHERE _copy = 1
        """

    with _wrapped(glue_jobs.queries, "all_events", all_events):
        yield


@guard("a deployment publishes the boundary that it read")
def redeploy_keeps():
    def boundary_of(original, table):
        found = original(table)
        return dataclasses.replace(first_boundary(model.SINCE), serial=found.serial)

    with _wrapped(lambdas.publish_views, "_boundary_of", boundary_of):
        yield


@guard("a deployment's publication is guarded by the version")
def redeploy_guarded():
    def put_view(glue, database, view, boundary, found):
        table = lakehouse.view_tables.table_input(view, boundary, database=database)
        if found is None:
            glue.create_table(DatabaseName=database, TableInput=table)
        else:
            glue.update_table(DatabaseName=database, TableInput=table)

    with mock.patch.object(lambdas.publish_views, "_put_view", put_view):
        yield


@guard("a deployment makes a state object in a new lake alone: no number is used twice")
def state_never_anew():
    def create(original, s3, bucket, dataset, *, is_new):
        return original(s3, bucket, dataset, is_new=True)

    def take_run(original, state, *, after, **options):
        return original(state, after=0, **options)

    with (
        _wrapped(lambdas.publish_views, "_read_or_create_state", create),
        _wrapped(StateObject, "take_run", take_run),
    ):
        yield


@guard("a state that has counted fewer runs than are published is refused")
def state_counts():
    def take_run(original, state, *, after, **options):
        return original(state, after=0, **options)

    def after_run(original, boundary, run, **options):
        if run <= boundary.run:
            boundary = dataclasses.replace(boundary, run=run - 1)
        return original(boundary, run, **options)

    with _wrapped(StateObject, "take_run", take_run), _wrapped(Boundary, "after_run", after_run):
        yield


# --- Deleting


def _now_floor(boundary):
    return Floor(boundary.serial, boundary.base, boundary.run, boundary.cut, boundary.dead)


@guard("deletes go below a floor that was published, and a rollback not below it")
def floor():
    with mock.patch.object(
        glue_jobs.expiry, "lapsed_floor", lambda boundary, **_: _now_floor(boundary)
    ):
        yield


@guard("a later run, more than an hour after that publication, deletes below it")
def expire_delay():
    with (
        mock.patch.object(Settled, "has_lapsed", return_value=True),
        _wrapped(
            Boundary,
            "_settled",
            lambda original, boundary, now, *_: Settled(
                boundary._raised(now, model.HORIZON).floor, seen_at=now
            ),
        ),
    ):
        yield


@guard("a floor is settled only when no view lags below it")
def floor_lowest():
    with mock.patch.object(Views, "_lowest", lambda _, boundary: boundary.serial):
        yield


@guard("partials of several runs merge only below the floor")
def merge_floor():
    with mock.patch.object(model, "lapsed_floor", lambda boundary, **_: _now_floor(boundary)):
        yield


@guard("orphan files only after longer than any job may run")
def orphan_age():
    def plan(original, rooms, table, *, now, horizon):
        return original(
            rooms, table, now=now, horizon=dataclasses.replace(horizon, job=timedelta())
        )

    with _wrapped(glue_jobs.expiry, "_plan_table", plan):
        yield


@guard("snapshots are forgotten long after another followed them: a query may still read them")
def snapshots_followed():
    def all_others(_, rooms, snapshots, *__, **___):
        return [one.id for one in snapshots if not one.is_current]

    with _wrapped(glue_jobs.expiry, "_followed_long_ago", all_others):
        yield


@guard("rows of a run are deleted only if its number is at most the floor's run")
def purge_published():
    def unpublished(original, floor):
        taken = Here.world.taken()
        return frozenset(run for run in range(1, taken + 1) if not floor.has_published(run))

    with _wrapped(Floor, "unpublished", unpublished):
        yield


@guard("a replay takes records out of the quarantine only when their rows are acknowledged")
def replay_order():
    import local.replay

    def write_rows(original, s3, bucket, dataset, rows):
        for _, arrival in rows:
            unique = f"{arrival.shard_id}-{arrival.sequence_number}"
            key = layout.quarantine_key(dataset.name, arrival.arrived_at, unique)
            s3.delete_object(Bucket=bucket, Key=key)
        return original(s3, bucket, dataset, rows)

    with _wrapped(local.replay, "write_rows", write_rows):
        yield
