"""Saved queries."""

from __future__ import annotations

import uuid
from typing import Any

from local.athena.errors import invalid_request
from local.athena.store import Store

_KIND = "named query"


class NamedQueries:
    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        for key in ("Name", "Database", "QueryString"):
            if not request.get(key):
                raise invalid_request(f"{key} is required")
        found = {
            "Name": request["Name"],
            "Description": request.get("Description", ""),
            "Database": request["Database"],
            "QueryString": request["QueryString"],
            "NamedQueryId": str(uuid.uuid4()),
            "WorkGroup": request.get("WorkGroup") or "primary",
        }
        self._store.put(_KIND, found["NamedQueryId"], found)
        return {"NamedQueryId": found["NamedQueryId"]}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"NamedQuery": self._find(request.get("NamedQueryId", ""))}

    def batch_get(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted = request.get("NamedQueryIds") or []
        found = {name: self._store.get(_KIND, name) for name in wanted}
        missing = [
            {
                "NamedQueryId": name,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": f"NamedQuery {name} was not found",
            }
            for name, body in found.items()
            if body is None
        ]
        known = [body for body in found.values() if body is not None]
        return {"NamedQueries": known, "UnprocessedNamedQueryIds": missing}

    def ids(self, work_group: str) -> list[str]:
        return [q["NamedQueryId"] for q in self._store.all(_KIND) if q["WorkGroup"] == work_group]

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        self._find(request.get("NamedQueryId", ""))
        self._store.delete(_KIND, request["NamedQueryId"])
        return {}

    def _find(self, name: str) -> dict[str, Any]:
        found = self._store.get(_KIND, name)
        if found is None:
            raise invalid_request(f"NamedQuery {name} was not found")
        return found
