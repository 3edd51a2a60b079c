"""The commands that repair, as they are typed: what is refused, and what is told."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from glue_jobs.iceberg import Iceberg
from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.datasets import get_dataset
from lakehouse.history import HORIZON, Horizon
from lakehouse.windows import parse_window
from local import cli
from local.audit import Audit, Comparison, Difference, PathHour
from local.command import CommandError
from local.deployment import Deployment, find_deployment
from local.repairs import audit as auditing
from local.repairs.errors import repair_errors
from tests.glue_jobs.lake import TWEETS, rows, tweet, wanted
from tests.repairs.test_replay import put

COMMANDS = ("audit", "backfill", "replay", "rollback", "compact", "expire")
HOUR = datetime(2026, 11, 20, 10, tzinfo=UTC)


def run(*arguments):
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return end.code


# --- Words


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_it_does_and_shows_an_example(capsys, command):
    assert run(command, "--help") == 0
    told = capsys.readouterr().out
    assert re.search(rf"example:\n  lakehouse {command} t", told)
    assert len(told.splitlines()[2:]) > 10


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "audit"])
def test_one_dataset_is_named(capsys, command):
    assert run(command) == 2
    assert "required: DATASET" in capsys.readouterr().err


def test_every_dataset_is_audited_if_none_is_named():
    assert cli._parser(["audit"]).parse_args(["audit"]).datasets == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["rollback", "orders"], "no dataset is called 'orders'; there are: turnstiles, tweets"),
        (["audit", "tweets", "orders"], "no dataset is called 'orders'"),
        (["rollback", "tweets", "--to-run", "last"], "invalid int value: 'last'"),
        (
            ["expire", "tweets", "--keep", "a week"],
            "--keep: 'a week' is no duration: write 90m, 12h",
        ),
        (["expire", "tweets", "--longest-query", "0"], "--longest-query: '0' is no duration"),
        (["backfill", "tweets", "--from", "2026-11-20T10"], "required: --to"),
        (["audit", "--from", "2026-11-20"], "--from: '2026-11-20' is no hour: write 2026-11-20T10"),
        (["audit", "--from", "2026-11-20T10", "--to", "2026-11-20T10"], "there is no hour from"),
        (["rollback", "tweets"], "no region is up here, and for AWS:"),
        (["replay", "tweets"], "no region is up here, and for AWS:"),
        (["compact", "tweets"], "no region is up here, and for AWS:"),
        (["expire", "tweets"], "no region is up here, and for AWS:"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(nowhere, capsys, arguments, line):
    assert run(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert line in told.err
    assert told.err.startswith("ERROR - ")
    assert told.err.count("\n") == 1


# --- What is deployed


class Jobs:
    """A Glue client that knows one job."""

    class exceptions:
        class EntityNotFoundException(Exception):
            pass

    def __init__(self, **arguments):
        self.arguments = arguments

    def get_job(self, *, JobName):
        if JobName != "metro-tweets-batch":
            raise self.exceptions.EntityNotFoundException
        return {"Job": {"DefaultArguments": self.arguments}}


ARGUMENTS = {
    "--dataset": "tweets",
    "--database": "metro_db",
    "--lake-bucket": "metro-lake",
    "--errors-bucket": "metro-errors",
    "--retention-hours": "24",
    "--window": "172800s/86400s",
    "--keep": "30d",
    "--longest-query": "90m",
}


def test_a_job_tells_how_its_dataset_is_deployed():
    assert find_deployment(Jobs(**ARGUMENTS), "tweets", prefix="metro") == Deployment(
        dataset=replace(get_dataset("tweets"), window=parse_window("2d/1d")),
        database="metro_db",
        lake_bucket="metro-lake",
        errors_bucket="metro-errors",
        retention=timedelta(hours=24),
        work_group="metro",
        horizon=Horizon(back=timedelta(days=30), query=timedelta(minutes=90)),
    )


def test_an_ordinary_run_of_a_deployment_keeps_as_much_as_its_job():
    deployment = find_deployment(Jobs(**ARGUMENTS), "tweets", prefix="metro")
    assert deployment.plan.horizon == deployment.horizon


def test_a_job_that_does_not_say_how_much_it_keeps_keeps_what_the_job_does_by_default():
    less = {name: ARGUMENTS[name] for name in ARGUMENTS.keys() - {"--keep", "--longest-query"}}
    assert find_deployment(Jobs(**less), "tweets", prefix="metro").horizon == HORIZON


def test_a_dataset_that_is_not_deployed_is_a_mistake():
    with pytest.raises(CommandError, match="tweets is not deployed as 'other'") as refused:
        find_deployment(Jobs(), "tweets", prefix="other")
    assert refused.value.status == 2


def test_a_job_of_somebody_else_is_told():
    with pytest.raises(CommandError, match="metro-tweets-batch is not one of this project"):
        find_deployment(Jobs(), "tweets", prefix="metro")


# --- On a lake


def deploy(lake, **more):
    """The dataset's job; `more` are arguments of it."""
    lake.aws.glue.create_job(
        Name=layout.job_name(lake.database, "tweets"),
        Role="arn:aws:iam::000000000000:role/any",
        Command={"Name": "glueetl", "ScriptLocation": "s3://any/any.py"},
        DefaultArguments={
            "--database": lake.database,
            "--lake-bucket": lake.bucket,
            "--errors-bucket": lake.errors,
            "--retention-hours": "24",
            "--window": "1d",
            **{f"--{name.replace('_', '-')}": text for name, text in more.items()},
        },
    )


