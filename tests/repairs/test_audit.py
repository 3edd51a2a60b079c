"""The audit finds what is wrong, and only that: on a lake, asked through the local Athena."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from glue_jobs.iceberg import Iceberg
from glue_jobs.inputs import Hours
from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.events import Invalid
from lakehouse.history import Floor, Settled
from lakehouse.rows import Arrival, quarantine_line
from lakehouse.view_tables import table_input
from lakehouse.views import render_views
from local.audit import BoundaryMovedError, Comparison, audit, compare, first_retained_hour
from tests.glue_jobs.lake import ARRIVED, TWEETS, rows, tweet

THIS_HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)
MANY = [tweet(n, location=("Bonn", "Köln", None)[n % 3], second=n) for n in range(9)]


def arriving(*tweets, hours_ago=0, **given):
    """Records of an arrival hour."""
    offset = THIS_HOUR - hours_ago * HOUR - ARRIVED
    return rows(*tweets, arrived=offset // timedelta(milliseconds=1), **given)


def audited(lake, ask, *, hours=6, **given):
    return audit(
        TWEETS,
        ask=ask,
        read_boundary=given.get("read_boundary") or (lambda: lake.views().read().boundary),
        hours=Hours(THIS_HOUR - hours * HOUR, THIS_HOUR + HOUR),
        now=THIS_HOUR,
    )


def filled(lake):
    """A published run, and a tail that repeats some of it."""
    lake.raw(arriving(*MANY[:6]))
    lake.run()
    lake.speed(arriving(*MANY[4:]))


def test_a_lake_without_a_run_is_equal_and_has_no_batch_view(lake, ask):
    lake.speed(arriving(*MANY, MANY[0]))
    found = audited(lake, ask)
    assert found.batch is None
    assert found.serving == Comparison(groups=3, moved=0, differences=())
    assert found.verdict == "equal"


def test_an_empty_lake_is_equal(lake, ask):
    found = audited(lake, ask)
    assert (found.verdict, found.serving.groups, found.hours) == ("equal", 0, ())


def test_both_views_of_a_batched_lake_are_equal(lake, ask):
    filled(lake)
    found = audited(lake, ask)
    assert found.batch == Comparison(groups=3, moved=0, differences=())
    assert found.serving == Comparison(groups=3, moved=0, differences=())


def test_dead_runs_and_a_recompute_change_nothing(lake, ask):
    filled(lake)

    class Killed(BaseException):
        pass

    def die(step):
        if step == "partials appended":
            raise Killed

    lake.clock.pass_epoch()
    with pytest.raises(Killed):
        lake.run(checkpoint=die)
    assert audited(lake, ask).verdict == "equal"
    lake.run(full=True)
    assert audited(lake, ask).verdict == "equal"


def add_rows(table, *rows):
    """Append to an Iceberg table what no run would."""
    loaded = Iceberg().load(table)
    loaded.append(pa.Table.from_pylist(rows, schema=loaded.scan().to_arrow().schema))


def partial(run, **values):
    return {"_run": run, "_pane_us": 0, "location": "Bonn", "events": 1} | values


def test_partials_that_are_not_the_events_are_found_in_both_views(lake, ask):
    filled(lake)
    add_rows(lake.tables.partials, partial(lake.boundary().run, sum_followers_count=7))
    found = audited(lake, ask)
    assert found.verdict == "different"
    for compared in (found.batch, found.serving):
        [difference] = compared.differences
        assert difference.key == ("1970-01-01 00:00:00.000", "Bonn")
        assert difference.answer == (1, 7, None, None)
        assert difference.recount is None
        assert compared.groups == 4


def test_a_sum_that_is_wrong_is_found_though_the_counts_are_right(lake, ask):
    filled(lake)
    [wrong, *_] = lake.table(lake.tables.partials)
    key = {name: wrong[name] for name in ("_run", "_pane_us", "location")}
    add_rows(lake.tables.partials, key | {"events": 0, "sum_followers_count": 1})
    found = audited(lake, ask)
    [difference] = found.batch.differences
    assert difference.answer[0] == difference.recount[0]
    assert difference.answer[1] == difference.recount[1] + 1
    assert found.serving.differences != ()


def test_an_event_that_is_published_twice_is_found_in_the_serving_view_alone(lake, ask):
    """Its partials agree with its rows: both count it twice."""
    filled(lake)
    [event, *_] = lake.events()
    add_rows(lake.tables.events, event)
    pane = event["_event_us"] - event["_event_us"] % TWEETS.window.pane_us
    sums = {"sum_followers_count": 1, "sum_favorite_count": 2}
    again = partial(event["_run"], _pane_us=pane, location=event["location"], **sums)
    add_rows(lake.tables.partials, again)
    found = audited(lake, ask)
    assert found.batch.differences == ()
    [difference] = found.serving.differences
    assert difference.answer[0] == difference.recount[0] + 1


def test_rows_of_runs_that_are_not_published_are_in_no_recount(lake, ask):
    filled(lake)
    add_rows(lake.tables.events, lake.events()[0] | {"_run": 99, "id": 1000})
    add_rows(lake.tables.partials, partial(99))
    assert audited(lake, ask).verdict == "equal"


def test_a_view_that_counts_the_tail_twice_is_found(lake, ask):
    filled(lake)
    boundary = lake.boundary()
    serving, *_ = render_views(TWEETS, boundary)
    broken = replace(serving, sql=serving.sql.replace('WHERE published."id" IS NULL', ""))
    lake.aws.glue.update_table(
        DatabaseName=lake.database, TableInput=table_input(broken, boundary, database=lake.database)
    )
    found = audited(lake, ask)
    assert found.batch.differences == ()
    # Tweets 4 and 5 are published and in the tail: in Köln, and nowhere.
    assert [each.key[1] for each in found.serving.differences] == ["Köln", None]
    assert [(each.answer[0], each.recount[0]) for each in found.serving.differences] == [
        (4, 3),
        (4, 3),
    ]


# --- What moves while it is asked


def test_rows_that_appear_while_it_asks_are_told_as_moved():
    """A statement may see them in one of its scans and not in the other."""
    answers = [
        [[None] * 10 + [0, 2], ["2026-11-20 00:00:00.000", "Bonn", 4, 3, *[1] * 6, 1, 1]],
        [[None] * 10 + [0, 3]],
    ]
    compared = compare(TWEETS, lambda sql: answers.pop(0), "")
    assert compared == Comparison(groups=3, moved=1, differences=())


KEY = ["2026-11-20 00:00:00.000", "Bonn"]


def group(answer, recount, *, followers=(1, 1)):
    """A row of a comparison: a group whose counts are these."""
    return [*KEY, answer, recount, *followers, 2, 2, None, None, 1, 1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (group(5, 6), group(5, 6)),  # nothing has moved
        (group(20, 10), group(22, 11)),  # the recount lacks what the view had counted
        (group(9, 10), group(9, 11)),  # the view lacks what had been recounted
        (group(4, 4, followers=(7, 8)), group(4, 4, followers=(7, 8))),
        (group(None, 3), group(None, 4)),
    ],
)
def test_a_group_that_differs_is_wrong_if_it_cannot_have_moved_so(first, second):
    answers = [[first], [second]]
    compared = compare(TWEETS, lambda sql: answers.pop(0), "")
    assert len(compared.differences) == 1
    assert (compared.groups, compared.moved) == (1, 0)


def test_a_group_that_grows_is_not_wrong():
    answers = [[group(4, 3)], [group(4, 5)], []]
    compared = compare(TWEETS, lambda sql: answers.pop(0), "")
    assert compared == Comparison(groups=0, moved=1, differences=())
    assert compared.verdict == "equal"


def test_a_group_that_has_grown_and_still_differs_at_the_last_try_is_undecided():
    """It may be wrong: nobody has seen it equal."""
    answers = [[group(n, n + 1)] for n in range(3, 8)]
    compared = compare(TWEETS, lambda sql: answers.pop(0), "")
    assert answers == []
    [undecided] = compared.undecided
    assert (undecided.answer[0], undecided.recount[0]) == (7, 8)
    assert (compared.moved, compared.differences, compared.verdict) == (0, (), "undecided")


def test_a_group_that_grows_beside_one_that_is_wrong_is_undecided():
    wrong = ["2026-11-20 00:00:00.000", "Köln", 5, 6, 1, 1, 2, 2, None, None, 1, 1]
    answers = [[group(3, 4), wrong], [group(4, 5), wrong]]
    compared = compare(TWEETS, lambda sql: answers.pop(0), "")
    assert [each.key[1] for each in compared.differences] == ["Köln"]
    assert [each.key[1] for each in compared.undecided] == ["Bonn"]
    assert compared.moved == 0


def test_when_the_boundary_moves_all_is_asked_again(lake, ask):
    filled(lake)

    def read():
        published = lake.views().read().boundary
        if not ask.asked:
            lake.speed(arriving(tweet(50)))
            lake.clock.pass_epoch()
            lake.run()  # publishes between the boundary that was read and the question
        return published

    found = audited(lake, ask, read_boundary=read)
    assert found.verdict == "equal"
    assert found.boundary == lake.boundary()
    assert len(ask.asked) == 5  # both views twice, and the paths


def test_a_boundary_that_never_rests_is_told(lake):
    serials = iter(range(100))

    def read():
        return replace(first_boundary("202611201000"), serial=next(serials))

    with pytest.raises(BoundaryMovedError, match="something was published during each of 5 tries"):
        audited(lake, lambda sql: [], read_boundary=read)


# --- The paths


def counts(found):
    return {
        (hour.start - THIS_HOUR) // HOUR: (
            hour.raw_only,
            hour.speed_only,
            hour.both,
            hour.invalid,
        )
        for hour in found.hours
    }


def test_the_paths_are_compared_by_hour_of_first_arrival(lake, ask):
    three_ago = THIS_HOUR - 3 * HOUR
    lake.raw(arriving(*MANY[:4], hours_ago=3), arrived=three_ago)
    lake.speed(arriving(*MANY[2:7], hours_ago=3))
    # Sent again an hour later: it has arrived before.
    lake.speed(arriving(MANY[0], hours_ago=2))
    # Firehose files an object under the hour of its oldest record.
    lake.raw(arriving(tweet(80), hours_ago=1), arrived=THIS_HOUR - 2 * HOUR)
    bad = Arrival(THIS_HOUR - HOUR, "shardId-0", "1")
    lake.aws.s3.put_object(
        Bucket=lake.bucket,
        Key=layout.quarantine_key("tweets", bad.arrived_at, "shardId-0-1"),
        Body=quarantine_line(b"{", Invalid("no"), bad, source="speed"),
    )
    found = audited(lake, ask)
    assert counts(found) == {-3: (1, 3, 3, 0), -1: (1, 0, 0, 1)}
    assert [hour.is_under_way for hour in found.hours] == [False, True]
    assert counts(audited(lake, ask, hours=1)) == {-1: (1, 0, 0, 1)}


def test_hours_whose_speed_rows_may_be_deleted_are_not_compared(lake, ask):
    lake.speed(arriving(tweet(1), hours_ago=3))
    lake.speed(arriving(tweet(2)))
    floor = Floor(serial=1, base=1, run=1, cut=f"{THIS_HOUR - HOUR:%Y%m%d%H%M}")
    boundary = replace(lake.boundary(), settled=Settled(floor, seen_at=THIS_HOUR))
    found = audited(lake, ask, read_boundary=lambda: boundary)
    assert found.retained_from == THIS_HOUR
    assert counts(found) == {0: (0, 1, 0, 0)}


@pytest.mark.parametrize(
    ("cut", "hour"),
    [
        ("202611200950", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("202611200955", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("202611201000", datetime(2026, 11, 20, 11, tzinfo=UTC)),
    ],
)
def test_speed_rows_are_all_there_from_the_hour_after_the_settled_floors_cut(cut, hour):
    settled = Settled(Floor(serial=3, base=1, run=2, cut=cut), seen_at=THIS_HOUR)
    assert first_retained_hour(replace(first_boundary("202611010000"), settled=settled)) == hour


def test_nothing_is_deleted_before_a_floor_of_a_run_is_settled():
    first = first_boundary("202611010000")
    raised = replace(first, floor=Floor(serial=3, base=1, run=2, cut="202611200950"))
    assert first_retained_hour(first) is None
    assert first_retained_hour(raised) is None
    assert first_retained_hour(replace(raised, settled=Settled(first.floor, THIS_HOUR))) is None
