"""What survives a restart: work groups, named queries and the history of executions."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS things (
    kind TEXT NOT NULL, name TEXT NOT NULL, made INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);
CREATE INDEX IF NOT EXISTS by_age ON things (kind, made);
"""


class Store:
    """JSON objects by kind and name, in the order in which they were made."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(state_dir / "athena.sqlite", check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def put(self, kind: str, name: str, body: dict[str, Any]) -> None:
        """Store or replace; what is replaced keeps its place."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO things SELECT ?, ?, coalesce(max(made), 0) + 1, ? FROM things"
                " WHERE true ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
                (kind, name, json.dumps(body)),
            )

    def get(self, kind: str, name: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM things WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def delete(self, kind: str, name: str) -> None:
        with self._lock, self._db:
            self._db.execute("DELETE FROM things WHERE kind = ? AND name = ?", (kind, name))

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every object of a kind, the newest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM things WHERE kind = ? ORDER BY made DESC", (kind,)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def close(self) -> None:
        with self._lock:
            self._db.close()