@pytest.fixture
def on(lake, monkeypatch):
    """Runs a command on the lake, as its user does, by the lake's clock."""
    monkeypatch.setattr("glue_jobs.aws.clients", lambda: lake.aws)
    deploy(lake)
    return lambda command, *given: run(command, "tweets", "--prefix", lake.database, *given)


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def two_runs(lake):
    lake.speed(rows(tweet(1)))
    lake.clock.pass_epoch()
    lake.run()
    lake.speed(rows(tweet(2)))
    lake.clock.pass_epoch()
    lake.run()
    return lake


def test_a_rollback_says_from_where_to_where_and_does_it(two_runs, on, capsys):
    first, second = two_runs.boundary().history[-1], two_runs.boundary()
    assert on("rollback", "--format", "json") == 0
    told = capsys.readouterr()
    [before, now] = objects(told.out)
    assert (before["run"], before["state"]) == (2, "rolled back")
    assert (now["run"], now["cut"], now["state"]) == (1, first.cut, "published")
    assert f"from run 2 (cut {second.cut}) to run 1 (cut {first.cut})" in told.err
    assert "as far as the floor, run 0" in told.err
    assert two_runs.boundary().run == 1
    assert two_runs.answer() == wanted(tweet(1), tweet(2))


def test_a_dry_rollback_lists_the_choices_and_changes_nothing(two_runs, on, capsys):
    published = two_runs.boundary()
    assert on("rollback", "--dry-run", "--format", "json") == 0
    told = [(row["run"], row["state"]) for row in objects(capsys.readouterr().out)]
    assert told == [(2, "published"), (1, "would be published"), (0, "possible")]
    assert two_runs.boundary() == published


def test_a_rollback_to_a_run_that_is_no_choice_says_how_far_one_can_go_and_why(
    two_runs, on, capsys
):
    assert on("rollback", "--to-run", "7") == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "run 7 is not among what one can go to" in told
    assert "one can go to: 1, 0. The floor is run 0" in told
    assert "what is below it may have been deleted" in told


def test_a_rollback_that_is_overtaken_changes_nothing_and_says_so(
    two_runs, on, capsys, monkeypatch
):
    from glue_jobs import rollback

    plan = rollback.plan_rollback

    def overtaken(*given, **named):
        move = plan(*given, **named)
        two_runs.run()
        return move

    monkeypatch.setattr(rollback, "plan_rollback", overtaken)
    assert on("rollback") == 1
    assert "nothing was rolled back" in capsys.readouterr().err
    assert two_runs.boundary().run == 3


def test_compact_tells_what_it_rewrote(lake, on, capsys):
    def files():
        return len(list(Iceberg().load(lake.tables.events).scan().plan_files()))

    for number in range(4):
        lake.raw(rows(tweet(number)))
        lake.run()
    assert files() == 4
    assert on("compact", "--format", "json") == 0
    told = {row["table"]: row["files"] for row in objects(capsys.readouterr().out)}
    assert told == dict.fromkeys((f"tweets_{t}" for t in ("events", "batch_partials", "runs")), 4)
    assert files() == 1
    assert lake.answer() == wanted(*(tweet(number) for number in range(4)))
    assert on("compact", "--format", "json") == 0  # nothing is left to do
    assert {row["files"] for row in objects(capsys.readouterr().out)} == {0}


