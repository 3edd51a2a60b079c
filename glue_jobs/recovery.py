"""What the run takes from Firehose's error objects: events to union, records to quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from glue_jobs.engine import Checkpoint, ParquetObject
from glue_jobs.error_objects import Recovered, recovered
from glue_jobs.quarantine import Quarantine
from lakehouse.dataset import Dataset
from lakehouse.events import Event, decoder
from lakehouse.rows import Row, speed_rows, speed_schema

_CHUNK_ROWS = 20_000


@dataclass(frozen=True)
class Recovery:
    """The recovered events as files for the engine, and how many records were quarantined."""

    objects: list[ParquetObject]
    quarantined: int


@dataclass(frozen=True)
class ErrorsBucket:
    """Reads error objects, as a stream."""

    s3: Any
    bucket: str
    checkpoint: Checkpoint

    def records(self, keys: Sequence[str], dataset: Dataset) -> Iterator[Recovered]:
        """The records of error objects, decoded again."""
        decode = decoder(dataset)
        for key in keys:
            lines = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].iter_lines()
            self.checkpoint(f"read s3://{self.bucket}/{key}")
            yield from recovered(lines, decode, where=f"s3://{self.bucket}/{key}")


def recover(
    dataset: Dataset, records: Iterable[Recovered], quarantine: Quarantine, *, file: Path
) -> Recovery:
    """Write what decodes to a local Parquet file, row group by row group; quarantine the rest."""
    quarantined = 0
    chunk: list[Row] = []
    with pq.ParquetWriter(file, speed_schema(dataset), compression="zstd") as writer:
        for record in records:
            if isinstance(record.verdict, Event):
                chunk.append((record.verdict, record.arrival))
            else:
                quarantined += quarantine.add(record, record.verdict)
            if len(chunk) == _CHUNK_ROWS:
                writer.write_table(speed_rows(dataset, chunk))
                chunk.clear()
        writer.write_table(speed_rows(dataset, chunk))
    return Recovery([ParquetObject(str(file), file.stat().st_size)], quarantined)
