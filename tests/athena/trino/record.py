"""Ask a running Trino the statements of `statements/` and put its answers on record.

    python -m tests.athena.trino.record http://127.0.0.1:8080 [AREA...]

The tests compare the local Athena with the record, so they need no Trino; `make trino` asks Trino
again.

In a file of statements each is one line. After the line `-- Refused` come those that the local
Athena refuses; Trino's answers to them are on record, too.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.athena.trino_values import shown
from local.athena.type_text import parse_type
from local.engines.trino_client import TrinoClient, TrinoFailure

FOLDER = Path(__file__).parent
REFUSED = "-- Refused"


@dataclass(frozen=True)
class Statement:
    """A statement of an area; `is_refused` by the local Athena."""

    area: str
    sql: str
    is_refused: bool


def areas() -> list[str]:
    return sorted(path.stem for path in (FOLDER / "statements").glob("*.sql"))


def statements(area: str) -> Iterator[Statement]:
    """One a line; comments and blank lines are passed over."""
    is_refused = False
    for line in (FOLDER / "statements" / f"{area}.sql").read_text().splitlines():
        if line.startswith("--"):
            is_refused = is_refused or line == REFUSED
        elif line.strip():
            yield Statement(area, line, is_refused)


def answers(area: str) -> list[dict[str, Any]]:
    """What is on record, in the order of the statements."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "answers" / f"{area}.json").read_text())
    return found


def ask(client: TrinoClient, sql: str) -> dict[str, Any]:
    """Trino's answer: types and rows as text, or the name of its error."""
    try:
        columns, rows = client.ask(sql)
    except TrinoFailure as failure:
        return {"sql": sql, "error": failure.name}
    # Lengths of text are left out: Athena shows none that matter.
    types = [re.sub(r"varchar\(\d+\)", "varchar", t) for _, t in columns]
    parsed = [parse_type(t) for t in types]
    texts = [[shown(v, t) for v, t in zip(row, parsed, strict=True)] for row in rows]
    return {"sql": sql, "names": [name for name, _ in columns], "types": types, "rows": texts}


def record(client: TrinoClient, area: str) -> None:
    """Ask all statements of an area and write the answers down."""
    found = [ask(client, statement.sql) for statement in statements(area)]
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in found)
    (FOLDER / "answers" / f"{area}.json").write_text(f"[\n{lines}\n]\n")


def main(url: str, *chosen: str) -> None:
    client = TrinoClient(url)
    for area in chosen or areas():
        record(client, area)


if __name__ == "__main__":
    main(*sys.argv[1:])
