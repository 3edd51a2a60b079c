"""Settings are checked, and a mistake is one line that names the key and the cure."""

from datetime import UTC, datetime, timedelta

import pytest

from lakehouse.datasets import DATASETS
from lakehouse.datasets.turnstiles import TURNSTILES
from lakehouse.datasets.tweets import TWEETS
from lakehouse.windows import Window
from stacks.config import Config, ConfigError, read_config
from stacks.schedule import ScheduleError, trigger_schedule


def test_without_settings_everything_has_a_default():
    assert read_config({}) == Config(
        prefix="lakehouse",
        datasets=DATASETS,
        schedule="cron(0 * * * ? *)",
        shards=1,
        retention=timedelta(days=7),
        since=datetime(2026, 1, 1, tzinfo=UTC),
        retain=True,
        scan_cap_gb=100,
        keep=timedelta(days=7),
        longest_query=timedelta(hours=1),
    )


def test_text_of_the_command_line_is_read():
    settings = {
        "prefix": "staging2",
        "datasets": "turnstiles, tweets",
        "schedule": "rate(15 minutes)",
        "capacity": "provisioned",
        "shards": "4",
        "retention_hours": "48",
        "since": "2026-11-20T10:05",
        "retain": "false",
        "scan_cap_gb": "7",
        "keep": "30d",
        "longest_query": "90m",
    }
    assert read_config(settings) == Config(
        prefix="staging2",
        datasets=(TURNSTILES, TWEETS),
        schedule="cron(0/15 * * * ? *)",
        shards=4,
        retention=timedelta(hours=48),
        since=datetime(2026, 11, 20, 10, 5, tzinfo=UTC),
        retain=False,
        scan_cap_gb=7,
        keep=timedelta(days=30),
        longest_query=timedelta(minutes=90),
    )


def test_values_of_cdk_json_are_read():
    settings = {"datasets": ["tweets"], "shards": 2, "retention_hours": 24, "retain": False}
    assert read_config(settings) == Config(
        datasets=(TWEETS,), shards=2, retention=timedelta(hours=24), retain=False
    )


def test_a_setting_left_empty_is_its_default():
    assert read_config({"prefix": "", "datasets": None}) == Config()


def test_a_stream_on_demand_has_no_shards_of_its_own():
    assert read_config({"capacity": "on-demand"}).shards is None


def test_the_keys_of_cdk_itself_are_let_through():
    keys = {"@aws-cdk/core:checkSecretUsage": True, "aws:cdk:bundling-stacks": ["**"]}
    assert read_config(keys) == Config()


def test_a_window_of_the_deployments_choice_is_its_datasets_window():
    config = read_config({"window": "turnstiles=10m,tweets=1d/12h"})
    windows = {dataset.name: dataset.window for dataset in config.datasets}
    assert windows["turnstiles"] == Window(timedelta(minutes=10))
    assert windows["tweets"] == Window(timedelta(days=1), slide=timedelta(hours=12))
    assert windows["customers"] == Window(timedelta(hours=1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"prefx": "a"},
            "prefx: no such setting; there are: prefix, datasets, window, schedule, capacity, "
            "shards, retention_hours, since, retain, scan_cap_gb, keep, longest_query, engine",
        ),
        (
            {"window": "10m"},
            "window: '10m' names no dataset: write turnstiles=10m,tweets=1d",
        ),
        (
            {"window": "turnstiles=10"},
            "window: turnstiles: '10' is no window: write 5m, or 1h/15m to slide by 15 minutes",
        ),
        (
            {"window": "tweets=1d", "datasets": "turnstiles"},
            "window: 'tweets' is not among the datasets that are deployed",
        ),
        (
            {"prefix": "My-Lake"},
            "prefix: 'My-Lake' cannot name resources: use at most 20 lower-case letters and "
            "digits, starting with a letter",
        ),
        (
            {"prefix": "a" * 21},
            f"prefix: '{'a' * 21}' cannot name resources: use at most 20 lower-case letters and "
            "digits, starting with a letter",
        ),
        (
            {"datasets": "turnstyles"},
            "datasets: no dataset is called 'turnstyles'; there are: turnstiles, tweets, customers",
        ),
        (
            {"datasets": "tweets,tweets"},
            "datasets: 'tweets' is given twice: name each dataset once",
        ),
        ({"datasets": []}, "datasets: [] is no list of datasets: write names with commas between"),
        (
            {"schedule": "hourly"},
            "schedule: 'hourly' is no schedule: write rate(1 hour), rate(15 minutes) or "
            "cron(0 * * * ? *)",
        ),
        (
            {"capacity": "ondemand"},
            "capacity: 'ondemand' is no capacity: use provisioned or on-demand",
        ),
        (
            {"capacity": "on-demand", "shards": "2"},
            "shards: leave it out with capacity=on-demand, which sets its own",
        ),
        (
            {"shards": "0"},
            "shards: '0' is out of range: use a whole number from 1 to 500",
        ),
        (
            {"retention_hours": "12"},
            "retention_hours: '12' is out of range: use a whole number from 24 to 8760",
        ),
        (
            {"retention_hours": "1.5"},
            "retention_hours: '1.5' is out of range: use a whole number from 24 to 8760",
        ),
        (
            {"since": "yesterday"},
            "since: 'yesterday' is no time: write it like 2026-01-01T00:00 (UTC)",
        ),
        (
            {"since": "2026-01-01T00:03"},
            "since: '2026-01-01T00:03' is between two write epochs: use a multiple of five minutes",
        ),
        ({"retain": "yes"}, "retain: 'yes' is neither true nor false: use one of the two"),
        (
            {"scan_cap_gb": "0"},
            "scan_cap_gb: '0' is out of range: use a whole number from 1 to 100000",
        ),
        ({"keep": "a week"}, "keep: 'a week' is no duration: write 90m, 12h or 3d"),
        ({"keep": 7}, "keep: '7' is no duration: write 90m, 12h or 3d"),
        (
            {"longest_query": "0h"},
            "longest_query: '0h' is less than a minute, and what a query reads would be deleted "
            "under it: use more than your longest query takes, such as 1h",
        ),
    ],
)
def test_a_mistake_is_one_line_with_the_key_and_the_cure(settings, message):
    with pytest.raises(ConfigError) as caught:
        read_config(settings)
    assert str(caught.value) == message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("cron(10 3 ? * MON-FRI *)", "cron(10 3 ? * MON-FRI *)"),
        ("rate(5 minutes)", "cron(0/5 * * * ? *)"),
        ("rate(1 hour)", "cron(0 * * * ? *)"),
        ("rate(6 hours)", "cron(0 0/6 * * ? *)"),
        ("rate(1 day)", "cron(0 0 * * ? *)"),
    ],
)
def test_a_rate_becomes_the_cron_that_glue_takes(text, cron):
    assert trigger_schedule(text) == cron


@pytest.mark.parametrize(
    "text", ["rate(7 minutes)", "rate(1 minute)", "rate(5 hours)", "rate(2 days)"]
)
def test_a_rate_that_no_cron_keeps_is_refused(text):
    with pytest.raises(ScheduleError, match="does not divide the hour or the day"):
        trigger_schedule(text)


@pytest.mark.parametrize("text", ["cron(0 * * * *)", "cron()", "0 * * * ? *", ""])
def test_what_is_no_schedule_is_refused(text):
    with pytest.raises(ScheduleError, match="is no schedule"):
        trigger_schedule(text)
