"""Firehose's error objects: records that it could not deliver, decoded again.

Firehose files a whole batch when its transform fails, valid records and all, so what decodes is
an event like any other; what does not belongs in the quarantine. The two documented forms:
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lakehouse.events import Decode, Event, Invalid
from lakehouse.rows import Arrival
from lakehouse.times import microseconds, parse_time


class ErrorObjectError(RuntimeError):
    """An object among the error objects is not Firehose's; the message says which, and the cure."""


@dataclass(frozen=True)
class Recovered:
    """One record of an error object: its bytes, when and where it arrived, and the verdict."""

    data: bytes
    arrival: Arrival
    verdict: Event | Invalid


def recovered(lines: Iterable[bytes], decode: Decode, *, where: str) -> Iterator[Recovered]:
    """The records of one error object. Raises ErrorObjectError, which names `where`."""
    try:
        for document in _documents(lines):
            data = base64.b64decode(document["rawData"], validate=True)
            yield Recovered(data, _arrival(document, data), decode(data))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ErrorObjectError(
            f"{where} is not an error object of Firehose ({error!r}): "
            "move it out of the errors bucket and run again"
        ) from error


def _documents(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """JSON documents, one after the other, with or without line ends between them."""
    decoder = json.JSONDecoder()
    for line in lines:
        text = line.decode().strip()
        while text:
            document, end = decoder.raw_decode(text)
            yield document
            text = text[end:].lstrip()


def _arrival(document: dict[str, Any], data: bytes) -> Arrival:
    """When and where the record arrived on the stream, as well as the document knows.

    A failed conversion holds the transform's output, which carries the provenance; a failed
    transform has the original bytes, and only says when Firehose received them.
    """
    if "lastErrorCode" in document or "dataCatalogTable" in document:
        row = json.loads(data)
        if "_arrived_at" in row:
            arrived_ms = microseconds(parse_time(row["_arrived_at"])) / 1000
            shard, sequence = row["_shard_id"], row["_sequence_number"]
            return Arrival.at_milliseconds(arrived_ms, shard, sequence)
    arrived_ms = float(document["arrivalTimestamp"])
    return Arrival.at_milliseconds(arrived_ms, "", str(document.get("sequenceNumber") or ""))
