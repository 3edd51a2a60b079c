"""Parquet objects of a Hive table as Arrow batches of the table's declared columns.

Columns are found by name, in any case; one that a file lacks is null. A file's type must be of
the same family as the declared one, as on Athena. Timestamps (INT96 or not) are seen to the
millisecond, rounded half up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from local.athena.errors import QueryFailure, not_supported
from local.athena.storage import Meter, Storage, StoredObject
from local.athena.types import Type, arrow_type

# Up to this size a whole object in one request is cheaper than its footer and then its columns.
WHOLE_OBJECT = 1 << 20
_BATCH_ROWS = 65_536

Columns = list[tuple[str, Type]]


def read_parquet(
    stored: StoredObject, content: bytes | None, columns: Columns, storage: Storage, meter: Meter
) -> Iterator[pa.RecordBatch]:
    """Batches of `columns`; `content` is the object if it has been read already.

    Counted as scanned: a small object whole, of a greater one its footer and the column chunks.
    """
    source: Any = pa.BufferReader(content) if content is not None else stored.path
    files = None if content is not None else storage.files
    try:
        with pq.ParquetFile(
            source, filesystem=files, coerce_int96_timestamp_unit="us", pre_buffer=True
        ) as file:
            found = {name.lower(): name for name in file.schema_arrow.names}
            wanted = [found[name] for name, _ in columns if name in found]
            if content is None:
                meter.add(_cost(file.metadata, set(wanted)))
            if not wanted:
                yield from _nulls(file.metadata.num_rows, columns)
                return
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=wanted):
                yield _as_declared(batch, columns, found, stored)
    except (pa.ArrowInvalid, OSError) as error:
        raise QueryFailure(
            "HIVE_BAD_DATA", f"Error reading s3://{stored.path}: {str(error).splitlines()[0]}"
        ) from error


def _cost(metadata: pq.FileMetaData, wanted: set[str]) -> int:
    chunks = 0
    for i in range(metadata.num_row_groups):
        group = metadata.row_group(i)
        for j in range(group.num_columns):
            chunk = group.column(j)
            if chunk.path_in_schema.split(".")[0] in wanted:
                chunks += chunk.total_compressed_size
    return chunks + int(metadata.serialized_size)


def _nulls(rows: int, columns: Columns) -> Iterator[pa.RecordBatch]:
    for start in range(0, rows, _BATCH_ROWS):
        count = min(_BATCH_ROWS, rows - start)
        arrays = [pa.nulls(count, arrow_type(t)) for _, t in columns]
        yield batch_of([name for name, _ in columns], arrays, count)


def batch_of(names: list[str], arrays: list[pa.Array], rows: int) -> pa.RecordBatch:
    """A batch that keeps its number of rows also without columns."""
    if not names:
        return pa.record_batch([pa.nulls(rows, pa.int8())], names=[""])
    return pa.record_batch(arrays, names=names)


def _as_declared(
    batch: pa.RecordBatch, columns: Columns, found: dict[str, str], stored: StoredObject
) -> pa.RecordBatch:
    arrays = [
        converted(batch.column(found[name]), t, name, stored)
        if name in found
        else pa.nulls(len(batch), arrow_type(t))
        for name, t in columns
    ]
    return batch_of([name for name, _ in columns], arrays, len(batch))


def converted(values: pa.Array, t: Type, name: str, stored: StoredObject) -> pa.Array:
    """`values` as type `t`. Raises HIVE_BAD_DATA where Athena would."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if t.name == "timestamp" and pa.types.is_timestamp(values.type):
        return to_milliseconds(values)
    if t.parts and _holds_timestamp(t):
        raise not_supported(f"a column of type {t} in Parquet")
    if not t.parts and not _is_same_family(values.type, t):
        raise QueryFailure(
            "HIVE_BAD_DATA",
            f"Field {name}'s type {values.type} in parquet file s3://{stored.path} is"
            f" incompatible with type {t} defined in table schema",
        )
    return values.cast(arrow_type(t))


def to_milliseconds(values: pa.Array) -> pa.Array:
    """Timestamps rounded half up to the millisecond, kept in microseconds."""
    micros = values.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    shifted = pc.add(micros, 500)
    # A floor also before 1970: Arrow divides towards zero.
    rest = pc.subtract(shifted, pc.multiply(pc.divide(shifted, 1000), 1000))
    floor = pc.subtract(shifted, pc.if_else(pc.less(rest, 0), pc.add(rest, 1000), rest))
    return floor.cast(pa.timestamp("us"))


def _holds_timestamp(t: Type) -> bool:
    return t.is_timestamp or any(_holds_timestamp(part) for _, part in t.parts)


def _is_same_family(found: pa.DataType, t: Type) -> bool:
    if pa.types.is_null(found):
        return True
    if pa.types.is_integer(found):
        return t.is_integer or t.name == "decimal" or t == Type("double")
    if pa.types.is_floating(found):
        return t.is_float
    if pa.types.is_decimal(found):
        return t.name == "decimal"
    if pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_binary(found):
        return t.name in ("varchar", "varbinary")
    if pa.types.is_boolean(found):
        return t.name == "boolean"
    return pa.types.is_date(found) and t.name == "date"
