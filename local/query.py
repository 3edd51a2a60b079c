"""`lakehouse query`: asks Athena, of a laptop's region or of AWS, and writes the rows."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.layout import DEFAULT_PREFIX
from local.command import FAILURE, MISTAKE, CommandError, aws_errors, choose_aws, note
from local.formats import FORMATS, Row, value_of
from local.progress import Progress

_EXAMPLE = """example:
  %(prog)s 'SELECT station, sum(sum_entries) AS entries FROM turnstiles GROUP BY station'
  %(prog)s 'turnstiles: busiest stations' --format csv
  %(prog)s - < question.sql
"""
# https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html
_STATEMENT = re.compile(
    r"\s*(\(|(alter|create|deallocate|delete|desc|describe|drop|execute|explain|insert|merge|msck"
    r"|optimize|prepare|select|show|table|unload|update|vacuum|values|with)\b\s*\S)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser; `run` reads what they were given."""
    parser.description = "Ask Athena; the rows go to stdout, all else to stderr."
    parser.epilog = _EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("query", metavar="QUERY", help="SQL, the name of a saved query, or - for standard input")
    add("--format", choices=sorted(FORMATS), default="table", help="of the rows (%(default)s)")
    add("--database", metavar="NAME", help="(default: the prefix)")
    add("--prefix", metavar="NAME", default=DEFAULT_PREFIX, help="of the deployment (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Write the rows of the query that `args` name. Raises CommandError."""
    text = sys.stdin.read() if args.query == "-" else args.query
    if not text.strip():
        raise CommandError("the query is empty; give SQL or the name of a saved query", MISTAKE)
    place = choose_aws()
    with aws_errors():
        import boto3

        athena = boto3.client("athena")
        sql = text if is_sql(text) else saved_query(athena, text.strip(), work_group=args.prefix)
        answer = ask(athena, sql, database=args.database or args.prefix, work_group=args.prefix)
        write = FORMATS[args.format] if answer.columns else _write_nothing
        rows = write(sys.stdout, answer.columns, answer.rows)
    counted = "1 row" if rows == 1 else f"{rows:,} rows"
    note(f"{counted} in {answer.seconds:.1f} s, {answer.scanned:,} bytes scanned, from {place}")
    return 0


def _write_nothing(*_: Any) -> int:
    """Of a statement that has no result, such as CREATE VIEW."""
    return 0


def is_sql(text: str) -> bool:
    """Whether a text is a statement, not a name."""
    return bool(_STATEMENT.match(_COMMENTS.sub(" ", text)))


def saved_query(athena: Any, name: str, *, work_group: str) -> str:
    """The SQL of a saved query. Raises CommandError with the names that there are."""
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=work_group)
    ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
    found: dict[str, str] = {}
    for start in range(0, len(ids), 50):
        answer = athena.batch_get_named_query(NamedQueryIds=ids[start : start + 50])
        found.update({each["Name"]: each["QueryString"] for each in answer["NamedQueries"]})
    if name not in found:
        known = ", ".join(f"'{each}'" for each in sorted(found)) or "none"
        raise CommandError(
            f"{name!r} does not begin as a statement does (SELECT, WITH, SHOW, ...), and is no "
            f"saved query; there are: {known}",
            MISTAKE,
        )
    return found[name]


@dataclass(frozen=True)
class Answer:
    """A query that succeeded. `rows` are fetched as they are read; `scanned` is in bytes."""

    columns: Sequence[str]
    rows: Iterator[Row]
    seconds: float
    scanned: int


def ask(athena: Any, sql: str, *, database: str, work_group: str) -> Answer:
    """Run a query to its end. Raises CommandError with Athena's reason; Ctrl-C stops the query."""
    started = athena.start_query_execution(
        QueryString=sql, QueryExecutionContext={"Database": database}, WorkGroup=work_group
    )
    query_id = started["QueryExecutionId"]
    try:
        execution = _ended(athena, query_id)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=query_id)
        raise
    status, statistics = execution["Status"], execution.get("Statistics", {})
    if status["State"] != "SUCCEEDED":
        reason = status.get("StateChangeReason", "no reason given")
        raise CommandError(f"the query {status['State']}: {reason}", FAILURE)
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    results = iter(pages)
    first = next(results)
    info = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    types = [each["Type"] for each in info]
    # Rows of a SELECT begin with the names of its columns; those of SHOW and the like do not.
    skipped = 1 if execution.get("StatementType") == "DML" else 0
    return Answer(
        columns=[each["Name"] for each in info],
        rows=_rows(first, results, types, skipped=skipped),
        seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
        scanned=statistics.get("DataScannedInBytes", 0),
    )


def _ended(athena: Any, query_id: str) -> dict[str, Any]:
    started_at, pause = time.monotonic(), _FIRST_PAUSE_SECONDS
    with Progress() as progress:
        while True:
            answer = athena.get_query_execution(QueryExecutionId=query_id)
            execution: dict[str, Any] = answer["QueryExecution"]
            state = execution["Status"]["State"]
            if state in _ENDED:
                return execution
            progress.show(f"{state.lower()} for {time.monotonic() - started_at:.0f} s")
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _rows(
    first: dict[str, Any], others: Iterator[dict[str, Any]], types: Sequence[str], *, skipped: int
) -> Iterator[Row]:
    for row in first["ResultSet"]["Rows"][skipped:]:
        yield _row(row, types)
    for page in others:
        for row in page["ResultSet"]["Rows"]:
            yield _row(row, types)


def _row(row: dict[str, Any], types: Sequence[str]) -> Row:
    cells = [cell.get("VarCharValue") for cell in row.get("Data", ())]
    cells += [None] * (len(types) - len(cells))
    return [value_of(text, type) for text, type in zip(cells, types, strict=False)]
