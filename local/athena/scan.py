"""A scan of one table as an Arrow stream: listed once, read as DuckDB asks for more."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
from botocore.exceptions import BotoCoreError

from local.athena.catalog import Catalog
from local.athena.errors import SYSTEM_ERROR, QueryCancelled, QueryFailure
from local.athena.json_lines import read_json_lines
from local.athena.listing import DataFile, list_files
from local.athena.parquet import WHOLE_OBJECT, Columns, batch_of, read_parquet
from local.athena.relations import Scan
from local.athena.storage import Meter, Storage
from local.athena.types import Type, arrow_type

# Small objects that are fetched ahead of DuckDB.
_AHEAD = 8


class ScanStream:
    """What DuckDB reads in the place of a table, through Arrow's C stream interface.

    The listing is taken at the first read and kept: read twice, it is the same files.
    """

    def __init__(
        self,
        scan: Scan,
        *,
        catalog: Catalog,
        storage: Storage,
        meter: Meter,
        fetchers: ThreadPoolExecutor,
    ) -> None:
        self._scan = scan
        self._catalog = catalog
        self._storage = storage
        self._meter = meter
        self._fetchers = fetchers
        self.failure: QueryFailure | QueryCancelled | None = None
        self._listed: list[DataFile] | None = None
        table = scan.table
        types: dict[str, Type] = {c.name: c.type for c in (*table.columns, *table.partition_keys)}
        self._columns: Columns = [(name, types[name]) for name in scan.columns]

    @property
    def schema(self) -> pa.Schema:
        if not self._columns:
            return pa.schema([("", pa.int8())])
        return pa.schema([(name, arrow_type(t)) for name, t in self._columns])

    def __arrow_c_schema__(self) -> Any:
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, self._guarded())
        return reader.__arrow_c_stream__(requested_schema)

    def _guarded(self) -> Iterator[pa.RecordBatch]:
        """The batches; a failure is kept, since DuckDB passes on no more than its text."""
        try:
            for batch in self._batches():
                self._meter.check()
                yield batch
        except (QueryFailure, QueryCancelled) as failure:
            self.failure = failure
            raise
        except (OSError, pa.ArrowException, BotoCoreError, ValueError) as error:
            said = f"reading {self._scan.table.full_name}: {error}".splitlines()[0]
            self.failure = QueryFailure("GENERIC_INTERNAL_ERROR", said, category=SYSTEM_ERROR)
            raise

    def _batches(self) -> Iterator[pa.RecordBatch]:
        table = self._scan.table
        if table.iceberg is not None:
            names = [name for name, _ in self._columns]
            for batch in table.iceberg.batches(names, self._scan.predicates, self._meter):
                yield self._shaped(batch)
            return
        for file, content in self._fetched(self._files()):
            yield from self._read(file, content)

    def _shaped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [batch.column(name).cast(arrow_type(t)) for name, t in self._columns]
        return batch_of([name for name, _ in self._columns], arrays, len(batch))

    def _files(self) -> list[DataFile]:
        # Not a `cached_property`: until Python 3.12 those of all scans wait for one lock.
        if self._listed is None:
            scan = self._scan
            self._listed = list(
                list_files(scan.table, scan.predicates, self._catalog, self._storage)
            )
        return self._listed

    def _fetched(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes | None]]:
        """Each file, with its content where it is fetched whole, a few ahead."""
        waiting: deque[tuple[DataFile, Future[bytes] | None]] = deque()
        try:
            for file in files:
                whole = file.object.size <= WHOLE_OBJECT or self._scan.table.format == "json"
                future = (
                    self._fetchers.submit(self._storage.get, file.object, self._meter)
                    if whole
                    else None
                )
                waiting.append((file, future))
                if len(waiting) > _AHEAD:
                    yield _taken(waiting)
            while waiting:
                yield _taken(waiting)
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()

    def _read(self, file: DataFile, content: bytes | None) -> Iterator[pa.RecordBatch]:
        stored = [(name, t) for name, t in self._columns if name not in file.values]
        if self._scan.table.format == "json":
            batches = read_json_lines(file.object, content or b"", stored, self._scan.table.serde)
        else:
            batches = read_parquet(file.object, content, stored, self._storage, self._meter)
        for batch in batches:
            yield self._with_partition(batch, file)

    def _with_partition(self, batch: pa.RecordBatch, file: DataFile) -> pa.RecordBatch:
        rows = len(batch)
        arrays = [
            pa.repeat(pa.scalar(file.values[name], arrow_type(t)), rows)
            if name in file.values
            else batch.column(name)
            for name, t in self._columns
        ]
        return batch_of([name for name, _ in self._columns], arrays, rows)


def _taken(
    waiting: deque[tuple[DataFile, Future[bytes] | None]],
) -> tuple[DataFile, bytes | None]:
    file, future = waiting.popleft()
    return file, future.result() if future is not None else None
