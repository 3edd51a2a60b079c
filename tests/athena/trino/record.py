"""Ask a running Trino every statement of `statements.sql` and put its answers on record.

    python -m tests.athena.trino.record http://127.0.0.1:8080

The tests compare the local Athena with the record, so they need no Trino.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any

from local.athena.results import java_double
from local.athena.types import Type, parse_type, row_fields

FOLDER = Path(__file__).parent
STATEMENTS = FOLDER / "statements.sql"
ANSWERS = FOLDER / "answers.json"


def statements() -> list[str]:
    """One statement a line; comments and blank lines are passed over."""
    lines = STATEMENTS.read_text().splitlines()
    return [line for line in lines if line.strip() and not line.startswith("--")]


def ask(url: str, sql: str) -> dict[str, Any]:
    """Trino's answer: types and rows as text, or the name of its error."""
    headers = {
        "X-Trino-User": "record",
        "X-Trino-Time-Zone": "UTC",
        "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
    }
    request = urllib.request.Request(f"{url}/v1/statement", sql.encode(), headers)  # noqa: S310
    names: list[str] = []
    types: list[str] = []
    rows: list[list[Any]] = []
    while True:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - a Trino on this machine
            answer = json.load(response)
        if "error" in answer:
            return {"sql": sql, "error": answer["error"]["errorName"]}
        types = [c["type"] for c in answer.get("columns", ())] or types
        names = [c["name"] for c in answer.get("columns", ())] or names
        rows += answer.get("data", ())
        if "nextUri" not in answer:
            break
        request = urllib.request.Request(answer["nextUri"], headers=headers)  # noqa: S310
    # Lengths of text are left out: Athena shows none that matter.
    plain = [re.sub(r"varchar\(\d+\)", "varchar", t) for t in types]
    parsed = [parse_type(t) for t in plain]
    shown = [[text(v, t) for v, t in zip(row, parsed, strict=True)] for row in rows]
    return {"sql": sql, "names": names, "types": plain, "rows": shown}


def text(value: Any, t: Type) -> str | None:
    """A value of Trino's JSON as Athena writes it."""
    if value is None:
        return None
    if t.is_float:
        return java_double(float(value), t)
    if t.name == "boolean":
        return "true" if value else "false"
    if t.name == "varbinary":
        return base64.b64decode(value).hex(" ")
    if t.name == "array":
        return "[" + ", ".join(_inner(v, t.element) for v in value) + "]"
    if t.name == "map":
        pairs = (f"{k}={_inner(v, t.parts[1][1])}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if t.name == "row":
        named = zip(row_fields(t), value, strict=True)
        return "{" + ", ".join(f"{n}={_inner(v, p)}" for (n, p), v in named) + "}"
    return str(value)


def _inner(value: Any, t: Type) -> str:
    shown = text(value, t)
    return "null" if shown is None else shown


def main(url: str) -> None:
    answers = [ask(url, sql) for sql in statements()]
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    ANSWERS.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
