"""Records into calls that Kinesis takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from producer.records import MAX_RECORD_BYTES, Record

# PutRecords takes 500 records and 10 MiB now, 5 MiB before 2025, as emulators still have it.
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
MAX_CALL_RECORDS = 500
MAX_CALL_BYTES = 5 * 1024 * 1024

Refuse = Callable[[Record, str], None]


def in_batches(
    bursts: Iterable[list[Record]], *, refuse: Refuse, is_prompt: bool
) -> Iterator[list[Record]]:
    """The records, in order, in lists that fit one call each.

    A prompt batch does not wait for the next burst; else every batch is as full as it can be.
    Records that no call can hold go to `refuse`, with the reason.
    """
    batch: list[Record] = []
    size = 0
    for burst in bursts:
        for record in burst:
            if record.size > MAX_RECORD_BYTES:
                refuse(record, f"{record.size:,} bytes; Kinesis takes {MAX_RECORD_BYTES:,}")
                continue
            if len(batch) == MAX_CALL_RECORDS or size + record.size > MAX_CALL_BYTES:
                yield batch
                batch, size = [], 0
            batch.append(record)
            size += record.size
        if is_prompt and batch:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
