from datetime import UTC, datetime, timedelta, timezone

import pytest

from local.workers.prefixes import PrefixError, evaluate, format_time, object_name

AT = datetime(2026, 3, 7, 5, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "prefix"),
    [
        (
            "raw/turnstiles/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}"
            "/hour=!{timestamp:HH}/",
            "raw/turnstiles/year=2026/month=03/day=07/hour=05/",
        ),
        ("", "2026/03/07/05/"),
        ("plain/", "plain/2026/03/07/05/"),
        ("!{timestamp:yyyy/MM/dd}/", "2026/03/07/"),
        ("!{timestamp:yy-M-d H:m:s D}/", "26-3-7 5:4:3 66/"),
        ("!{timestamp:'at' yyyy 'o''clock'}/", "at 2026 o'clock/"),
        ("!{firehose:random-string}/!{timestamp:yyyy}/", "abc/2026/"),
        (
            "turnstiles/!{firehose:error-output-type}/!{timestamp:yyyy}/",
            "turnstiles/processing-failed/2026/",
        ),
    ],
)
def test_a_prefix_is_evaluated_as_firehose_does(template: str, prefix: str) -> None:
    assert evaluate(template, AT, error_type="processing-failed", random="abc") == prefix


def test_prefixes_are_in_utc() -> None:
    in_tokyo = AT.astimezone(timezone(timedelta(hours=9)))
    assert evaluate("!{timestamp:dd-HH}/", in_tokyo) == "07-05/"


@pytest.mark.parametrize(
    "template",
    ["!{partitionKeyFromQuery:id}/", "!{firehose:error-output-type}/", "!{timestamp:EEE}/"],
)
def test_an_expression_without_a_value_is_refused(template: str) -> None:
    with pytest.raises(PrefixError):
        evaluate(template, AT)


def test_two_quotes_are_one() -> None:
    assert format_time("''yyyy", AT) == "'2026"


def test_an_object_is_named_by_stream_version_and_time() -> None:
    name = object_name("lakehouse-turnstiles", "3", AT, "0-1-2", ".parquet")
    assert name == "lakehouse-turnstiles-3-2026-03-07-05-04-03-0-1-2.parquet"
