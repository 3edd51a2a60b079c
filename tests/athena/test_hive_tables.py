"""Parquet and JSON tables of the Glue catalog: columns, types, partitions, what is read."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.athena.conftest import Athena
from tests.athena.lake import JSON_LINES, Lake


def test_columns_are_found_by_name_in_any_case_and_missing_ones_are_null(
    athena: Athena, lake: Lake
) -> None:
    lake.table("by_name", [("b", "string"), ("a", "bigint"), ("c", "double")])
    lake.parquet("by_name/1.parquet", {"A": pa.array([1, 2], pa.int32()), "b": ["x", None]})
    assert athena.result("SELECT * FROM by_name ORDER BY a") == (
        ["b varchar", "a bigint", "c double"],
        [["x", "1", None], [None, "2", None]],
    )


def test_every_declared_type_is_read(athena: Athena, lake: Lake) -> None:
    lake.table(
        "typed",
        [
            ("i", "int"),
            ("s", "smallint"),
            ("f", "float"),
            ("d", "double"),
            ("b", "boolean"),
            ("day", "date"),
            ("m", "decimal(10,2)"),
            ("t", "string"),
            ("raw", "binary"),
            ("l", "array<int>"),
            ("r", "struct<x:int,y:string>"),
            ("k", "map<string,int>"),
        ],
    )
    lake.parquet(
        "typed/1.parquet",
        pa.table(
            {
                "i": pa.array([1], pa.int32()),
                "s": pa.array([2], pa.int16()),
                "f": pa.array([1.5], pa.float32()),
                "d": [2.5],
                "b": [True],
                "day": [date(2026, 11, 20)],
                "m": pa.array([Decimal("3.10")], pa.decimal128(10, 2)),
                "t": ['a,"b"\nc'],
                "raw": [b"\x01\xff"],
                "l": pa.array([[1, None]], pa.list_(pa.int32())),
                "r": [{"x": 1, "y": "z"}],
                "k": pa.array([[("p", 1)]], pa.map_(pa.string(), pa.int32())),
            }
        ),
    )
    columns, rows = athena.result("SELECT * FROM typed")
    assert columns == [
        "i integer",
        "s smallint",
        "f float",
        "d double",
        "b boolean",
        "day date",
        "m decimal",
        "t varchar",
        "raw varbinary",
        "l array",
        "r row",
        "k map",
    ]
    assert rows == [
        [
            "1",
            "2",
            "1.5",
            "2.5",
            "true",
            "2026-11-20",
            "3.10",
            'a,"b"\nc',
            "01 ff",
            "[1, null]",
            "{x=1, y=z}",
            "{p=1}",
        ]
    ]
    assert athena.rows('SELECT r.y, "r"."x" + 1, l[1], k[\'p\'] FROM typed') == [
        ["z", "2", "1", "1"]
    ]


@pytest.mark.parametrize("options", [{}, {"use_deprecated_int96_timestamps": True}])
def test_timestamps_are_seen_to_the_millisecond(
    athena: Athena, lake: Lake, options: dict[str, bool]
) -> None:
    name = f"stamps_{len(options)}"
    lake.table(name, [("t", "timestamp")])
    times = [datetime(2026, 11, 20, 10, 5, 0, us) for us in (123499, 123500)]
    times.append(datetime(1969, 12, 31, 23, 59, 59, 999500))
    lake.parquet(f"{name}/1.parquet", {"t": pa.array(times, pa.timestamp("us"))}, **options)
    assert athena.result(f"SELECT t FROM {name} ORDER BY t") == (
        ["t timestamp"],
        [["1970-01-01 00:00:00.000"], ["2026-11-20 10:05:00.123"], ["2026-11-20 10:05:00.124"]],
    )
    assert athena.rows(
        f"SELECT count(*) FROM {name} WHERE t = TIMESTAMP '2026-11-20 10:05:00.124'"
    ) == [["1"]]


def test_a_file_of_another_type_fails_the_query(athena: Athena, lake: Lake) -> None:
    lake.table("wrong", [("a", "bigint")])
    lake.parquet("wrong/1.parquet", {"a": ["text"]})
    assert athena.reason("SELECT a FROM wrong").startswith("HIVE_BAD_DATA: Field a's type string")


def test_hidden_and_empty_objects_are_passed_over(athena: Athena, lake: Lake) -> None:
    lake.table("hidden", [("a", "bigint")])
    lake.parquet("hidden/1.parquet", {"a": [1]})
    lake.put("hidden/_SUCCESS", b"x")
    lake.put("hidden/.staged", b"x")
    lake.put("hidden/empty", b"")
    assert athena.rows("SELECT a FROM hidden") == [["1"]]


def test_an_empty_table_has_no_rows(athena: Athena, lake: Lake) -> None:
    lake.table("void", [("a", "bigint")])
    assert athena.rows("SELECT a FROM void") == []
    assert athena.rows("SELECT count(*), max(a) FROM void") == [["0", None]]


def test_only_the_columns_that_are_needed_are_read(athena: Athena, lake: Lake) -> None:
    lake.table("wide", [("a", "bigint"), ("b", "string")])
    texts = [f"{i:0200d}{i * 7919 % 104729}" for i in range(20_000)]
    size = lake.parquet(
        "wide/1.parquet",
        {"a": list(range(20_000)), "b": texts},
        compression="NONE",
        use_dictionary=False,
    )
    narrow = athena.scanned("SELECT sum(a) FROM (SELECT * FROM wide)")
    assert 160_000 < narrow < 200_000
    assert athena.scanned("SELECT max(b) FROM wide") > size - 200_000
    assert athena.scanned("SELECT count(*) FROM wide") < 2_000
    assert athena.rows("SELECT count(*) FROM wide") == [["20000"]]


# ---------------------------------------------------------------- partitions


def test_partitions_of_the_catalog_are_pruned_by_their_values(athena: Athena, lake: Lake) -> None:
    lake.table("sales", [("n", "bigint")], keys=[("year", "int"), ("country", "string")])
    sizes = {}
    for year in (2025, 2026):
        for country in ("de", "fr"):
            prefix = f"sales/{year}-{country}/"
            sizes[year, country] = lake.parquet(prefix + "1.parquet", {"n": [year]})
            lake.partition("sales", [str(year), country], prefix)
    assert athena.result("SELECT * FROM sales ORDER BY year, country") == (
        ["n bigint", "year integer", "country varchar"],
        [
            ["2025", "2025", "de"],
            ["2025", "2025", "fr"],
            ["2026", "2026", "de"],
            ["2026", "2026", "fr"],
        ],
    )
    one = sizes[2026, "fr"]
    assert athena.scanned("SELECT n FROM sales WHERE year = 2026 AND country = 'fr'") == one
    assert athena.scanned("SELECT n FROM sales WHERE year >= 2026 AND country > 'de'") == one
    assert athena.scanned("SELECT n FROM sales WHERE 2025 < year AND country IN ('fr')") == one
    assert athena.scanned("SELECT n FROM sales WHERE year = 2026 OR year = 2025") == sum(
        sizes.values()
    )
    assert athena.rows("SELECT DISTINCT country FROM sales WHERE year < 2000") == []
    with_view = "WITH v AS (SELECT n, year AS y, country FROM sales UNION ALL SELECT 0, 2026, 'x')"
    assert (
        athena.scanned(
            f"{with_view} SELECT n FROM v WHERE y BETWEEN 2026 AND 2027 AND country = 'fr'"
        )
        == one
    )


EPOCHS = {
    "projection.enabled": "true",
    "projection.epoch.type": "date",
    "projection.epoch.format": "yyyyMMddHHmm",
    "projection.epoch.range": "202601010000,NOW+1HOURS",
    "projection.epoch.interval": "5",
    "projection.epoch.interval.unit": "MINUTES",
}


def test_a_date_projection_knows_its_range_and_its_steps(athena: Athena, lake: Lake) -> None:
    lake.table("rows_by_epoch", [("n", "bigint")], keys=[("epoch", "string")], parameters=EPOCHS)
    soon = datetime.now(UTC) + timedelta(hours=3)
    soon_epoch = f"{soon - timedelta(minutes=soon.minute % 5):%Y%m%d%H%M}"
    epochs = [
        "202512312355",
        "202601010000",
        "202601010005",
        "202601010007",
        soon_epoch,
        "nonsense",
    ]
    for i, epoch in enumerate(epochs):
        lake.parquet(f"rows_by_epoch/epoch={epoch}/1.parquet", {"n": [i]})
    assert athena.result("SELECT n, epoch FROM rows_by_epoch ORDER BY n") == (
        ["n bigint", "epoch varchar"],
        [["1", "202601010000"], ["2", "202601010005"]],
    )
    assert athena.rows("SELECT n FROM rows_by_epoch WHERE epoch > '202601010000'") == [["2"]]
    assert athena.rows("SELECT n FROM rows_by_epoch WHERE epoch = '202601010007'") == []
    assert athena.rows("SELECT n FROM rows_by_epoch WHERE epoch <= '202601010000'") == [["1"]]


def test_a_projection_of_several_columns_is_walked_by_their_values(
    athena: Athena, lake: Lake
) -> None:
    parameters = {
        "projection.enabled": "true",
        "projection.year.type": "integer",
        "projection.year.range": "2026,2100",
        "projection.month.type": "integer",
        "projection.month.range": "1,12",
        "projection.month.digits": "2",
        "projection.kind.type": "enum",
        "projection.kind.values": "in,out",
        "storage.location.template": "s3://athena-lake/walked/kind=${kind}/y=${year}/${month}/",
    }
    keys = [("year", "int"), ("month", "int"), ("kind", "string")]
    lake.table("walked", [("n", "bigint")], keys=keys, parameters=parameters)
    sizes = {}
    for i, (kind, year, month) in enumerate(
        [
            ("in", 2026, "01"),
            ("in", 2026, "11"),
            ("out", 2026, "11"),
            ("in", 2025, "11"),
            ("up", 2026, "11"),
            ("in", 2026, "1"),
            ("in", 2026, "13"),
        ]
    ):
        key = f"walked/kind={kind}/y={year}/{month}/1.parquet"
        sizes[i] = lake.parquet(key, {"n": [i]})
    assert athena.rows("SELECT n, year, month, kind FROM walked ORDER BY n") == [
        ["0", "2026", "1", "in"],
        ["1", "2026", "11", "in"],
        ["2", "2026", "11", "out"],
    ]
    assert athena.rows("SELECT n FROM walked WHERE month = 1") == [["0"]]
    assert athena.scanned("SELECT n FROM walked WHERE month > 6 AND kind = 'out'") == sizes[2]
    assert athena.scanned("SELECT n FROM walked WHERE month IN (1, 2) AND year = 2026") == sizes[0]
    assert athena.rows("SELECT count(*) FROM walked WHERE year = 1999") == [["0"]]


def test_a_date_column_can_be_projected_over_slashes(athena: Athena, lake: Lake) -> None:
    parameters = {
        "projection.enabled": "true",
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.range": "2026/01/01,2026/12/31",
        "storage.location.template": "s3://athena-lake/slashed/${day}",
    }
    lake.table("slashed", [("n", "bigint")], keys=[("day", "date")], parameters=parameters)
    lake.parquet("slashed/2026/11/20/1.parquet", {"n": [1]})
    lake.parquet("slashed/2027/11/20/1.parquet", {"n": [2]})
    assert athena.rows("SELECT n, day FROM slashed") == [["1", "2026-11-20"]]
    assert athena.rows("SELECT n FROM slashed WHERE day = DATE '2026-11-20'") == [["1"]]
    assert athena.rows("SELECT n FROM slashed WHERE day > DATE '2026-11-20'") == []


def test_an_injected_column_must_be_named(athena: Athena, lake: Lake) -> None:
    parameters = {"projection.enabled": "true", "projection.id.type": "injected"}
    lake.table("injected", [("n", "bigint")], keys=[("id", "string")], parameters=parameters)
    lake.parquet("injected/id=a/1.parquet", {"n": [1]})
    lake.parquet("injected/id=b/1.parquet", {"n": [2]})
    assert athena.rows("SELECT n FROM injected WHERE id IN ('b', 'c')") == [["2"]]
    assert athena.reason("SELECT n FROM injected").startswith(
        "CONSTRAINT_VIOLATION: For the injected"
    )


# ---------------------------------------------------------------- JSON


def test_json_lines_are_read_by_the_declared_types(athena: Athena, lake: Lake) -> None:
    columns = [
        ("id", "string"),
        ("n", "bigint"),
        ("ok", "boolean"),
        ("price", "decimal(10,2)"),
        ("at", "timestamp"),
        ("tags", "array<string>"),
        ("inner", "struct<a:int>"),
    ]
    lake.table("lines", columns, storage=JSON_LINES)
    lake.put(
        "lines/1.json",
        b'{"ID": "x", "n": 5, "ok": true, "price": 1.10, "at": "2026-11-20 10:05:00.123",'
        b' "tags": ["p", null], "inner": {"a": 1}}\n'
        b'{"id": 12.50, "n": "7", "extra": 1}\n\n',
    )
    lake.put("lines/2.json.gz", gzip.compress(b'{"id": {"a": [1, "b"]}}\n'))
    columns_found, rows = athena.result("SELECT * FROM lines ORDER BY n NULLS LAST")
    assert columns_found[:4] == ["id varchar", "n bigint", "ok boolean", "price decimal"]
    assert rows == [
        ["x", "5", "true", "1.10", "2026-11-20 10:05:00.123", "[p, null]", "{a=1}"],
        ["12.50", "7", None, None, None, None, None],
        ['{"a":[1,"b"]}', None, None, None, None, None, None],
    ]


def test_a_line_that_is_not_json_fails_the_query_unless_told(athena: Athena, lake: Lake) -> None:
    lake.table("bad_lines", [("id", "string")], storage=JSON_LINES, prefix="bad_lines/")
    lake.put("bad_lines/1.json", b"nope\n")
    assert athena.reason("SELECT * FROM bad_lines").startswith(
        "HIVE_CURSOR_ERROR: Row is not a valid"
    )
    serde = {**JSON_LINES["SerdeInfo"], "Parameters": {"ignore.malformed.json": "TRUE"}}
    lake.table(
        "lenient",
        [("id", "string")],
        storage={**JSON_LINES, "SerdeInfo": serde},
        prefix="bad_lines/",
    )
    assert athena.rows("SELECT * FROM lenient") == [[None]]
