"""The runs table: one row per run, whether it was published, died or was killed."""

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from glue_jobs.deaths import HEALED, owed_by
from glue_jobs.engine import AppendError, EngineError
from glue_jobs.records import append_rows
from glue_jobs.run import SupersededError
from glue_jobs.state import LeaseError
from glue_jobs.tables import RUNS_COLUMNS
from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.epochs import epoch_after, start_of
from tests.glue_jobs.lake import ARRIVED, processing_failed, rows, tweet
from tests.glue_jobs.test_protocol import Death, DiesAfter, dies_at

# What only another run can say of a run, or nobody of one that lives.
OF_DEATH = {"died_at", "reason"}


@pytest.fixture
def lake(lake_in_memory):
    return lake_in_memory


def recorded(lake):
    """The rows of the runs table, by run. Fails if a run has two."""
    found = lake.table(lake.tables.runs)
    by_run = {row["run"]: row for row in found}
    assert len(by_run) == len(found)
    return dict(sorted(by_run.items()))


def stories(lake):
    """How each run ended: (run, status, step where it died)."""
    return [(run, row["status"], row["died_at"]) for run, row in recorded(lake).items()]


def fails_at(step, error):
    """A checkpoint at which a run dies of an error."""

    def checkpoint(name):
        if name == step:
            raise error

    return checkpoint


def die(lake, step, error=None, **options):
    """A run that dies of an error at a step."""
    error = error or EngineError("out of disk")
    with pytest.raises(type(error)):
        lake.run(checkpoint=fails_at(step, error), **options)


def kill(lake, step):
    """A run that is killed at a step."""
    with pytest.raises(Death):
        lake.run(checkpoint=dies_at(step))


# --- Published runs


def test_a_published_run_tells_all_of_itself_but_how_it_died(lake):
    lake.speed(rows(tweet(1), tweet(2)))
    lake.raw(rows(tweet(1), tweet(1)))
    lake.clock.pass_epoch()
    outcome = lake.run()
    [row] = lake.table(lake.tables.runs)
    assert {name for name, value in row.items() if value is None} == OF_DEATH
    assert (row["run"], row["status"], row["kind"]) == (1, "published", "run")
    assert (row["serial_before"], row["run_before"]) == (outcome.before.serial, 0)
    assert (row["serial"], row["base"], row["cut"]) == (
        outcome.boundary.serial,
        outcome.boundary.base,
        outcome.boundary.cut,
    )
    assert row["cut_before"] == outcome.before.cut < row["cut"]
    assert (row["speed_rows"], row["raw_rows"], row["repeated_rows"]) == (2, 2, 2)
    assert (row["events_in"], row["new_events"], row["partials"]) == (2, 2, 1)
    steps = ("list", "read", "new", "events", "partials", "publish")
    thousandths = [round(row[f"{step}_seconds"] * 1000) for step in steps]
    assert 0 < sum(thousandths) <= round(row["seconds"] * 1000)


def test_a_row_has_the_tables_columns(lake):
    lake.run()
    [row] = lake.table(lake.tables.runs)
    assert list(row) == [name for name, _ in RUNS_COLUMNS]


# --- Late by age


def at(seconds):
    """A tweet's time, so long before it arrives as `rows` has it."""
    return f"{ARRIVED - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        (-60, (0, 0, 0, 0)),
        (5 * 60, (0, 0, 0, 0)),
        (5 * 60 + 1, (1, 0, 0, 0)),
        (3601, (1, 1, 0, 0)),
        (86401, (1, 1, 1, 0)),
        (7 * 86400, (1, 1, 1, 0)),
        (7 * 86400 + 1, (1, 1, 1, 1)),
    ],
)
def test_new_events_are_counted_by_how_late_they_arrived(lake, seconds, late):
    lake.raw(rows(tweet(1) | {"created_at": at(seconds)}))
    record = lake.run().record
    names = ("late_5m", "late_1h", "late_1d", "late_7d")
    assert tuple(record[name] for name in names) == late


