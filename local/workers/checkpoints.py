"""How far a consumer has delivered each shard: one small file per shard, replaced atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path


class Checkpoints:
    """The sequence numbers through which one consumer has delivered, by shard id.

    A file is replaced in one step and reaches the disk before `write` returns, so that a crash
    leaves the old checkpoint or the new one. A file that cannot be read raises; deleting it makes
    the consumer start over.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, shard_id: str) -> str | None:
        """The last delivered sequence number; None if nothing has been delivered."""
        try:
            text = self._path(shard_id).read_text()
        except FileNotFoundError:
            return None
        return str(json.loads(text)["sequence_number"])

    def write(self, shard_id: str, sequence_number: str) -> None:
        replace_atomically(
            self._path(shard_id), json.dumps({"sequence_number": sequence_number}).encode()
        )

    def _path(self, shard_id: str) -> Path:
        return self._directory / f"{shard_id}.json"


def replace_atomically(path: Path, content: bytes) -> None:
    """Make `path` hold `content`, or leave it as it was; on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
