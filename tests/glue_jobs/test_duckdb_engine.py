"""The embedded engine: files in, Iceberg out, in one commit and in bounded pieces."""

import contextlib
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.exceptions import NoSuchTableError

from glue_jobs import data_files, duckdb_engine
from glue_jobs.duckdb_engine import DuckDBEngine
from glue_jobs.engine import EngineError, ParquetObject, Table
from glue_jobs.iceberg import Iceberg
from lakehouse.field_types import BIGINT, DATE, STRING, TIMESTAMP, decimal

COLUMNS = (("id", BIGINT), ("at", TIMESTAMP), ("price", decimal(10, 2)))


@pytest.fixture
def engine(aws):
    with contextlib.closing(DuckDBEngine(threads=1)) as engine:
        yield engine


@pytest.fixture
def table(lake):
    location = f"s3://{lake.bucket}/t/"
    columns = (("_run", BIGINT), ("name", STRING), ("_event_day", DATE))
    return Table(lake.database, "t", location, columns, partition="_event_day")


def local(path, table, **options):
    pq.write_table(table, path, **options)
    return ParquetObject(str(path), path.stat().st_size)


def test_columns_are_read_by_name_and_are_null_where_a_file_lacks_them(engine, tmp_path):
    one = local(tmp_path / "1", pa.table({"other": ["x"], "id": pa.array([1], pa.int32())}))
    two = local(tmp_path / "2", pa.table({"id": [2]}))
    engine.read_parquet("input", COLUMNS, [one, two])
    engine.store("stored", "SELECT * FROM input")
    assert sorted(engine.rows("SELECT * FROM stored")) == [(1, None, None), (2, None, None)]


def test_int96_timestamps_are_read_to_the_microsecond(engine, tmp_path):
    at = datetime(2261, 12, 31, 23, 59, 59, 123456)
    table = pa.table({"at": pa.array([at], pa.timestamp("us"))})
    one = local(tmp_path / "1", table, use_deprecated_int96_timestamps=True)
    engine.read_parquet("input", COLUMNS, [one])
    engine.store("stored", "SELECT at FROM input")
    assert engine.rows("SELECT at FROM stored") == [(at,)]


def test_no_objects_are_no_rows(engine):
    engine.read_parquet("input", COLUMNS, [])
    engine.store("stored", "SELECT * FROM input")
    assert engine.rows("SELECT count(*) FROM stored") == [(0,)]


@pytest.mark.parametrize("size", [1, 10**9], ids=["fetched whole", "streamed"])
def test_a_missing_file_fails_as_what_it_is(engine, lake, size):
    engine.read_parquet("input", COLUMNS, [ParquetObject(f"s3://{lake.bucket}/none", size)])
    with pytest.raises(FileNotFoundError, match="none"):
        engine.store("stored", "SELECT * FROM input")


@pytest.mark.parametrize("size", [1, 10**9], ids=["fetched whole", "streamed"])
def test_a_file_of_another_kind_is_an_error_that_names_it(engine, tmp_path, size):
    (tmp_path / "x.parquet").write_bytes(b"hello, I am a file of text")
    engine.read_parquet("input", COLUMNS, [ParquetObject(str(tmp_path / "x.parquet"), size)])
    with pytest.raises(EngineError, match=r"x\.parquet is not Parquet of this dataset"):
        engine.store("stored", "SELECT * FROM input")


def test_many_small_files_are_all_read_in_order(engine, tmp_path):
    files = [local(tmp_path / str(n), pa.table({"id": [n]})) for n in range(40)]
    engine.read_parquet("input", COLUMNS, files)
    engine.store("stored", "SELECT id FROM input")
    assert sorted(engine.rows("SELECT id FROM stored")) == [(n,) for n in range(40)]


def test_an_append_is_one_snapshot_with_a_file_for_each_partition(engine, table):
    engine.ensure_table(table)
    days = ", ".join(f"(1, 'a', DATE '2026-11-{day:02}')" for day in (3, 1, 2, 3))
    sql = f"SELECT * FROM (VALUES {days}) AS t (_run, name, _event_day)"
    assert engine.append(table, sql) == 4
    loaded = Iceberg().load(table)
    assert len(loaded.snapshots()) == 1
    tasks = list(loaded.scan().plan_files())
    counts = {task.file.partition[0]: task.file.record_count for task in tasks}
    assert sorted(counts.values()) == [1, 1, 2]
    assert sorted(loaded.scan().to_arrow()["_event_day"].to_pylist()) == [
        date(2026, 11, day) for day in (1, 2, 3, 3)
    ]