def test_events_that_were_published_are_not_late_again(lake):
    lake.raw(rows(tweet(1) | {"created_at": at(7200)}))
    assert lake.run().record["late_1h"] == 1
    lake.raw(rows(tweet(1) | {"created_at": at(7200)}))
    assert lake.run().record["late_1h"] == 0
    record = lake.run(full=True).record
    assert (record["new_events"], record["late_1h"]) == (1, 0)


# --- Paths that disagree


def since(instant):
    """Milliseconds after the arrival that `rows` has, of an instant."""
    return round((instant - ARRIVED) / timedelta(milliseconds=1))


def unexplained(record):
    return record["unexplained_raw_only"], record["unexplained_speed_only"]


@pytest.mark.parametrize(("minutes", "wanted"), [(16, 1), (14, 0)])
def test_an_event_of_raw_alone_is_unexplained_once_its_speed_row_was_due(lake, minutes, wanted):
    def delivered(step):
        if step == "state written":
            end = start_of(epoch_after(lake.state()["seal"]))
            lake.raw(rows(tweet(1), arrived=since(end - timedelta(minutes=minutes))))

    record = lake.run(checkpoint=delivered).record
    assert (record["raw_only"], unexplained(record)) == (1, (wanted, 0))


@pytest.mark.parametrize(("minutes", "wanted"), [(31, 1), (25, 0)])
def test_an_event_of_the_speed_path_alone_is_unexplained_once_raw_was_due(lake, minutes, wanted):
    began = datetime.now(UTC) + timedelta(minutes=5)
    lake.speed(rows(tweet(1), arrived=since(began - timedelta(minutes=minutes))))
    lake.clock.pass_epoch()
    record = lake.run().record
    assert (record["speed_only"], unexplained(record)) == (1, (0, wanted))


def test_an_event_that_firehose_could_not_deliver_is_not_missing_from_its_path(lake):
    lake.speed(rows(tweet(1)))
    lake.error_object(processing_failed(json.dumps(tweet(1)).encode()))
    lake.clock.pass_epoch()
    assert unexplained(lake.run().record) == (0, 0)


def test_what_was_published_explains_itself(lake):
    lake.speed(rows(tweet(1)))
    lake.clock.pass_epoch()
    assert unexplained(lake.run().record) == (0, 1)
    lake.raw(rows(tweet(1)))
    assert unexplained(lake.run().record) == (0, 0)
    assert unexplained(lake.run(full=True).record) == (0, 0)


# --- Metrics


class CloudWatch:
    """Keeps what it is told, or fails."""

    def __init__(self, error=None):
        self.error, self.told = error, []

    def put_metric_data(self, **request):
        if self.error:
            raise self.error
        self.told.append(request)


def test_a_run_tells_cloudwatch_what_it_found(lake):
    lake.aws = dataclasses.replace(lake.aws, cloudwatch=CloudWatch())
    lake.raw(rows(tweet(1), tweet(2, followers=1), tweet(2, followers=2)))
    record = lake.run().record
    [told] = lake.aws.cloudwatch.told
    assert told["Namespace"] == "lakehouse"
    assert {each["MetricName"]: each["Value"] for each in told["MetricData"]} == {
        "NewEvents": 2,
        "Conflicts": 1,
        "Unexplained": 2,
        "UnexplainedRawOnly": 2,
        "UnexplainedSpeedOnly": 0,
        "RunSeconds": record["seconds"],
    }
    assert told["MetricData"][0]["Dimensions"] == [
        {"Name": "database", "Value": lake.database},
        {"Name": "dataset", "Value": "tweets"},
    ]


def test_a_run_that_cloudwatch_does_not_hear_is_published(lake, caplog):
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutMetricData")
    lake.aws = dataclasses.replace(lake.aws, cloudwatch=CloudWatch(denied))
    assert lake.run().boundary.run == 1
    assert "metrics of run 1 not put" in caplog.text
    assert stories(lake) == [(1, "published", None)]


# --- Runs that died


