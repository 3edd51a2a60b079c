"""Prepared statements: kept for each work group, made by SQL or through the API.

PREPARE name FROM ..., EXECUTE name USING ..., DEALLOCATE PREPARE name, EXECUTE IMMEDIATE '...'.
Source: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from local.athena.errors import AthenaError, QueryFailure, invalid_request, not_supported
from local.athena.parsing import tokens, with_parameters
from local.athena.store import Store
from local.athena.workgroups import WorkGroups

_KIND = "prepared statement"
# https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html
_NAME = "[a-zA-Z_][a-zA-Z0-9_@:]{0,255}"
_COMMENTS = r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
_PREPARE = re.compile(rf"{_COMMENTS}PREPARE\s+(?P<name>{_NAME})\s+FROM\s+(?P<sql>.+)", re.I | re.S)
_DEALLOCATE = re.compile(
    rf"{_COMMENTS}DEALLOCATE\s+PREPARE\s+(?P<name>{_NAME})\s*;?\s*", re.I | re.S
)
_USING = r"(?:\s+USING\s+(?P<using>.+?))?\s*;?\s*"
_EXECUTE = re.compile(rf"{_COMMENTS}EXECUTE\s+(?P<name>{_NAME}){_USING}", re.I | re.S)
_IMMEDIATE = re.compile(
    rf"{_COMMENTS}EXECUTE\s+IMMEDIATE\s+'(?P<sql>(?:[^']|'')*)'{_USING}", re.I | re.S
)
_DESCRIBE = re.compile(rf"{_COMMENTS}DESCRIBE\s+(?:INPUT|OUTPUT)\s+{_NAME}\s*;?\s*", re.I | re.S)


@dataclass(frozen=True)
class Resolved:
    """What a statement comes down to: a query's text, or None when there is nothing to run."""

    sql: str | None


def runs_a_query(sql: str) -> bool:
    return bool(_EXECUTE.fullmatch(sql) or _IMMEDIATE.fullmatch(sql))


