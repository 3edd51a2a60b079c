"""A record on its way to the stream."""

from __future__ import annotations

from dataclasses import dataclass

# A record's size is that of its data and of its partition key. Streams take 1 MiB unless they are
# told to take more; keys have 1 to 256 characters.
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html
MAX_RECORD_BYTES = 1024 * 1024
MAX_KEY_CHARACTERS = 256


@dataclass(slots=True, eq=False)
class Record:
    """Bytes to deliver, and what the producer knows about them.

    Sending a record again sends this same object, hence the same bytes. `line` is where it came
    from in a file, counted from 1, or 0. `is_acknowledged` is set by the ledger alone.
    """

    data: bytes
    key: str
    is_event: bool = True
    is_late: bool = False
    line: int = 0
    is_acknowledged: bool = False

    @property
    def size(self) -> int:
        """What it counts towards Kinesis's limits, in bytes."""
        return len(self.data) + len(self.key.encode())

    @property
    def name(self) -> str:
        """How messages to people call it."""
        return f"line {self.line}" if self.line else f"event {self.key}"


def partition_key(event_id: object) -> str:
    """An event's id as a partition key, so that events spread over all shards."""
    return str(event_id)[:MAX_KEY_CHARACTERS]
