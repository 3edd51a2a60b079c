import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.workers.columns import ColumnTypeError, columns_of
from local.workers.parquet import Converted, convert, to_parquet
from local.workers.transforms import Transformed

from .fakes import patient, record

EVERY_TYPE = columns_of(
    [
        ("id", "string"),
        ("tiny", "tinyint"),
        ("small", "smallint"),
        ("entries", "int"),
        ("_event_us", "bigint"),
        ("ratio", "float"),
        ("share", "double"),
        ("is_open", "boolean"),
        ("_event_day", "date"),
        ("_arrived_at", "timestamp"),
        ("price", "decimal(10,2)"),
    ]
)


def converted(*data: bytes, columns: Any = EVERY_TYPE) -> Converted:
    return convert([Transformed(record(n), one) for n, one in enumerate(data)], columns)


def cell(glue_type: str, value: str) -> Any:
    """What the JSON `value` becomes in a column of `glue_type`."""
    result = converted(b'{"c": %s}' % value.encode(), columns=columns_of([("c", glue_type)]))
    if result.failures:
        raise ValueError(result.failures[0].message)
    return result.table.to_pylist()[0]["c"]


def test_every_type_is_written_as_firehose_writes_it() -> None:
    row = {
        "id": "é1",
        "tiny": -1,
        "small": 2,
        "entries": 2_147_483_647,
        "_event_us": 9_007_199_254_740_993,
        "ratio": 0.5,
        "share": 0.1,
        "is_open": True,
        "_event_day": "2026-11-20",
        "_arrived_at": "2026-11-20 10:59:59.123456",
        "price": 12.3,
    }
    body = to_parquet(converted(json.dumps(row).encode()).table)
    file = pq.ParquetFile(io.BytesIO(body))
    physical = {
        file.schema.column(n).name: file.schema.column(n).physical_type
        for n in range(len(EVERY_TYPE))
    }
    assert physical["_arrived_at"] == "INT96"
    assert physical["_event_us"] == "INT64"
    assert physical["entries"] == "INT32"
    assert physical["price"] == "FIXED_LEN_BYTE_ARRAY"
    assert file.schema_arrow.field("_event_day").type == pa.date32()
    assert file.schema_arrow.field("price").type == pa.decimal128(10, 2)
    assert file.metadata.metadata is None
    assert file.metadata.row_group(0).column(0).compression == "SNAPPY"
    assert pq.read_table(io.BytesIO(body)).to_pylist() == [
        {
            **row,
            "_event_day": date(2026, 11, 20),
            "_arrived_at": datetime(2026, 11, 20, 10, 59, 59, 123456),
            "price": Decimal("12.30"),
        }
    ]


@pytest.mark.parametrize("at", ["0001-01-01 00:00:00", "1969-12-31 23:59:59.999999"])
def test_old_times_survive_int96(at: str) -> None:
    table = converted(b'{"t": "%s"}' % at.encode(), columns=columns_of([("t", "timestamp")])).table
    read = pq.read_table(io.BytesIO(to_parquet(table)), coerce_int96_timestamp_unit="us")
    assert read.to_pylist() == table.to_pylist() == [{"t": datetime.fromisoformat(at)}]


@pytest.mark.parametrize(
    ("glue_type", "value", "expected"),
    [
        ("string", "1.50", "1.50"),
        ("string", "true", "true"),
        ("int", '"-7"', -7),
        ("bigint", '"9223372036854775807"', 2**63 - 1),
        ("double", '"1e3"', 1000.0),
        ("double", "7", 7.0),
        ("boolean", '"TRUE"', True),
        ("timestamp", '"2026-11-20T10:59:59Z"', datetime(2026, 11, 20, 10, 59, 59)),
        ("timestamp", '"2026-11-20 10:59:59.1234567"', datetime(2026, 11, 20, 10, 59, 59, 123456)),
        ("decimal(5,2)", '"1.005"', Decimal("1.01")),
        ("decimal(38,0)", "1" * 38, Decimal("1" * 38)),
        ("int", "null", None),
    ],
)
def test_a_value_is_read_leniently(glue_type: str, value: str, expected: Any) -> None:
    assert cell(glue_type, value) == expected


@pytest.mark.parametrize(
    ("glue_type", "value"),
    [
        ("string", "{}"),
        ("string", '"\\ud800"'),
        ("int", "2147483648"),
        ("int", "1.5"),
        ("int", "true"),
        ("tinyint", "128"),
        ("boolean", "1"),
        ("date", "20261120"),
        ("date", '"2026-02-30"'),
        ("timestamp", "1795172399123"),
        ("timestamp", '"2026-11-20"'),
        ("decimal(5,2)", "1000"),
        ("decimal(5,2)", '"NaN"'),
        ("decimal(5,2)", "1e999999"),
        ("double", '"x"'),
        ("double", "NaN"),
    ],
)
def test_a_value_that_does_not_fit_its_column_fails(glue_type: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"c: |not JSON"):
        cell(glue_type, value)


def test_a_failed_record_leaves_the_others_alone() -> None:
    result = converted(b'{"id": "a"}', b"oops", b'{"entries": "x"}', b"", b"[]", b'{"ID": "b"}')
    assert [row["id"] for row in result.table.to_pylist()] == ["a", "b"]
    assert [(one.transformed.data, one.code) for one in result.failures] == [
        (b"oops", "DataFormatConversion.MalformedData"),
        (b'{"entries": "x"}', "DataFormatConversion.InvalidSchema"),
        (b"", "DataFormatConversion.MalformedData"),
        (b"[]", "DataFormatConversion.MalformedData"),
    ]
    assert result.failures[1].message == "entries: expected an integer"


def test_several_objects_in_a_record_are_rows_of_one_fate() -> None:
    result = converted(b'{"id": "a"}\n{"id": "b"}\n', b'{"id": "c"}{"entries": "x"}')
    assert [row["id"] for row in result.table.to_pylist()] == ["a", "b"]
    assert [one.transformed.data for one in result.failures] == [b'{"id": "c"}{"entries": "x"}']


def test_an_unknown_column_type_is_named() -> None:
    with pytest.raises(ColumnTypeError, match="column tags: type array<string>"):
        columns_of([("tags", "array<string>")])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@patient
@given(st.dictionaries(st.sampled_from([column.name for column in EVERY_TYPE]), JSON))
def test_any_json_converts_or_fails_by_itself(document: dict[str, Any]) -> None:
    result = converted(json.dumps(document).encode(), b'{"id": "good"}')
    to_parquet(result.table)
    assert len(result.records) + len(result.failures) == 2
    assert result.table.to_pylist()[-1]["id"] == "good"


@patient
@given(st.binary() | st.just(b"[" * 100_000) | st.just(b'{"price": 1e99999999999999999999}'))
def test_any_bytes_convert_or_fail_by_themselves(data: bytes) -> None:
    result = converted(data, b'{"id": "good"}')
    assert len(result.records) + len(result.failures) == 2
