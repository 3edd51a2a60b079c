"""The job as Glue starts it: arguments, exit statuses, and the line that says how it ended."""

import pytest

from glue_jobs.batch_view import main
from tests.glue_jobs.lake import rows, tweet, wanted


@pytest.fixture
def arguments(lake):
    return [
        *("--dataset", "tweets", "--database", lake.database),
        *("--lake-bucket", lake.bucket, "--errors-bucket", lake.errors),
        *("--retention-hours", "24", "--JOB_NAME", "lakehouse-tweets-batch", "--enable-metrics"),
    ]


def last_line(capsys):
    return capsys.readouterr().out.strip().rsplit("\n", 1)[-1]


def test_a_published_run_ends_with_status_0_and_one_line(lake, arguments, capsys):
    lake.raw(rows(tweet(1), tweet(1), tweet(2)))
    assert main(arguments) == 0
    assert last_line(capsys).startswith(
        "tweets: run 1 published: 2 new events of 2 (1 repeats, 0 conflicts, 0 quarantined), cut 20"
    )
    assert lake.answer() == wanted(tweet(1), tweet(2))


def test_full_lookback_and_compact_are_options(lake, arguments, capsys):
    lake.raw(rows(tweet(1)))
    assert main([*arguments, "--full", "--lookback", "3d", "--compact"]) == 0
    assert lake.boundary().base == 1
    assert lake.answer() == wanted(tweet(1))


def test_an_unknown_dataset_is_a_mistake_in_one_line(arguments, capsys):
    assert main([*arguments, "--dataset", "tweats"]) == 2
    assert last_line(capsys) == (
        "tweats: no dataset is called 'tweats'; there are: turnstiles, tweets, customers"
    )


def test_a_database_without_views_is_a_mistake_in_one_line(arguments, capsys):
    assert main([*arguments, "--database", "other"]) == 2
    assert last_line(capsys) == (
        "tweets: there is no view other.tweets with a boundary: deploy the stack, which "
        "creates it, or name the right deployment; if somebody replaced it, put back the last "
        "version of its Glue table that has one"
    )


def test_a_duration_that_is_none_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--lookback", "soon"])
    assert ended.value.code == 2
    assert "'soon' is no duration: write 90m, 12h or 3d" in capsys.readouterr().err


def test_a_run_without_its_state_object_ends_with_status_1_and_the_cure(lake, arguments, capsys):
    lake.aws.s3.delete_object(Bucket=lake.bucket, Key="state/tweets.json")
    assert main(arguments) == 1
    line = last_line(capsys)
    assert line.startswith("tweets: died: StateError: s3://")
    assert "a deployment creates it" in line


def test_a_superseded_run_ends_with_status_1_and_says_so(lake, arguments, capsys, monkeypatch):
    from glue_jobs import run as steps

    append = steps.queries.partials

    def overtaken(*given):
        monkeypatch.setattr(steps.queries, "partials", append)
        lake.run()
        return append(*given)

    monkeypatch.setattr(steps.queries, "partials", overtaken)
    assert main(arguments) == 1
    assert last_line(capsys).startswith("tweets: superseded: run 1 is dead: somebody published")


def test_a_run_that_stands_aside_ends_with_status_0(lake, arguments, capsys):
    def meanwhile(step):
        if step == "copies read":
            assert main(arguments) == 0

    lake.run(full=True, checkpoint=meanwhile)
    assert last_line(capsys).startswith("tweets: stood aside: run 1 recomputes")