@pytest.mark.parametrize(
    ("step", "died_at"),
    [
        ("listed raw/tweets/", "2"),
        ("copies read", "2-3"),
        ("events read", "3"),
        ("events appended", "4"),
        ("partials appended", "5"),
    ],
)
def test_a_run_that_an_error_kills_is_recorded_with_its_step(lake, step, died_at):
    lake.raw(rows(tweet(1)))
    die(lake, step, EngineError("it's\nfull"))
    lake.run()
    died, published = recorded(lake).values()
    assert (died["status"], died["died_at"]) == ("died", died_at)
    assert died["reason"] == "EngineError: it's full"
    assert (died["kind"], died["run_before"], died["serial"]) == ("run", 0, None)
    assert died["began"] <= published["began"]
    assert died["new_events"] == (None if died_at < "3" or step == "events read" else 1)


def test_a_run_that_was_overtaken_is_recorded_as_such(lake):
    lake.raw(rows(tweet(1)))
    inner = []

    def meanwhile(step):
        if step == "copies read" and not inner:
            inner.append(None)
            die(lake, "copies read")
            lake.run()

    with pytest.raises(SupersededError):
        lake.run(checkpoint=meanwhile)
    lake.run()
    assert stories(lake) == [
        (1, "died", "1-4"),  # it was at work when run 3 was published over it
        (2, "died", "2-3"),
        (3, "published", None),
        (4, "published", None),
    ]
    assert "killed, or still at work" in recorded(lake)[1]["reason"]


@pytest.mark.parametrize(
    ("step", "died_at"),
    [
        ("state written", "1-4"),
        ("copies read", "1-4"),
        ("events appended", "4-5"),
        ("partials appended", "5-6"),
    ],
)
def test_a_run_that_was_killed_is_recorded_by_what_it_left(lake, step, died_at):
    lake.raw(rows(tweet(1)))
    kill(lake, step)
    lake.run()
    died, _ = recorded(lake).values()
    assert (died["run"], died["status"], died["died_at"]) == (1, "died", died_at)
    assert died["reason"].startswith("left no word until run 2 was published over it: killed")


def test_a_run_killed_between_any_two_remote_calls_has_one_row_in_the_end(lake):
    lake.speed(rows(tweet(1)))
    lake.raw(rows(tweet(1), tweet(2)))
    lake.clock.pass_epoch()
    killed_at = []
    while not lake.boundary().run:
        death = DiesAfter(len(killed_at))
        with pytest.raises(Death):
            lake.run(checkpoint=death)
        killed_at.append(death.name)
    lake.run()
    lake.run()
    found = recorded(lake)
    taken = lake.state()["run"]
    assert list(found) == list(range(1, taken + 1))
    assert [row["status"] for row in found.values()][-3:] == ["published"] * 3
    first = killed_at.index("state written")
    died_at = [row["died_at"] for row in found.values()][:-3]
    kills = dict(zip(killed_at[first:-1], died_at, strict=True))
    assert kills["copies read"] == "1-4"
    assert kills["events appended"] == "4-5"
    assert kills["partials appended"] == "5-6"


def test_a_run_that_was_killed_once_published_is_recorded_two_publications_later(lake):
    die(lake, "copies read")
    lake.raw(rows(tweet(1)))
    kill(lake, "published")
    boundary = lake.boundary()
    lake.run()
    assert stories(lake) == [(3, "published", None)]
    lake.run()
    assert stories(lake) == [
        (1, "died", "2-3"),
        (2, "published", None),
        (3, "published", None),
        (4, "published", None),
    ]
    row = recorded(lake)[2]
    assert row["reason"] == "killed before it was recorded; run 4 found it published"
    assert (row["serial"], row["cut"]) == (boundary.serial, boundary.cut)
    assert row["began"] == boundary.began.replace(tzinfo=None)


def test_runs_that_were_rolled_back_keep_their_rows(lake):
    for number in (1, 2, 3):
        lake.raw(rows(tweet(number)))
        lake.run()
    now = lake.boundary()
    back = now.back_to(now.history[1], now=now.as_of, lowest=0)
    assert lake.views().publish(back, version=lake.views().read().version)
    lake.run()
    assert stories(lake) == [(run, "published", None) for run in (1, 2, 3, 4)]
    assert [row["run_before"] for row in recorded(lake).values()] == [0, 1, 2, 1]


