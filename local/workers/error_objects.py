"""The lines of Firehose's error objects, in its own JSON forms; times are epoch milliseconds.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html and
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-error-handling.html. The
latter page has named the error's fields both lastErrorCode and ErrorCode over time; readers should
rely on rawData alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from local.workers.delivery_streams import CatalogTable
from local.workers.parquet import Unconvertible
from local.workers.transforms import Failed

PROCESSING_FAILED = "processing-failed"
CONVERSION_FAILED = "format-conversion-failed"


def processing_failed(failed: Failed, *, function_arn: str, ended_at: datetime) -> dict[str, Any]:
    """A record that the transform did not deliver, as it came from the stream."""
    return {
        "attemptsMade": failed.attempts,
        "arrivalTimestamp": failed.record.arrived_ms,
        "errorCode": failed.code,
        "errorMessage": failed.message,
        "attemptEndingTimestamp": _milliseconds(ended_at),
        "rawData": base64.b64encode(failed.record.data).decode(),
        "lambdaArn": function_arn,
    }


def conversion_failed(
    failed: Unconvertible, *, table: CatalogTable, ended_at: datetime
) -> dict[str, Any]:
    """A record that does not fit the table's columns; its data is what the transform made of it."""
    return {
        "attemptsMade": 1,
        "arrivalTimestamp": failed.transformed.record.arrived_ms,
        "lastErrorCode": failed.code,
        "lastErrorMessage": failed.message,
        "attemptEndingTimestamp": _milliseconds(ended_at),
        "rawData": base64.b64encode(failed.transformed.data).decode(),
        "sequenceNumber": failed.transformed.record.sequence_number,
        "subSequenceNumber": 0,
        "dataCatalogTable": {
            "catalogId": table.catalog_id,
            "databaseName": table.database,
            "tableName": table.name,
            "region": table.region,
            "versionId": table.version,
            "catalogArn": f"arn:aws:glue:{table.region}:{table.catalog_id}:catalog",
        },
    }


def lines(documents: Iterable[dict[str, Any]]) -> bytes:
    """One JSON document per line."""
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
