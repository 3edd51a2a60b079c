"""Work groups: where results go and how much a query may scan.

Those made through this API are kept here. Any other is looked up in the region behind it, where
CloudFormation makes them, each time it is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.athena.errors import AthenaError, invalid_request
from local.athena.store import Store

ENGINE = {
    "SelectedEngineVersion": "AUTO",
    "EffectiveEngineVersion": "Athena engine version 3",
}
_KIND = "work group"

# (operation, body) -> (status, headers, body), as the Athena behind this one answers over HTTP.
Respond = Callable[[str, bytes], tuple[int, Mapping[str, str], bytes]]
Lookup = Callable[[str], dict[str, Any] | None]


def nowhere(_name: str) -> None:
    """There is no Athena behind this one."""


def behind(respond: Respond) -> Lookup:
    """Look work groups up in another Athena: the one in the region behind this."""

    def lookup(name: str) -> dict[str, Any] | None:
        body = json.dumps({"WorkGroup": name}).encode()
        status, _, answer = respond("GetWorkGroup", body)
        found: dict[str, Any] | None = (
            json.loads(answer).get("WorkGroup") if status == 200 else None
        )
        return found

    return lookup


class WorkGroups:
    def __init__(self, store: Store, behind: Lookup) -> None:
        self._store = store
        self._behind = behind
        if store.get(_KIND, "primary") is None:
            store.put(_KIND, "primary", _new("primary", {}, ""))

    def get(self, name: str) -> dict[str, Any]:
        """Raises InvalidRequestException for one that is nowhere."""
        found = self._store.get(_KIND, name) or self._behind(name)
        if found is None:
            raise invalid_request(f"WorkGroup is not found. WorkGroup: {name}")
        configuration = {"EngineVersion": ENGINE, **found.get("Configuration", {})}
        made = {"State": "ENABLED", "CreationTime": 0.0}
        return {**made, **found, "Configuration": configuration}

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("Name", "")
        if not name:
            raise invalid_request("WorkGroup name is required")
        if self._store.get(_KIND, name) is not None:
            raise invalid_request(f"WorkGroup is already created: {name}")
        body = _new(name, request.get("Configuration") or {}, request.get("Description", ""))
        self._store.put(_KIND, name, body)
        return {}

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("WorkGroup", "")
        group = self.get(name)
        if request.get("State"):
            group["State"] = request["State"]
        if "Description" in request:
            group["Description"] = request["Description"]
        group["Configuration"] = _updated(
            group["Configuration"], request.get("ConfigurationUpdates") or {}
        )
        self._store.put(_KIND, name, group)
        return {}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("WorkGroup", "")
        if name == "primary":
            raise invalid_request("The primary workgroup cannot be deleted")
        if self._store.get(_KIND, name) is None:
            raise invalid_request(f"WorkGroup is not found. WorkGroup: {name}")
        self._store.delete(_KIND, name)
        return {}

    def list(self) -> list[dict[str, Any]]:
        """The summaries of those that are kept here."""
        return [
            {
                "Name": group["Name"],
                "State": group["State"],
                "Description": group.get("Description", ""),
                "CreationTime": group["CreationTime"],
                "EngineVersion": ENGINE,
            }
            for group in reversed(self._store.all(_KIND))
        ]


def _new(name: str, configuration: dict[str, Any], description: str) -> dict[str, Any]:
    defaults = {
        "EnforceWorkGroupConfiguration": bool(configuration),
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "ResultConfiguration": {},
    }
    return {
        "Name": name,
        "State": "ENABLED",
        "Description": description,
        "Configuration": {**defaults, **configuration, "EngineVersion": ENGINE},
        "CreationTime": datetime.now(UTC).timestamp(),
    }


_PLAIN_UPDATES = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
)


def _updated(configuration: dict[str, Any], updates: dict[str, Any]) -> dict[str, Any]:
    changed = dict(configuration)
    for key in _PLAIN_UPDATES:
        if key in updates:
            changed[key] = updates[key]
    if updates.get("RemoveBytesScannedCutoffPerQuery"):
        changed.pop("BytesScannedCutoffPerQuery", None)
    results = dict(changed.get("ResultConfiguration") or {})
    for key, value in (updates.get("ResultConfigurationUpdates") or {}).items():
        if key.startswith("Remove"):
            results.pop(key.removeprefix("Remove"), None)
        else:
            results[key] = value
    changed["ResultConfiguration"] = results
    return changed


def output_location(group: dict[str, Any], request: dict[str, Any]) -> str:
    """Where a query's results go: the group's place if it enforces one, else the request's."""
    configuration = group["Configuration"]
    groups_own: str = (configuration.get("ResultConfiguration") or {}).get("OutputLocation") or ""
    asked: str = (request.get("ResultConfiguration") or {}).get("OutputLocation") or ""
    chosen = groups_own if configuration.get("EnforceWorkGroupConfiguration") else asked
    chosen = chosen or groups_own or asked
    if not chosen:
        raise AthenaError(
            "InvalidRequestException",
            "No output location provided. An output location is required either through the"
            " Workgroup result configuration setting or as an API input.",
            AthenaErrorCode="INVALID_INPUT",
        )
    if not chosen.startswith("s3://"):
        raise invalid_request(f"outputLocation is not a valid S3 path: {chosen}")
    return chosen if chosen.endswith("/") else chosen + "/"