def test_each_run_of_a_mixture_has_one_row(lake):
    lake.run()
    die(lake, "copies read")
    kill(lake, "events read")
    lake.raw(rows(tweet(1)))
    die(lake, "partials appended", full=True)
    lake.run(full=True)
    kill(lake, "published")
    lake.run()
    kill(lake, "state written")
    lake.run()
    assert stories(lake) == [
        (1, "published", None),
        (2, "died", "2-3"),
        (3, "died", "1-4"),
        (4, "died", "5"),
        (5, "published", None),
        (6, "published", None),
        (7, "published", None),
        (8, "died", "1-4"),
        (9, "published", None),
    ]
    kinds = [row["kind"] for row in recorded(lake).values()]
    assert kinds == ["run", "run", None, "recompute", "recompute", None, "run", None, "run"]


def test_a_run_that_dies_untold_dies_of_what_killed_it(lake, caplog):
    put = lake.aws.s3.put_object

    def refused(**request):
        if request["Key"].startswith("died/"):
            error = {"Code": "SlowDown", "Message": "later"}
            raise ClientError({"Error": error}, "PutObject")
        return put(**request)

    lake.aws.s3.put_object = refused
    die(lake, "copies read", EngineError("out of disk"))
    assert "run 1 dies untold" in caplog.text
    lake.run()
    assert stories(lake) == [(1, "died", "1-4"), (2, "published", None)]


def test_a_run_that_cannot_find_out_about_others_records_itself(lake, caplog):
    die(lake, "copies read")
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=layout.died_key("tweets", 1), Body=b"{")
    lake.run()
    assert stories(lake) == [(2, "published", None)]
    assert "runs before run 2 may lack their rows" in caplog.text


@pytest.mark.parametrize(
    "reason",
    [
        "one half \ud83d of a pair",
        "a \0 and a \x1b in it",
        "it's; DROP TABLE runs --",
        "${hole} {hole} %s $$ \\",
    ],
)
def test_whatever_the_reason_of_a_death_is_it_is_recorded(lake, reason):
    die(lake, "copies read", EngineError(reason))
    lake.run()
    assert stories(lake) == [(1, "died", "2-3"), (2, "published", None)]
    kept = "".join(" " if each in "\ud83d\0\x1b" else each for each in reason)
    assert recorded(lake)[1]["reason"] == "EngineError: " + " ".join(kept.split())


def tell(lake, run, told):
    """Leave an object of a run that has died."""
    body = json.dumps(told).encode()
    lake.aws.s3.put_object(Bucket=lake.bucket, Key=layout.died_key("tweets", run), Body=body)


def test_a_reason_that_was_told_as_it_came_is_recorded_without_what_cannot_be_stored(lake):
    die(lake, "copies read")
    tell(lake, 1, {"run": 1, "status": "died", "died_at": "2-3", "reason": "a \ud800 \0 b"})
    lake.run()
    assert recorded(lake)[1]["reason"] == "a b"
    assert stories(lake) == [(1, "died", "2-3"), (2, "published", None)]


@pytest.mark.parametrize(
    "told",
    [
        {"status": "died", "new_events": "many"},  # a CAST that fails
        {"status": "died", "new_events": {"a": [None]}},  # no SQL
        ["died"],
        {"status": "died", "began": 7},
    ],
)
def test_a_run_that_cannot_read_what_another_left_records_itself(lake, caplog, told):
    die(lake, "copies read")
    tell(lake, 1, told)
    assert lake.run().boundary.run == 2
    assert stories(lake) == [(2, "published", None)]
    assert re.search("not recorded: run 1 |runs before run 2 may lack their rows", caplog.text)


class Failing:
    """An engine whose appends fail."""

    def __init__(self, error):
        self.error, self.appends = error, 0

    def append(self, table, sql):
        self.appends += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "appends"),
    [(AppendError("outcome unknown"), 1), (EngineError("no SQL"), 2), (KeyError("any"), 2)],
)
def test_rows_whose_append_may_have_come_are_not_appended_again(lake, caplog, error, appends):
    engine = Failing(error)
    append_rows(engine, lake.tables.runs, [{"run": 1}, {"run": 2}])
    assert engine.appends == appends
    assert "not recorded: run 1" in caplog.text
    assert re.search(r"not recorded: run (1, )?2 ", caplog.text)