class PreparedStatements:
    """The prepared statements of all work groups."""

    def __init__(self, store: Store, work_groups: WorkGroups) -> None:
        self._store = store
        self._work_groups = work_groups

    # ------------------------------------------------------------ SQL

    def resolve(self, sql: str, parameters: list[str], *, work_group: str) -> Resolved:
        """`sql` with parameters in the place of its `?`, and what EXECUTE stands for.

        Does what PREPARE and DEALLOCATE say. Raises QueryFailure.
        """
        if _DESCRIBE.fullmatch(sql):
            raise not_supported("DESCRIBE INPUT or OUTPUT")
        immediate = _IMMEDIATE.fullmatch(sql)
        if immediate is not None:
            return _filled(immediate["sql"].replace("''", "'"), immediate["using"], parameters)
        for pattern, act in self._actions():
            match = pattern.fullmatch(sql)
            if match is not None:
                return act(match, parameters, work_group)
        return Resolved(with_parameters(sql, parameters))

    def _actions(
        self,
    ) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str], list[str], str], Resolved]]]:
        yield _PREPARE, self._prepare
        yield _DEALLOCATE, self._deallocate
        yield _EXECUTE, self._execute

    def _prepare(self, match: re.Match[str], _parameters: list[str], group: str) -> Resolved:
        if self._get(group, match["name"]) is not None:
            raise QueryFailure(
                "ALREADY_EXISTS", f"Prepared statement already exists: {match['name']}"
            )
        tokens(match["sql"])
        self._put(group, match["name"], match["sql"].strip().rstrip(";"), "")
        return Resolved(None)

    def _deallocate(self, match: re.Match[str], _parameters: list[str], group: str) -> Resolved:
        self._known(group, match["name"])
        self._store.delete(_KIND, _key(group, match["name"]))
        return Resolved(None)

    def _execute(self, match: re.Match[str], parameters: list[str], group: str) -> Resolved:
        found = self._known(group, match["name"])
        return _filled(found["QueryStatement"], match["using"], parameters)

    def _known(self, group: str, name: str) -> dict[str, Any]:
        found = self._get(group, name)
        if found is None:
            raise QueryFailure("NOT_FOUND", f"Prepared statement not found: {name}")
        return found

    # ------------------------------------------------------------ API

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        group, name = self._names(request)
        if self._get(group, name) is not None:
            raise invalid_request(f"PreparedStatement {name} already exists in WorkGroup {group}")
        self._put(group, name, _statement(request), request.get("Description", ""))
        return {}

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._stored(request)
        description = request.get("Description", found.get("Description", ""))
        self._put(found["WorkGroupName"], found["StatementName"], _statement(request), description)
        return {}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"PreparedStatement": self._stored(request)}

    def batch_get(self, request: dict[str, Any]) -> dict[str, Any]:
        group = str(self._work_groups.get(request.get("WorkGroup") or "primary")["Name"])
        found = {n: self._get(group, n) for n in request.get("PreparedStatementNames") or []}
        missing = [
            {"StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND",
             "ErrorMessage": f"PreparedStatement {name} was not found in workGroup {group}"}
            for name, body in found.items() if body is None
        ]  # fmt: skip
        known = [body for body in found.values() if body is not None]
        return {"PreparedStatements": known, "UnprocessedPreparedStatementNames": missing}

    def list(self, work_group: str) -> list[dict[str, Any]]:
        """Summaries, by name."""
        group = self._work_groups.get(work_group)["Name"]
        mine = [body for body in self._store.all(_KIND) if body["WorkGroupName"] == group]
        return [
            {key: body[key] for key in ("StatementName", "LastModifiedTime")}
            for body in sorted(mine, key=lambda body: str(body["StatementName"]))
        ]

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        found = self._stored(request)
        self._store.delete(_KIND, _key(found["WorkGroupName"], found["StatementName"]))
        return {}

    # ------------------------------------------------------------ the store

    def _names(self, request: dict[str, Any]) -> tuple[str, str]:
        name = request.get("StatementName") or ""
        if not re.fullmatch(_NAME, name):
            raise invalid_request(f"StatementName is not a name: '{name}'")
        return str(self._work_groups.get(request.get("WorkGroup") or "primary")["Name"]), name

    def _stored(self, request: dict[str, Any]) -> dict[str, Any]:
        group, name = self._names(request)
        found = self._get(group, name)
        if found is None:
            raise AthenaError(
                "ResourceNotFoundException",
                f"PreparedStatement {name} was not found in workGroup {group}",
                ResourceName=name,
            )
        return found

    def _get(self, group: str, name: str) -> dict[str, Any] | None:
        return self._store.get(_KIND, _key(group, name))

    def _put(self, group: str, name: str, sql: str, description: str) -> None:
        body = {
            "StatementName": name,
            "QueryStatement": sql,
            "WorkGroupName": group,
            "Description": description,
            "LastModifiedTime": time.time(),
        }
        self._store.put(_KIND, _key(group, name), body)


def _key(group: str, name: str) -> str:
    return f"{group}/{name}"


def _statement(request: dict[str, Any]) -> str:
    sql = request.get("QueryStatement") or ""
    if not sql.strip():
        raise invalid_request("QueryStatement is required")
    return str(sql)


def _filled(sql: str, using: str | None, parameters: list[str]) -> Resolved:
    """Values come from USING or with the request, not from both."""
    if using is not None and parameters:
        raise QueryFailure("INVALID_PARAMETER_USAGE", "EXECUTE has both USING and parameters")
    values = parameters if using is None else list(_split(using))
    return Resolved(with_parameters(sql, values))


def _split(using: str) -> Iterator[str]:
    """The expressions of USING, cut at the commas that stand in no parentheses."""
    depth = start = 0
    for token in tokens(using):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "," and depth == 0:
            yield using[start : token.start].strip()
            start = token.end + 1
    yield using[start:].strip()
