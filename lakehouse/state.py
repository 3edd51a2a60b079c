"""The state object: the last run number taken, the seal, and a recompute's lease.

Plain data: who reads and writes it in S3 is elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Lease:
    """A recompute asks other runs to stand aside until `expires_at`; a courtesy, no guard.

    `owner` is a recompute's own random mark, by which it knows a lease whose answer was lost.
    """

    run: int
    expires_at: datetime
    owner: str


@dataclass(frozen=True)
class State:
    """The state object: the last run number taken, and the seal."""

    run: int
    seal: str
    lease: Lease | None = None

    def to_json(self) -> bytes:
        """The object's bytes."""
        document: dict[str, Any] = {"run": self.run, "seal": self.seal}
        if self.lease:
            document["lease"] = {
                "run": self.lease.run,
                "expires_at": self.lease.expires_at.isoformat(),
                "owner": self.lease.owner,
            }
        return json.dumps(document).encode()

    @classmethod
    def from_json(cls, data: bytes) -> State:
        """The state from the object's bytes. Raises ValueError or KeyError if they are no state."""
        document = json.loads(data)
        lease = document.get("lease")
        return cls(
            run=int(document["run"]),
            seal=str(document["seal"]),
            lease=Lease(
                int(lease["run"]), datetime.fromisoformat(lease["expires_at"]), lease["owner"]
            )
            if lease
            else None,
        )