def test_a_run_that_stood_aside_has_no_row(lake):
    def meanwhile(step):
        if step == "copies read":
            with pytest.raises(LeaseError):
                lake.run()

    lake.run(full=True, checkpoint=meanwhile)
    lake.run()
    assert stories(lake) == [(1, "published", None), (2, "published", None)]


# --- What is owed


def boundary_after(*runs):
    """The boundary after these runs were published."""
    boundary = first_boundary("202611201000")
    for run in runs:
        boundary = boundary.after_run(
            run, cut="202611201005", began=ARRIVED, is_base=False, lowest=0
        )
    return boundary


def test_the_first_run_owes_those_that_died_before_it():
    assert owed_by(4, boundary_after()).numbers() == [1, 2, 3]


def test_the_dead_of_the_run_before_are_left_to_it():
    assert owed_by(9, boundary_after(2, 5, 7)).numbers() == [1, 2, 3, 4, 5, 8]


def test_numbers_long_ago_are_not_looked_at_again():
    even = range(2, 102, 2)
    numbers = owed_by(102, boundary_after(*even)).numbers()
    assert numbers == [*range(99 - 2 * HEALED, 99), 101]


def test_numbers_before_the_history_are_not_guessed_at():
    boundary = boundary_after(2, 5, 7, 8)
    known = dataclasses.replace(boundary, history=boundary.history[2:])
    assert [past.run for past in known.history] == [5, 7]
    assert owed_by(9, known).numbers() == [5, 6, 7]


# --- Tables of before


def test_a_runs_table_of_before_gains_the_columns_that_it_lacks(lake):
    old = ("run", "kind", "serial", "base", "cut", "began", "new_events", "seconds")
    columns = dict(RUNS_COLUMNS)
    table = dataclasses.replace(
        lake.tables.runs, columns=tuple((name, columns[name]) for name in old)
    )
    iceberg = lake.new_iceberg()
    iceberg.ensure(table)
    row = {"run": 7, "kind": "run", "cut": "202611201000", "new_events": 3}
    arrow = pa.schema([(name, columns[name].arrow()) for name in old])
    iceberg.append(table, [pa.RecordBatch.from_pylist([row], schema=arrow)])
    die(lake, "copies read")
    lake.run()
    assert stories(lake) == [(1, "died", "2-3"), (2, "published", None), (7, None, None)]
    assert recorded(lake)[7]["new_events"] == 3
    found = lake.aws.glue.get_table(DatabaseName=lake.database, Name="tweets_runs")["Table"]
    named = [column["Name"] for column in found["StorageDescriptor"]["Columns"]]
    assert named[: len(old)] == list(old)
    assert set(named) == set(columns)


def test_rows_of_before_and_after_are_compacted_together(lake):
    table = lake.tables.runs
    iceberg, old = lake.new_iceberg(), dataclasses.replace(table, columns=table.columns[:2])
    iceberg.ensure(old)
    schema = pa.schema([(name, type_.arrow()) for name, type_ in old.columns])
    for run in (101, 102, 103):
        row = {"run": run, "status": "published"}
        iceberg.append(old, [pa.RecordBatch.from_pylist([row], schema=schema)])
    lake.run()
    before = recorded(lake)
    with lake.at_hand() as rooms:
        assert rooms.engine.compact(table) == 4
    assert recorded(lake) == before


def test_of_two_runs_that_add_columns_both_go_on(lake):
    table = lake.tables.runs
    lake.new_iceberg().ensure(dataclasses.replace(table, columns=table.columns[:3]))
    slow, quick = lake.new_iceberg(), lake.new_iceberg()
    load = slow.load

    def meanwhile(wanted):
        slow.load = load
        found = load(wanted)
        quick.ensure(table)
        return found

    slow.load = meanwhile
    slow.ensure(table)
    names = [field.name for field in load(table).schema().fields]
    assert names == [name for name, _ in table.columns]