def test_more_partitions_than_parts_still_have_a_file_each(engine, table, monkeypatch):
    monkeypatch.setattr(duckdb_engine, "MOST_PARTS", 3)
    engine.ensure_table(table)
    values = ", ".join(f"({n}, 'a', DATE '2026-11-{n % 10 + 1:02}')" for n in range(50))
    engine.append(table, f"SELECT * FROM (VALUES {values}) AS t (_run, name, _event_day)")
    tasks = list(Iceberg().load(table).scan().plan_files())
    assert [task.file.record_count for task in tasks] == [5] * 10
    found = Iceberg().load(table).scan().to_arrow()
    assert sorted(found["_run"].to_pylist()) == list(range(50))


def test_data_files_name_their_columns_by_id_for_other_engines(engine, table):
    engine.ensure_table(table)
    sql = "SELECT CAST(1 AS bigint) AS _run, 'a' AS name, DATE '2026-11-01' AS _event_day"
    engine.append(table, sql)
    loaded = Iceberg().load(table)
    [task] = loaded.scan().plan_files()
    with loaded.io.new_input(task.file.file_path).open() as stream:
        schema = pq.read_schema(stream)
    ids = [int(field.metadata[b"PARQUET:field_id"]) for field in schema]
    assert ids == [field.field_id for field in loaded.schema().fields] == [1, 2, 3]


def test_an_append_of_nothing_commits_nothing(engine, table):
    engine.ensure_table(table)
    sql = (
        "SELECT CAST(1 AS bigint) AS _run, 'a' AS name, DATE '2026-11-01' AS _event_day WHERE false"
    )
    assert engine.append(table, sql) == 0
    assert Iceberg().load(table).snapshots() == []


def test_large_files_are_closed_and_new_ones_begun(engine, table, monkeypatch):
    monkeypatch.setattr(data_files, "TARGET_FILE_BYTES", 1)
    engine.ensure_table(table)
    numbers = f"UNNEST(sequence(1, {3 * data_files.BATCH_ROWS})) AS u (n)"
    sql = f"SELECT n AS _run, 'a' AS name, DATE '2026-11-01' AS _event_day FROM {numbers}"
    assert engine.append(table, sql) == 3 * data_files.BATCH_ROWS
    files = list(Iceberg().load(table).scan().plan_files())
    assert len(files) == 3
    assert Iceberg().load(table).scan().count() == 3 * data_files.BATCH_ROWS


def test_reading_a_table_leaves_out_other_days_and_runs(engine, table):
    engine.ensure_table(table)
    for run in (1, 2, 3):
        values = f"({run}, 'a', DATE '2026-11-01'), ({run}, 'b', DATE '2026-11-02')"
        sql = f"SELECT * FROM (VALUES {values}) AS t (_run, name, _event_day)"
        engine.append(table, sql)
    engine.read_table(
        "input", table, ["_run", "name"], runs=(2, 3), days=[date(2026, 11, 2), date(2026, 11, 9)]
    )
    engine.store("stored", "SELECT * FROM input")
    assert sorted(engine.rows("SELECT * FROM stored")) == [(2, "b"), (3, "b")]


def test_no_days_are_no_rows_and_no_reading(engine, table):
    engine.ensure_table(table)
    sql = "SELECT CAST(1 AS bigint) AS _run, 'a' AS name, DATE '2026-11-01' AS _event_day"
    engine.append(table, sql)
    engine.read_table("input", table, ["name"], runs=(1, 9), days=[])
    engine.store("stored", "SELECT * FROM input")
    assert engine.rows("SELECT count(*) FROM stored") == [(0,)]


def test_many_days_are_read_by_their_range(engine, table):
    engine.ensure_table(table)
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(300)]
    values = ", ".join(f"(1, 'a', DATE '{day}')" for day in (days[3], date(2019, 1, 1)))
    sql = f"SELECT * FROM (VALUES {values}) AS t (_run, name, _event_day)"
    engine.append(table, sql)
    engine.read_table("input", table, ["_event_day"], runs=(1, 9), days=days)
    engine.store("stored", "SELECT * FROM input")
    assert engine.rows("SELECT * FROM stored") == [(days[3],)]


def test_a_table_is_read_at_the_snapshot_it_had_when_it_was_asked_for(engine, table):
    engine.ensure_table(table)
    sql = "SELECT CAST(1 AS bigint) AS _run, 'a' AS name, DATE '2026-11-01' AS _event_day"
    engine.append(table, sql)
    engine.read_table("input", table, ["name"], runs=(1, 9))
    engine.append(table, sql)
    engine.store("stored", "SELECT * FROM input")
    assert engine.rows("SELECT count(*) FROM stored") == [(1,)]


def test_a_table_that_another_run_creates_first_is_used(engine, table, monkeypatch):
    engine.ensure_table(table)
    location = Iceberg().load(table).metadata_location
    load = Iceberg.load

    def not_yet(self, name):
        monkeypatch.setattr(Iceberg, "load", load)
        raise NoSuchTableError(name)

    monkeypatch.setattr(Iceberg, "load", not_yet)
    engine.ensure_table(table)
    assert Iceberg().load(table).metadata_location == location