def test_expire_raises_the_floor_first_and_deletes_below_it_later(two_runs, on, capsys):
    lake = two_runs
    lake.speed(rows(tweet(3)))
    everything = wanted(tweet(1), tweet(2), tweet(3))
    expire = ("expire", "--keep", "0m", "--format", "json")

    def deleted():
        assert on(*expire) == 0
        told = capsys.readouterr()
        assert lake.answer() == everything
        return objects(told.out)[0]["count"], told.err

    count, told = deleted()
    assert "raising the floor from run 0" in told
    assert "to run 2" in told
    assert (count, lake.boundary().floor.run) == (0, 2)
    for _ in range(3):
        lake.clock.ahead += timedelta(hours=1, seconds=1)
        count, told = deleted()
        if count:
            break
    assert "what is below run 2" in told
    assert count == 2  # of the three speed objects, those of both runs
    assert len(lake.objects(layout.speed_prefix("tweets"))) == 1


@pytest.fixture
def settled(two_runs, on):
    """A lake that keeps nothing, and whose queries last up to 12 hours: its floor settled 2 ago."""
    lake = two_runs
    lake.aws.glue.delete_job(JobName=layout.job_name(lake.database, "tweets"))
    deploy(lake, keep="0m", longest_query="12h")
    for hours in (13, 2):
        assert on("expire") == 0
        lake.clock.ahead += timedelta(hours=hours)
    assert lake.boundary().settled.floor.run == 2
    return lake


def test_an_expire_deletes_when_the_deployments_queries_have_ended(settled, on, capsys):
    def deletable(*given):
        assert on("expire", *given, "--dry-run", "--format", "json") == 0
        return objects(capsys.readouterr().out)[0]["count"]

    capsys.readouterr()
    assert deletable() == 0
    assert deletable("--longest-query", "1h") == 2
    settled.clock.ahead += timedelta(hours=11)
    assert deletable() == 2


def test_a_compact_merges_when_the_deployments_queries_have_ended(settled, on, capsys):
    def told():
        assert on("compact") == 0
        return capsys.readouterr().err

    assert "merging partials of no run yet" in told()
    settled.clock.ahead += timedelta(hours=11)
    assert "merging partials of runs up to 2" in told()


def test_an_expire_may_keep_more_than_its_deployment(two_runs, on, capsys):
    two_runs.aws.glue.delete_job(JobName=layout.job_name(two_runs.database, "tweets"))
    deploy(two_runs, keep="0m")
    assert on("expire", "--keep", "7d", "--dry-run") == 0
    assert "the floor stays run 0" in capsys.readouterr().err
    assert on("expire", "--dry-run") == 0
    assert "would raise the floor from run 0" in capsys.readouterr().err


def test_a_dry_expire_changes_nothing(two_runs, on, capsys):
    published = two_runs.boundary()
    assert on("expire", "--keep", "0m", "--dry-run", "--format", "json") == 0
    told = capsys.readouterr()
    assert "would raise the floor" in told.err
    assert {row["outcome"] for row in objects(told.out)} == {
        "would be deleted",
        "their rows would be deleted",
        "would be forgotten",
    }
    assert two_runs.boundary() == published


def test_expire_keeps_what_a_rollback_may_need(two_runs, on, capsys):
    assert on("expire") == 0
    assert "the floor stays run 0" in capsys.readouterr().err
    assert two_runs.boundary().floor.run == 0


def test_replay_tells_what_it_replayed_and_what_stays(lake, on, capsys):
    put(lake, tweet(1), number=1)
    put(lake, {"id": 7}, number=2)
    assert on("replay", "--dry-run", "--format", "json") == 0
    told = [(row["outcome"], row["records"]) for row in objects(capsys.readouterr().out)]
    assert told == [("would be replayed", 1), ("stays", 1)]
    assert on("replay", "--format", "json") == 0
    told = capsys.readouterr()
    assert objects(told.out) == [
        {"dataset": "tweets", "outcome": "replayed", "records": 1, "reason": None},
        {"dataset": "tweets", "outcome": "stays", "records": 1, "reason": "created_at: missing"},
    ]
    assert "count in the answer, each event once" in told.err
    assert lake.answer() == wanted(tweet(1))


def test_a_lake_that_lost_its_state_is_one_line(lake, on, capsys):
    put(lake, tweet(1))
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key=layout.state_key("tweets"))
    assert on("replay") == 1
    assert re.fullmatch(
        r"tweets: decoding .*\nERROR - s3://.* says how to restore it\n", capsys.readouterr().err
    )


# --- What the audit tells


def found(*differences, batch=(), retained_from=None):
    boundary = replace(first_boundary("202611201000"), serial=4, run=3)
    hours = (
        PathHour(HOUR, raw_only=1, speed_only=2, both=3, invalid=4, is_under_way=False),
        PathHour(HOUR + timedelta(hours=1), 0, 5, 0, 0, is_under_way=True),
    )
    return Audit(
        boundary=boundary,
        retained_from=retained_from,
        hours=hours,
        batch=Comparison(7, 0, tuple(batch)),
        serving=Comparison(8, 1, differences),
    )


