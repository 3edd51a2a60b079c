"""Iceberg tables: one snapshot, pruned files, and keys of another table that prune."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import (
    DateType,
    DecimalType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
    TimestamptzType,
)

from tests.athena.conftest import Athena
from tests.athena.lake import BUCKET, DATABASE, Lake

DAYS = [date(2026, 11, day) for day in range(1, 11)]
ARROW = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("_event_us", pa.int64()),
        pa.field("_event_day", pa.date32()),
        pa.field("_run", pa.int64()),
    ]
)


@pytest.fixture(scope="module")
def glue(region_url: str, lake: Lake) -> GlueCatalog:
    return GlueCatalog(
        "glue",
        **{
            "glue.endpoint": region_url,
            "s3.endpoint": region_url,
            "glue.region": "us-east-1",
            "s3.region": "us-east-1",
        },
    )


@pytest.fixture(scope="module")
def events(glue: GlueCatalog) -> Table:
    """Ten days of 2,000 events, a file for each day, each id once."""
    schema = Schema(
        NestedField(1, "id", StringType()),
        NestedField(2, "_event_us", LongType()),
        NestedField(3, "_event_day", DateType()),
        NestedField(4, "_run", LongType()),
    )
    spec = PartitionSpec(PartitionField(3, 1000, IdentityTransform(), "_event_day"))
    location = f"s3://{BUCKET}/events"
    table = glue.create_table((DATABASE, "events"), schema, location, spec)
    for n, day in enumerate(DAYS):
        ids = [f"{n}-{i:06d}" for i in range(2000)]
        rows = {
            "id": ids,
            "_event_us": [n * 10**6 + i for i in range(2000)],
            "_event_day": [day] * 2000,
            "_run": [n] * 2000,
        }
        table.append(pa.table(rows, ARROW))
    return table


def test_columns_have_the_table_s_own_types(athena: Athena, glue: GlueCatalog) -> None:
    schema = Schema(
        NestedField(1, "at", TimestampType()),
        NestedField(2, "zoned", TimestamptzType()),
        NestedField(3, "price", DecimalType(38, 2)),
        NestedField(4, "Mixed", LongType()),
    )
    table = glue.create_table((DATABASE, "ice_types"), schema, f"s3://{BUCKET}/ice_types")
    at = datetime(2026, 11, 20, 10, 5, 0, 123456)
    rows = pa.table(
        {
            "at": pa.array([at], pa.timestamp("us")),
            "zoned": pa.array([at.replace(tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "price": pa.array([Decimal("12345678901234567890.12")], pa.decimal128(38, 2)),
            "Mixed": [7],
        }
    )
    assert athena.rows("SELECT * FROM ice_types") == []
    table.append(rows)
    assert athena.result("SELECT * FROM ice_types WHERE mixed = 7") == (
        ["at timestamp", "zoned timestamp with time zone", "price decimal", "mixed bigint"],
        [
            [
                "2026-11-20 10:05:00.123456",
                "2026-11-20 10:05:00.123456 UTC",
                "12345678901234567890.12",
                "7",
            ]
        ],
    )
    assert athena.rows("SELECT CAST(zoned AS timestamp(3)), CAST(at AS date) FROM ice_types") == [
        ["2026-11-20 10:05:00.123", "2026-11-20"]
    ]


def test_deleted_rows_and_old_snapshots(athena: Athena, glue: GlueCatalog) -> None:
    schema = Schema(NestedField(1, "n", LongType()))
    table = glue.create_table((DATABASE, "ice_history"), schema, f"s3://{BUCKET}/ice_history")
    table.append(pa.table({"n": pa.array([1, 2, 3], pa.int64())}))
    first = table.current_snapshot()
    assert first is not None
    table.delete("n = 2")
    assert athena.rows("SELECT n FROM ice_history ORDER BY n") == [["1"], ["3"]]
    old = f"SELECT count(*) FROM ice_history FOR VERSION AS OF {first.snapshot_id}"
    assert athena.rows(old) == [["3"]]


def test_a_filter_on_the_partition_column_prunes_files(athena: Athena, events: Table) -> None:
    every = athena.scanned("SELECT max(id) FROM events")
    one = athena.scanned("SELECT max(id) FROM events WHERE _event_day = DATE '2026-11-03'")
    assert one < every / 5
    assert athena.rows(
        "SELECT count(*), min(id) FROM events WHERE _event_day BETWEEN DATE '2026-11-02' AND"
        " DATE '2026-11-03' AND _run IN (2, 5)"
    ) == [["2000", "2-000000"]]


TAIL = (
    "(SELECT id, _event_us, _event_day FROM (VALUES ('3-000005', BIGINT '3000005', DATE"
    " '2026-11-04'), ('new', BIGINT '1', DATE '2026-11-05'), ('new2', BIGINT '2', DATE"
    " '2030-01-01')) AS v(id, _event_us, _event_day))"
)


def test_the_keys_of_a_right_join_prune_the_table_on_its_left(
    athena: Athena,
    events: Table,
) -> None:
    sql = f"""
        WITH tail AS {TAIL}
        SELECT tail.id FROM (SELECT id, _event_us, _event_day FROM events WHERE _run >= 0) AS p
        RIGHT JOIN tail
            ON p.id = tail.id AND p._event_us = tail._event_us AND p._event_day = tail._event_day
        WHERE p.id IS NULL ORDER BY 1"""
    assert athena.rows(sql) == [["new"], ["new2"]]
    every = athena.scanned("SELECT max(id), max(_event_us), max(_event_day), max(_run) FROM events")
    assert athena.scanned(sql) < every / 4


def test_an_inner_join_is_pruned_and_a_left_join_is_not(
    athena: Athena,
    events: Table,
) -> None:
    join = f"SELECT count(*) FROM events e {{}} JOIN {TAIL} t ON e._event_day = t._event_day"
    assert athena.rows(join.format("INNER")) == [["4000"]]
    assert athena.rows(join.format("LEFT")) == [["20000"]]
    assert athena.rows(join.format("FULL")) == [["20001"]]
    assert athena.rows(join.format("RIGHT")) == [["4001"]]
    assert athena.scanned(join.format("INNER")) < athena.scanned(join.format("LEFT")) / 4


def test_a_join_with_no_keys_at_all_reads_no_data(athena: Athena, events: Table) -> None:
    none = f"(SELECT * FROM {TAIL} AS x(id, us, day) WHERE id = 'none')"
    sql = f"SELECT e.id FROM events e RIGHT JOIN {none} t ON e._event_day = t.day"
    done = athena.execute(sql)
    assert done["Status"]["State"] == "SUCCEEDED"
    assert done["Statistics"]["DataScannedInBytes"] == 0


def test_more_keys_than_are_listed_prune_by_their_range(athena: Athena, events: Table) -> None:
    sql = (
        "SELECT count(*) FROM events e JOIN (SELECT date_add('day', i, DATE '2026-11-09') AS d"
        " FROM UNNEST(sequence(0, 3000)) AS t(i)) AS days ON e._event_day = days.d"
    )
    assert athena.rows(sql) == [["4000"]]
    every = athena.scanned("SELECT max(_event_day) FROM events")
    assert athena.scanned(sql) < every / 3


def test_a_table_that_is_joined_with_itself_is_scanned_twice(athena: Athena, events: Table) -> None:
    sql = "SELECT count(*) FROM events a JOIN events b ON a.id = b.id WHERE a._run = 1"
    assert athena.rows(sql) == [["2000"]]
