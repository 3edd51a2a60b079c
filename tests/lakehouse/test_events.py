"""Bytes to events: what is accepted, what is refused and why, on both ways through the decoder."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakehouse.dataset import Dataset, Field
from lakehouse.datasets.turnstiles import TURNSTILES
from lakehouse.datasets.tweets import TWEETS
from lakehouse.events import MAX_NESTING, Event, Invalid, decoder, encoder
from lakehouse.field_types import BIGINT, BOOLEAN, DATE, DOUBLE, INT, STRING, TIMESTAMP, decimal
from lakehouse.measures import Count
from lakehouse.times import microseconds
from lakehouse.windows import Window

SAMPLES = Dataset(
    name="samples",
    doc="One field of every type.",
    fields=(
        Field("id", STRING, "id"),
        Field("at", TIMESTAMP, "time"),
        Field("small", INT, ""),
        Field("big", BIGINT, ""),
        Field("ratio", DOUBLE, ""),
        Field("price", decimal(6, 2), ""),
        Field("flag", BOOLEAN, ""),
        Field("born", DATE, ""),
    ),
    event_id="id",
    event_time="at",
    group_by=(),
    window=Window(timedelta(minutes=1)),
    measures=(Count(),),
)
decode = decoder(SAMPLES)
AT = "2026-11-20T10:00:00.123456Z"
AT_US = 1_795_168_800_123_456


def record(**fields):
    return json.dumps({"id": "a", "at": AT, **fields}).encode()


def reason(data, with_decoder=decode):
    verdict = with_decoder(data)
    assert isinstance(verdict, Invalid)
    return verdict.reason


def test_a_valid_record_becomes_a_typed_event():
    event = decode(
        b'{"id":"a","at":"2026-11-20T10:00:00.123456Z","small":1,"big":9007199254740993,'
        b'"ratio":0.5,"price":12.30,"flag":true,"born":"2000-02-29"}'
    )
    assert event == Event(
        (
            "a",
            datetime(2026, 11, 20, 10, 0, 0, 123456, UTC),
            1,
            9007199254740993,
            0.5,
            Decimal("12.30"),
            True,
            date(2000, 2, 29),
        ),
        AT_US,
        0,
    )


@pytest.mark.parametrize(
    "text",
    [
        '"2026-11-20T10:00:00.123456Z"',
        '"2026-11-20 10:00:00.123456"',
        '"2026-11-20T12:00:00.123456+02:00"',
        '"2026-11-20T05:30:00.1234569-0430"',
    ],
)
def test_times_are_read_in_any_zone_and_cut_to_the_microsecond(text):
    assert decode(b'{"id":"a","at":%s}' % text.encode()).event_us == AT_US


@pytest.mark.parametrize(
    ("text", "wanted_us"),
    [
        ("1795168800123", 1_795_168_800_123_000),
        ("100000000000", 100_000_000_000_000),
        ('"2026-11-20T10:00Z"', 1_795_168_800_000_000),
        ('"2026-11-20T10:00:00,5"', 1_795_168_800_500_000),
    ],
)
def test_times_are_read_as_epoch_milliseconds_and_without_seconds(text, wanted_us):
    assert decode(b'{"id":"a","at":%s}' % text.encode()).event_us == wanted_us


def test_a_newer_producers_fields_are_ignored_and_counted():
    event = decode(record(small=1, colour="red", extra={"deep": [1, 2]}))
    assert (event.unknown, event.values[:3]) == (2, decode(record(small=1)).values[:3])


def test_missing_and_null_fields_that_are_no_identity_are_null():
    assert decode(record(small=None)).values[2:] == (None,) * 6


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (record(id=None), "id: missing"),
        (record(id=""), "id: missing"),
        (b'{"at":"2026-11-20T10:00:00Z"}', "id: missing"),
        (record(at=None), "at: missing"),
        (record(id=5), "id: expected a string, got 5"),
        (record(small="5"), 'small: expected an int, got "5"'),
        (record(small=True), "small: expected an int, got true"),
        (record(small=5.0), "small: expected an int, got 5.0"),
        (record(small=2**31), "small: expected an int in the range of int, got 2147483648"),
        (record(big=2**63), "big: expected an int in the range of bigint, got 9223372036854775808"),
        (record(big=10**30), f"big: expected an int in the range of bigint, got {10**30}"),
        (record(flag="true"), 'flag: expected a boolean, got "true"'),
        (record(born="2026-02-30"), 'born: expected a date (YYYY-MM-DD), got "2026-02-30"'),
        (record(born="20260203"), 'born: expected a date (YYYY-MM-DD), got "20260203"'),
        (
            record(price=12345.6),
            "price: expected a decimal with at most 4 digits before and 2 after the point, "
            "got 12345.6",
        ),
        (
            record(price=0.001),
            "price: expected a decimal with at most 4 digits before and 2 after the point, "
            "got 0.001",
        ),
        (
            record(price="NaN"),
            "price: expected a decimal with at most 4 digits before and 2 after the point, "
            'got "NaN"',
        ),
        (
            b'{"id":"a","at":1795168800000,"price":9e1000000}',
            "price: expected a decimal with at most 4 digits before and 2 after the point, "
            "got 9e1000000",
        ),
        (
            b'{"id":"a","at":1795168800000,"price":1e-1000000}',
            "price: expected a decimal with at most 4 digits before and 2 after the point, "
            "got 1e-1000000",
        ),
        (record(born="1582-10-14"), 'born: expected a date (YYYY-MM-DD), got "1582-10-14"'),
        (
            record(at="yesterday"),
            'at: expected a time (ISO 8601 or epoch milliseconds), got "yesterday"',
        ),
        (record(at=True), "at: expected a time (ISO 8601 or epoch milliseconds), got true"),
        (
            record(at="2026-11-20"),
            'at: expected a time (ISO 8601 or epoch milliseconds), got "2026-11-20"',
        ),
        (
            record(at="2026-11-31T00:00:00Z"),
            'at: expected a time that exists, got "2026-11-31T00:00:00Z"',
        ),
        (
            record(at="1969-12-31T23:59:59Z"),
            'at: expected a time from 1970 to 2261, got "1969-12-31T23:59:59Z"',
        ),
        (
            record(at="0001-01-01T00:00:00+14:00"),
            'at: expected a time that exists, got "0001-01-01T00:00:00+14:00"',
        ),
        (record(at=1795168800), "at: expected epoch milliseconds, not seconds, got 1795168800"),
        (record(at=-1), "at: expected a time from 1970 to 2261, got -1"),
        (record(at=10**30), f"at: expected a time from 1970 to 2261, got {10**30}"),
        (b"\xff\xfe", "record: not UTF-8 at byte 0"),
        (b'{"id":"\xff","at":1795168800000}', "record: not UTF-8 at byte 7"),
        (b'{"id":"a","at":1795168800000,"new":"\xff"}', "record: not UTF-8 at byte 36"),
        (record(small="x" * 100), 'small: expected an int, got "' + "x" * 39 + "…"),
    ],
)
def test_an_invalid_record_says_which_field_and_why(data, wanted):
    assert reason(data) == wanted


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b'"a"', b"{", b'{"id":"a"} x', b"\xef\xbb\xbf{}"]
)
def test_bytes_that_are_no_json_object_are_invalid(data):
    assert reason(data).startswith("record: ")


def test_deep_nesting_is_refused_at_a_depth_that_does_not_depend_on_the_machine():
    def nested(depth):
        return b'{"id":"a","at":1795168800000,"new":' + b"[" * depth + b"]" * depth + b"}"

    assert decode(nested(MAX_NESTING - 1)).unknown == 1
    assert reason(nested(MAX_NESTING)) == f"record: nested more than {MAX_NESTING} deep"
    assert reason(nested(200_000)) == f"record: nested more than {MAX_NESTING} deep"


def test_brackets_in_strings_are_no_nesting():
    assert decode(record(new="[" * 1000 + '"')).unknown == 1


TURNSTILE_LINE = (
    b"A002,R051,02-00-00,59 ST,NQR456W,BMT,08/27/2022,00:00:00,REGULAR,7729303,2676313,"
    b"ab-1,2022-08-27 00:00:00"
)


def test_turnstiles_are_read_from_comma_separated_lines_too():
    line = decoder(TURNSTILES)(TURNSTILE_LINE)
    fields = dict(zip((f.name for f in TURNSTILES.fields), line.values, strict=True))
    fields["timestamp"] = "2022-08-27T00:00:00Z"
    assert decoder(TURNSTILES)(json.dumps(fields).encode()) == line


def test_tweets_are_read_from_semicolon_separated_lines_too():
    event = decoder(TWEETS)(b'17;2026-11-20 10:00:00;5;"Bonn; Germany";;3\n')
    assert event.values[2:] == (5, "Bonn; Germany", None, 3)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (TURNSTILE_LINE.replace(b"7729303", b"7e3"), "entries: expected an int, got 7e3"),
        (
            TURNSTILE_LINE.replace(b"7729303", b"77293030000"),
            "entries: expected an int in the range of int, got 77293030000",
        ),
        (TURNSTILE_LINE.replace(b"ab-1", b""), "id: missing"),
        (b"A002,R051", "record: expected one line of 13 fields separated by ',', got 2"),
        (
            TURNSTILE_LINE + b"\n" + TURNSTILE_LINE,
            "record: expected one line of 13 fields separated by ',', got 2 lines",
        ),
        (
            TURNSTILE_LINE.replace(b"2022-08-27 00", b"2022-08-27 25"),
            "timestamp: expected a time that exists, got 2022-08-27 25:00:00",
        ),
    ],
)
def test_a_bad_line_names_its_field(line, wanted):
    assert reason(line, decoder(TURNSTILES)) == wanted


def test_a_dataset_without_a_line_format_reads_json_only():
    json_only = replace(TWEETS, line_format=None)
    assert reason(b"17;2026-11-20 10:00:00;5;Bonn;2;3", decoder(json_only)).startswith(
        "record: not a"
    )


numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,9})?", fullmatch=True
)


@given(st.sampled_from(SAMPLES.fields), numbers)
def test_no_number_makes_the_decoder_raise(field, number):
    data = b'{"id":"a","at":1795168800000,"%s":%s}' % (field.name.encode(), number.encode())
    assert isinstance(decode(data), Event | Invalid)


@pytest.mark.parametrize("zero", ["0", "-0", "0e1000000", "0.000", "-0.0"])
def test_every_zero_is_the_same_decimal(zero):
    assert decode(b'{"id":"a","at":1795168800000,"price":%s}' % zero.encode()).values[5] == Decimal(
        "0.00"
    )


@given(st.binary(max_size=200))
def test_no_bytes_make_the_decoder_raise(data):
    assert isinstance(decode(data), Event | Invalid)
    assert isinstance(decoder(TWEETS)(data), Event | Invalid)


events = st.fixed_dictionaries(
    {
        "id": st.text(min_size=1).filter(lambda text: text.isprintable()),
        "at": st.datetimes(datetime(1970, 1, 1), datetime(2261, 12, 31)).map(
            lambda at: at.replace(tzinfo=UTC)
        ),
        "small": st.none() | st.integers(-(2**31), 2**31 - 1),
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "ratio": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "price": st.none() | st.decimals(-9999, 9999, places=2),
        "flag": st.none() | st.booleans(),
        "born": st.none() | st.dates(date(1900, 1, 1)),
    }
)


@given(events)
def test_an_encoded_event_is_decoded_to_itself(values):
    event = decode(encoder(SAMPLES)(values))
    assert event == Event(
        tuple(values[field.name] for field in SAMPLES.fields), microseconds(values["at"]), 0
    )


@given(events)
def test_the_fast_and_the_careful_way_agree(values):
    data = encoder(SAMPLES)(values)
    careful = decode(data[:-1] + b',"unknown":1}')
    assert careful == Event(decode(data).values, decode(data).event_us, 1)
