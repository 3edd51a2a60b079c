"""The command line without a region: what is refused, and how it is said."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from lakehouse.datasets import get_dataset
from lakehouse.events import Event, decoder
from local import batch, cli
from local.batch import job_arguments
from local.command import CommandError, choose_aws
from local.home import find_home, write_json
from local.query import is_sql

COMMANDS = (
    *("up", "env", "down", "reset", "status", "produce", "query", "batch", "demo"),
    *("audit", "backfill", "replay", "rollback", "compact", "expire"),
)


def run(*arguments):
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "ERROR - the following arguments are required: COMMAND"),
        (["upp"], "invalid choice: 'upp'"),
        (["up", "--firehose-seconds", "soon"], "invalid float value: 'soon'"),
        (["env"], "no region is up in"),
        (["query", " "], "the query is empty; give SQL or the name of a saved query"),
        (["query", "SELECT 1"], "no region is up here, and for AWS:"),
        (["query", "SELECT 1", "--format", "xml"], "invalid choice: 'xml'"),
        (["batch", "orders"], "orders"),
        (
            ["batch", "--lookback", "soon"],
            "--lookback: 'soon' is no duration: write 90m, 12h or 3d",
        ),
        (["batch", "turnstiles"], "no region is up here, and for AWS:"),
        (["produce", "orders", "--dry-run"], "orders"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(nowhere, capsys, arguments, line):
    assert run(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert line in told.err
    assert told.err.startswith("ERROR - ")
    assert told.err.count("\n") == 1


def test_status_of_a_region_that_is_down_is_1(nowhere, capsys):
    assert run("status") == 1
    assert capsys.readouterr().out == "down\n"


@pytest.mark.parametrize("command", ["down", "reset"])
def test_ending_what_is_not_there_is_no_mistake_and_says_so(nowhere, capsys, command):
    assert run(command) == 0
    assert re.fullmatch(r"There is no region: \S+ does not exist\.\n", capsys.readouterr().err)


def test_a_run_beside_another_is_refused_with_what_to_do():
    class Glue:
        exceptions = SimpleNamespace(
            EntityNotFoundException=KeyError, ConcurrentRunsExceededException=RuntimeError
        )

        def start_job_run(self, **_):
            raise RuntimeError

    with pytest.raises(CommandError, match=r"^a run of tweets is at work, .*; run again when it"):
        batch.start_runs(Glue(), ["tweets"], {}, prefix="lakehouse")


@pytest.mark.parametrize("arguments", [[], *([name] for name in ("up", "env", "query", "batch"))])
def test_help_shows_an_example(capsys, arguments):
    assert run(*arguments, "--help") == 0
    told = capsys.readouterr().out
    assert re.search("example:\n  .*lakehouse", told)


def test_help_names_every_command(capsys):
    run("--help")
    told = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n    {name} " not in told] == []


def test_produce_is_the_producers(nowhere, capsys):
    assert run("produce", "turnstiles", "--amount", "3", "--seed", "1", "--dry-run") == 0
    lines = capsys.readouterr().out.encode().splitlines()
    decode = decoder(get_dataset("turnstiles"))
    assert [type(decode(line)) for line in lines] == [Event] * 3


def test_an_interrupted_command_ends_with_130(nowhere, capsys, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("local.query.choose_aws", interrupt)
    assert run("query", "SELECT 1") == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_who_has_had_enough_gets_no_traceback():
    command = f"{sys.executable} -m local.cli produce turnstiles --amount 3000 --dry-run | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_command_line_imports_no_aws_client():
    check = "import sys, local.cli; print('boto3' in sys.modules, 'duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert done.stdout == "False False\n"


def test_an_endpoint_in_the_environment_is_taken(nowhere, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert choose_aws() == "http://127.0.0.1:1"


def test_an_endpoint_of_ones_own_is_named_when_its_settings_lack(nowhere, monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert run("query", "SELECT 1") == 2
    told = capsys.readouterr().err
    assert (
        "AWS_ENDPOINT_URL is http://127.0.0.1:1, but: You must specify a region; or unset" in told
    )


def test_without_a_region_it_is_aws_with_the_users_settings(nowhere, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert choose_aws() == "AWS"
    assert os.environ["AWS_PROFILE"] == "work"
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_a_region_that_is_down_is_no_reason_to_speak_to_aws(nowhere, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    home = find_home()
    home.make()
    write_json(home.state, {"phase": "down"})
    wanted = f"run: lakehouse up, or, to speak to AWS, the same outside of {home.path.parent}"
    with pytest.raises(CommandError, match=re.escape(wanted)) as told:
        choose_aws()
    assert told.value.status == 2
    home.remove()
    assert choose_aws() == "AWS"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "  select*from t",
        "-- a comment\nWITH a AS (SELECT 1) SELECT * FROM a",
        "/* a\ncomment */ (SELECT 1)",
        "SHOW TABLES",
        "VALUES 1",
    ],
)
def test_statements_are_sql(text):
    assert is_sql(text)


@pytest.mark.parametrize("text", ["turnstiles: busiest stations", "selected rows", "select", "--x"])
def test_names_are_not_sql(text):
    assert not is_sql(text)


def test_a_runs_arguments_are_glues():
    assert job_arguments(full=False, lookback=None) == {}
    assert job_arguments(full=False, lookback=None, engine="spark") == {"--engine": "spark"}
    assert job_arguments(full=True, lookback="3d", ignores_lease=True) == {
        "--full": "",
        "--ignore-lease": "",
        "--lookback": "3d",
    }


@pytest.mark.parametrize("lookback", ["3", "d", "3w", "-3d", "3d "])
def test_a_lookback_is_a_time(lookback):
    with pytest.raises(CommandError, match=r"--lookback: .* is no duration: write 90m"):
        job_arguments(full=False, lookback=lookback)
