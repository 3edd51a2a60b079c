"""What of Athena's SQL the local Athena answers, area by area, as `docs/differential.md` has it.

    python -m tests.athena.trino.table

Written from the statements on record; `tests/athena/test_trino_answers.py` holds them to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from local.athena.answers import start_of_statement
from local.athena.catalog import Catalog
from local.athena.engine import Engine, Run
from local.athena.errors import QueryFailure
from local.athena.parsing import parse
from local.athena.storage import Meter
from tests.athena.trino.record import FOLDER, areas, statements

PAGE = FOLDER.parents[2] / "docs" / "differential.md"
_HEAD = """\
# The local Athena beside Trino

Statements as people write them in Athena, asked of a Trino 476 and of the local Athena. `make test`
holds the local Athena to Trino's answers on record: values, types, column names, order where there
is one, the name of an error. `make trino` asks Trino again, and asks both 400 statements more that
are made up of typed expressions, and 1,000 of these with a word too few or too many. A statement is
equal, or it is refused with the reason; none is answered differently, or those tests fail. Of those
that are made up, a few fail here alone, by a value that Trino has no need of (1 / 0 in a branch
that is not taken): they are counted, and few.

"""


def table() -> str:
    """The page."""
    lines = [
        "| area | statements | equal | refused | different |",
        "| --- | --: | --: | --: | --: |",
    ]
    sums = [0, 0]
    for area in areas():
        refused = [statement.is_refused for statement in statements(area)]
        lines.append(_row(area, len(refused), sum(refused)))
        sums = [sums[0] + len(refused), sums[1] + sum(refused)]
    lines.append(_row("**all**", *sums))
    return _HEAD + "\n".join([*lines, "", "## Refused, and why", "", *_reasons(), ""])


def _row(area: str, count: int, refused: int) -> str:
    return f"| {area} | {count:,} | {count - refused:,} | {refused:,} | 0 |"


def _reasons() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.create(
            None,  # type: ignore[arg-type] # these statements have no tables
            spill_dir=Path(folder),
            memory_limit="1GB",
            threads=1,
        )
        for area in areas():
            refused = [each.sql for each in statements(area) if each.is_refused]
            if refused:
                yield from ("", f"### {area}", "")
            for sql in refused:
                yield f"- `{sql}`: {_reason(engine, sql)}"
        engine.close()


def _reason(engine: Engine, sql: str) -> str:
    catalog = Catalog(None, None, start_of_statement())  # type: ignore[arg-type]
    run = Run(engine, catalog, Meter())
    try:
        for _ in run.answer(run.bind(sql, parse(sql), "")).pages:
            pass
    except QueryFailure as failure:
        if failure.code == "NOT_SUPPORTED":
            return failure.message.removesuffix(" is not available in the local Athena")
        raise
    finally:
        run.close()
    raise ValueError(f"{sql}: it is not refused")


if __name__ == "__main__":
    PAGE.write_text(table())
