"""What a query at a Trino has read of each table, from what Trino tells of it when it has ended."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.engines.trino_client import direct

_UNITS = {"B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_SIZE = re.compile(r"([0-9.]+)([A-Za-z]+)")


@dataclass(frozen=True)
class Read:
    """What all scans of one table together have read of its files."""

    scans: int
    rows: int
    bytes: int


def read_by_table(url: str, query_id: str) -> dict[str, Read]:
    """By the table's name, without its catalog and schema."""
    query = _get(f"{url}/v1/query/{query_id}")
    scans = [
        (ids, stage["tables"][ids[-1]]["tableName"].rsplit(".", 1)[-1])
        for stage in _stages(query["outputStage"])
        for ids in _scans(stage["plan"]["root"])
    ]
    names = {node: name for ids, name in scans for node in ids}
    rows, sizes = Counter[str](), Counter[str]()
    for operator in query["queryStats"]["operatorSummaries"]:
        if name := names.get(operator["planNodeId"]):
            rows[name] += operator["physicalInputPositions"]
            sizes[name] += _bytes(operator["physicalInputDataSize"])
    counted = Counter(name for _, name in scans)
    return {name: Read(count, rows[name], sizes[name]) for name, count in counted.items()}


def _stages(stage: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield stage
    for below in stage["subStages"]:
        yield from _stages(below)


def _scans(node: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Of each scan in a plan: its node, last, and those above that one operator does with it."""
    ids = (*above, node["id"])
    if node["@type"] == "tableScan":
        yield ids
        return
    for value in node.values():
        for below in value if isinstance(value, list) else [value]:
            if isinstance(below, dict) and "@type" in below and "id" in below:
                yield from _scans(below, ids if node["@type"] in ("project", "filter") else ())


def _bytes(written: str) -> int:
    match = _SIZE.fullmatch(written)
    if match is None:
        raise ValueError(f"{written}: not a size as Trino writes one")
    return round(float(match[1]) * _UNITS[match[2]])


def _get(url: str) -> Any:
    request = urllib.request.Request(url, headers={"X-Trino-User": "lakehouse"})  # noqa: S310
    with direct(request) as response:
        return json.load(response)
