"""A run over old arrival hours: what an ordinary run no longer looks at."""

from datetime import UTC, datetime, timedelta

import pytest

from glue_jobs.batch_view import main
from local.command import CommandError
from local.repairs.backfill import job_arguments
from tests.glue_jobs.lake import rows, tweet, wanted

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
OLD = datetime(2026, 11, 1, 3, 59, tzinfo=UTC)


@pytest.fixture
def arguments(lake):
    return [
        *("--dataset", "tweets", "--database", lake.database),
        *("--lake-bucket", lake.bucket, "--errors-bucket", lake.errors),
        *("--retention-hours", "24"),
    ]


@pytest.fixture
def overlooked(lake):
    """Raw of an old arrival hour, modified long before the published run began."""
    lake.clock.ahead += timedelta(hours=3)
    lake.raw(rows(tweet(1)))
    lake.run()
    lake.raw(rows(tweet(1), tweet(2), tweet(3)), arrived=OLD)
    assert lake.run().record["new_events"] == 0
    assert lake.answer() == wanted(tweet(1))


def test_a_backfill_takes_what_was_overlooked_and_nothing_twice(lake, arguments, overlooked):
    hours = ["--from", "2026-11-01T03", "--to", "2026-11-01T04"]
    assert main([*arguments, *hours]) == 0
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))
    newest = max(lake.table(lake.tables.runs), key=lambda run: run["run"])
    assert (newest["kind"], newest["new_events"], newest["known_events"]) == ("backfill", 2, 1)
    assert main([*arguments, *hours]) == 0
    assert lake.answer() == wanted(tweet(1), tweet(2), tweet(3))


def test_other_hours_are_left_alone(lake, arguments, overlooked):
    assert main([*arguments, "--from", "2026-11-01T05", "--to", "2026-11-01T09"]) == 0
    assert lake.answer() == wanted(tweet(1))


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        (("--from", "2026-11-01T05"), "--from and --to are given together"),
        (("--from", "2026-11-01T05", "--to", "2026-11-01T05"), "there is no hour from"),
    ],
)
def test_the_job_refuses_hours_that_are_none(lake, arguments, capsys, hours, line):
    assert main([*arguments, *hours]) == 2
    assert line in capsys.readouterr().out
    assert lake.state()["run"] == 0


def test_the_job_refuses_a_text_that_is_no_hour(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--from", "yesterday", "--to", "2026-11-01T05"])
    assert ended.value.code == 2
    assert "'yesterday' is no hour: write 2026-11-20T10, in UTC" in capsys.readouterr().err


def test_hours_are_passed_to_the_job_as_they_are():
    assert job_arguments("2026-11-20T09", "2026-11-20T11", now=NOW) == {
        "--from": "2026-11-20T09",
        "--to": "2026-11-20T11",
    }


@pytest.mark.parametrize(
    ("start", "end", "line"),
    [
        ("2026-11-20T10", "2026-11-20T10", "--from 2026-11-20T10 is not before --to 2026-11-20T10"),
        ("2026-11-20", "2026-11-20T10", "--from: '2026-11-20' is no hour: write 2026-11-20T10"),
        ("2026-11-20T10", "2026-11-31T10", "--to: '2026-11-31T10' is an hour that does not exist"),
        ("2026-11-20T10", "2026-11-20T12", "is in the future: .* the latest is --to 2026-11-20T11"),
    ],
)
def test_hours_that_are_none_are_refused(start, end, line):
    with pytest.raises(CommandError, match=line) as refused:
        job_arguments(start, end, now=NOW)
    assert refused.value.status == 2
