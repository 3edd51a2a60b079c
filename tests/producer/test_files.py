import io
import json
import os

import pytest

from lakehouse.datasets import CUSTOMERS, TURNSTILES, TWEETS
from lakehouse.events import Event, decoder
from producer.files import read_records
from producer.lines import MAX_LINE_BYTES, SourceError, read_lines
from tests.producer.fakes import READINGS

TWEET = b'{"id":%d,"created_at":"2026-11-20T12:00:00Z","new":1}'


def read(data, dataset=TWEETS):
    """The records, and (line, reason) of what was refused."""
    refused = []
    found = read_records(
        io.BytesIO(data),
        dataset,
        name="file",
        refuse=lambda record, reason: refused.append((record.line, reason)),
    )
    return [record for record in found if record is not None], refused


def values(record, dataset):
    event = decoder(dataset)(record.data)
    assert isinstance(event, Event), event
    names = [field.name for field in dataset.fields]
    return {n: v for n, v in zip(names, event.values, strict=True) if v is not None}


def test_json_lines_go_as_they_are():
    spaced = b' {"created_at" : 1795168800000, "id":8}\t'
    found, refused = read(TWEET % 7 + b"\n" + spaced + b"\r\n\n" + TWEET % 9)
    assert [r.data for r in found] == [TWEET % 7, spaced, TWEET % 9]
    assert [r.key for r in found] == ["7", "8", "9"]
    assert [r.line for r in found] == [1, 2, 4]
    assert refused == []


def test_an_invalid_line_is_refused_with_its_number_and_the_rest_goes():
    lines = [TWEET % 1, b'{"id":"x","created_at":1795168800000}', b"{", b"\xff", TWEET % 2]
    found, refused = read(b"\n".join(lines))
    assert [r.key for r in found] == ["1", "2"]
    assert [line for line, _ in refused] == [2, 3, 4]
    assert refused[0][1] == 'id: expected an int, got "x"'
    assert refused[2][1] == "record: not UTF-8 at byte 0"


def test_delimited_lines_of_a_dataset_that_has_them_go_as_they_are():
    line = b"1;2026-11-20T12:00:00Z;5;Oslo;6;7"
    found, refused = read(line + b"\n1;2\n")
    assert [r.data for r in found] == [line]
    assert refused == [(2, "record: expected one line of 6 fields separated by ';', got 2")]


def test_csv_is_mapped_by_its_header():
    data = (
        "Timestamp,C/A,ENTRIES,Id,Comment\r\n"
        "2026-11-20 12:00:00,A002,12,x1,hello\r\n"
        '1795176000000,"A ""2""\n\n, 3",,x2,\r\n'
    )
    found, refused = read(data.encode(), TURNSTILES)
    assert refused == []
    assert [(r.line, r.key) for r in found] == [(2, "x1"), (3, "x2")]
    first, second = (values(record, TURNSTILES) for record in found)
    assert str(first.pop("timestamp")) == "2026-11-20 12:00:00+00:00"
    assert first == {"ca": "A002", "entries": 12, "id": "x1"}
    assert str(second.pop("timestamp")) == "2026-11-20 12:00:00+00:00"
    assert second == {"ca": 'A "2"\n\n, 3', "id": "x2"}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_may_be_separated_by(mark):
    data = (
        mark.join(["uuid", "event_date", "Last Name"])
        + "\n"
        + mark.join(["u", "2026-11-20 12:00:00", "Ö"])
    )
    found, _ = read(data.encode(), CUSTOMERS)
    assert values(found[0], CUSTOMERS)["last_name"] == "Ö"


def test_csv_cells_become_values_of_their_fields_types():
    data = b"\xef\xbb\xbfid,at,price,degrees\n9,2026-11-20T12:00:00Z,12.50,-1.5e1\n"
    found, _ = read(data, READINGS)
    assert json.loads(found[0].data) == {
        "id": 9,
        "at": "2026-11-20T12:00:00Z",
        "price": 12.50,
        "degrees": -15.0,
    }
    assert b"12.50" in found[0].data


def test_a_csv_row_that_is_no_event_is_refused_with_the_line_where_it_began():
    data = (
        b'id,created_at,location\n1,2026-11-20 12:00:00,"a\nb"\nx,2026-11-20 12:00:00,\n'
        b"2,2026-11-20 12:00:00\n3,2026-11-20 12:00:00,\xff\n4,2026-11-20 12:00:00,c\n"
        b'5,2026-11-20 12:00:00,"d'
    )
    found, refused = read(data)
    assert [r.key for r in found] == ["1", "4"]
    assert [line for line, _ in refused] == [4, 5, 6, 8]
    assert refused[0][1] == 'id: expected an int, got "x"'
    assert refused[3][1] == "record: unexpected end of data"
    assert refused[1][1] == "record: expected 3 cells, as the header has, got 2"


def test_a_header_without_the_event_time_says_which_columns_there_are():
    with pytest.raises(
        SourceError, match=r"file: no column is called 'created_at'.*columns: id, when"
    ):
        read(b"id,when\n1,2\n")


def test_an_empty_file_has_no_records():
    assert read(b"") == ([], [])
    assert read(b"\n\n") == ([], [])


def test_a_file_without_line_ends_is_refused_before_it_fills_the_memory():
    with pytest.raises(SourceError, match="put one record on each line"):
        list(read_lines(io.BytesIO(b"[" * (MAX_LINE_BYTES + 1_000_000)), "file"))


def test_a_silent_pipe_lets_what_came_go_on():
    reader, writer = os.pipe()
    with io.FileIO(reader) as stream, io.FileIO(writer, "w") as pipe:
        lines = read_lines(stream, "pipe")
        pipe.write(b"one\ntw")
        assert next(lines) == b"one\n"
        assert next(lines) is None
        pipe.write(b"o\n")
        assert next(line for line in lines if line) == b"two\n"


def test_a_pipe_that_never_falls_silent_lets_what_came_go_on():
    reader, writer = os.pipe()
    with io.FileIO(reader) as stream, io.FileIO(writer, "w") as pipe:
        pipe.write(b"more\n")
        for line in read_lines(stream, "pipe"):
            if line is None:
                break
            pipe.write(b"more\n")
        else:
            pytest.fail("the pipe ended")