DIFFERENCE = Difference(("2026-11-20 00:00:00.000", None), (3, 7, 1, None), None)


@pytest.fixture
def told(nowhere, monkeypatch, capsys):
    """The status and the output of an audit that found this."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    def tell(audited, *arguments):
        monkeypatch.setattr(auditing, "_audit", lambda *_, **__: (TWEETS, audited))
        status = run("audit", "tweets", *arguments)
        output = capsys.readouterr()
        return status, output.out, output.err

    return tell


def test_an_audit_without_a_difference_ends_with_0(told):
    status, out, _ = told(found())
    assert status == 0
    assert out.splitlines() == [
        "dataset  arrival_hour   raw_only  speed_only  both_paths  invalid  state",
        "-------  -------------  --------  ----------  ----------  -------  ---------",
        "tweets   2026-11-20T10         1           2           3        4  complete",
        "tweets   2026-11-20T11         0           5           0        0  under way",
        "",
        "dataset  question      groups  different  moved  undecided  verdict",
        "-------  ------------  ------  ---------  -----  ---------  -------",
        "tweets   batch view         7          0      0          0  equal",
        "tweets   serving view       8          0      1          0  equal",
    ]


def test_an_audit_with_a_difference_shows_it_and_ends_with_1(told):
    status, out, err = told(found(DIFFERENCE))
    assert status == 1
    assert out.splitlines()[-1].split()[3:] == ["8", "1", "1", "0", "different"]
    assert (
        "tweets: the serving view differs at (2026-11-20 00:00:00.000, null): it says events=3, "
        "sum_followers_count=7, sum_favorite_count=1, sum_retweet_count=None, the recount nothing"
    ) in err


def test_an_audit_that_saw_a_group_move_each_time_is_undecided_and_ends_with_3(told):
    audited = replace(found(), serving=Comparison(8, 1, (), undecided=(DIFFERENCE,)))
    status, out, err = told(audited)
    assert status == 3
    assert out.splitlines()[-1].split()[3:] == ["8", "0", "1", "1", "undecided"]
    assert (
        "tweets: groups of the serving view that moved each time they were asked for: 1, such as "
        "(2026-11-20 00:00:00.000, null): it says events=3, "
    ) in err
    assert "whether they are equal is undecided, audit again when less is under way" in err
    _, out, _ = told(audited, "--json")
    [document] = objects(out)
    assert (document["verdict"], document["differences"]) == ("undecided", [])


def test_an_audit_tells_ten_differences_and_how_many_more(told):
    many = [replace(DIFFERENCE, key=(str(n), "Bonn")) for n in range(12)]
    status, _, err = told(found(batch=many))
    assert status == 1
    assert err.count("the batch view differs at") == 10
    assert "tweets: and at 2 more groups" in err


def test_an_audit_tells_which_hours_it_does_not_compare(told):
    _, _, err = told(found(retained_from=HOUR), "--from", "2026-11-01T00")
    assert (
        "tweets: hours before 2026-11-20T10 are not compared: their speed rows are below the floor "
        "and may be deleted"
    ) in err


def test_an_audit_tells_programs_one_object_per_dataset(told):
    status, out, _ = told(found(DIFFERENCE), "--json")
    assert status == 1
    [document] = objects(out)
    assert document["verdict"] == "different"
    assert document["views"][1] == {
        "question": "serving view",
        "groups": 8,
        "different": 1,
        "moved": 1,
        "undecided": 0,
        "verdict": "different",
    }
    assert document["paths"][0]["arrival_hour"] == "2026-11-20T10"
    assert len(document["differences"]) == 1


# --- What goes wrong


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError("When reading\nfrom bucket: AWS Error SLOW_DOWN"),
            "When reading from bucket: AWS",
        ),
        (FileNotFoundError(2, "No such file", "s3://lake/x"), "[Errno 2] No such file: 's3://"),
        (OSError(), "OSError"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_and_a_failure(error, line):
    with pytest.raises(CommandError) as failed, repair_errors():
        raise error
    assert failed.value.status == 1
    assert str(failed.value).startswith(line)
    assert "\n" not in str(failed.value)


def test_a_reader_that_has_had_enough_is_no_failure_of_a_repair():
    with pytest.raises(BrokenPipeError), repair_errors():
        raise BrokenPipeError


def test_the_help_of_backfill_says_under_which_hour_firehose_files(capsys):
    run("backfill", "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert "Firehose files an object under the arrival hour of its oldest record" in told
    assert "give an earlier --from" in told
