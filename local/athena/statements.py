"""Statements that are not queries, by how they are written.

What changes data or tables, but for views, is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from local.athena import show_statements, view_statements
from local.athena.errors import not_supported
from local.athena.show_statements import NAME, PATH, Listing, Session


@dataclass(frozen=True)
class Statement:
    """One kind of statement: how it is written and what it does."""

    pattern: re.Pattern[str]
    type: str
    run: Callable[[re.Match[str], Session], Listing]


def find(sql: str) -> tuple[Statement, re.Match[str]] | None:
    """The statement that `sql` is, or None when it is to be bound as a query."""
    text = _COMMENTS.sub(" ", sql).strip().rstrip(";").strip()
    for statement in _STATEMENTS:
        match = statement.pattern.fullmatch(text)
        if match is not None:
            return statement, match
    refused = _REFUSED.match(text)
    if refused:
        raise not_supported(f"statement {refused[0].upper()}")
    return None


_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
_REFUSED = re.compile(
    r"(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|UNLOAD|CREATE|ALTER|DROP|GRANT|REVOKE"
    r"|MSCK|VACUUM|OPTIMIZE|ANALYZE|CALL|USE|SET|PREPARE|EXECUTE|DEALLOCATE"
    r"|SHOW|DESCRIBE|DESC|EXPLAIN|COMMENT|REFRESH|RESET|START|COMMIT|ROLLBACK|DENY)\b",
    re.IGNORECASE,
)


def _statement(
    pattern: str, type_: str, run: Callable[[re.Match[str], Session], Listing]
) -> Statement:
    flags = re.IGNORECASE | re.DOTALL
    return Statement(re.compile(pattern.replace(" ", r"\s+"), flags), type_, run)


_IN = rf"(?: (?:IN|FROM) (?P<database>{NAME}(?:\s*\.\s*{NAME})?))?"
_LIKE = r"(?: (?:LIKE )?'(?P<pattern>[^']*)')?"
_STATEMENTS = (
    _statement(rf"SHOW (?:DATABASES|SCHEMAS){_LIKE}", "DDL", show_statements.show_databases),
    _statement(rf"SHOW TABLES{_IN}{_LIKE}", "DDL", show_statements.show_tables),
    _statement(rf"SHOW VIEWS{_IN}{_LIKE}", "DDL", show_statements.show_views),
    _statement(rf"SHOW COLUMNS (?:IN|FROM) {PATH}{_IN}", "DDL", show_statements.show_columns),
    _statement(rf"SHOW PARTITIONS {PATH}", "DDL", show_statements.show_partitions),
    _statement(rf"SHOW CREATE VIEW {PATH}", "DDL", show_statements.show_create_view),
    _statement(rf"(?:DESCRIBE|DESC) (?:TABLE )?{PATH}", "DDL", show_statements.describe),
    _statement(r"EXPLAIN (?P<query>(?!ANALYZE).*)", "UTILITY", show_statements.explain),
    _statement(
        rf"CREATE (?P<replace>OR REPLACE )?VIEW {PATH} AS (?P<query>.*)",
        "DDL",
        view_statements.create_view,
    ),
    _statement(rf"DROP VIEW (?P<exists>IF EXISTS )?{PATH}", "DDL", view_statements.drop_view),
)
