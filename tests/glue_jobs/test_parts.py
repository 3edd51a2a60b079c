"""Rows in parts: none lost, equal keys together, and one answer however many parts there are."""

import contextlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glue_jobs import duckdb_engine
from glue_jobs.duckdb_engine import DuckDBEngine
from glue_jobs.engine import EngineError, ParquetObject
from glue_jobs.parts import Parts, by_hash, by_rank
from lakehouse.field_types import BIGINT, STRING


@pytest.mark.parametrize("count", [1, 7])
def test_equal_keys_are_in_one_part_and_no_row_is_lost(tmp_path, count):
    schema = pa.schema([("key", pa.string()), ("row", pa.int64())])
    parts = Parts(tmp_path / "parts", schema, by="key", numbering=by_hash(count), count=count)
    keys = [f"k{number % 50}" for number in range(1000)]
    batch = pa.record_batch([pa.array(keys), pa.array(range(1000))], schema=schema)
    parts.write([batch.slice(0, 300), batch.slice(300)])
    found = [pa.Table.from_batches(parts.read(number), schema) for number in range(count)]
    places = {}
    for number, part in enumerate(found):
        for key in part["key"].to_pylist():
            assert places.setdefault(key, number) == number
    assert sorted(row for part in found for row in part["row"].to_pylist()) == list(range(1000))
    assert len({*places.values()}) == min(count, 7)


@pytest.mark.parametrize(("count", "wanted"), [(4, [0, 1, 2, 3]), (2, [0, 0, 1, 1]), (1, [0] * 4)])
def test_ranks_keep_the_order_of_their_values(count, wanted):
    numbering = by_rank([10, 20, 30, 40], count)
    assert numbering(pa.array([10, 20, 30, 40])).tolist() == wanted
    assert numbering(pa.array([40, 10])).tolist() == [wanted[3], wanted[0]]


@pytest.mark.parametrize("values", [1, 2, 7, 256, 300])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 256])
def test_every_value_is_read_back_from_the_part_it_was_written_to(values, count):
    for number in range(count):
        ranks = range(values)[duckdb_engine._ranks(number, count, values)]
        assert list(ranks) == [rank for rank in range(values) if rank * count // values == number]


@pytest.fixture
def objects(tmp_path):
    table = pa.table({"id": [n % 40 for n in range(200)], "name": [f"n{n}" for n in range(200)]})
    pq.write_table(table, tmp_path / "1.parquet")
    return [ParquetObject(str(tmp_path / "1.parquet"), 1000)]


STEPS = (
    ("counted", "SELECT id, count(*) AS rows FROM input GROUP BY id"),
    ("result", "SELECT id, rows FROM counted WHERE id <> 7"),
)


@pytest.mark.parametrize("part_bytes", [10**6, 100])
def test_a_query_by_parts_gives_the_rows_of_the_whole(aws, objects, monkeypatch, part_bytes):
    monkeypatch.setattr(duckdb_engine, "PART_BYTES", part_bytes)
    with contextlib.closing(DuckDBEngine(threads=1)) as engine:
        engine.read_parquet("input", (("id", BIGINT), ("name", STRING)), objects)
        engine.store_by_parts("result", STEPS, sources=("input",), by="id")
        found = sorted(engine.rows("SELECT id, rows FROM result"))
    assert found == [(number, 5) for number in range(40) if number != 7]


def test_a_wrong_query_is_an_engine_error_of_one_line(aws):
    with contextlib.closing(DuckDBEngine(threads=1)) as engine:
        with pytest.raises(EngineError, match="nowhere") as failure:
            engine.store("stored", "SELECT * FROM nowhere")
        assert "\n" not in str(failure.value)
