"""The transform λ: Firehose's records become the JSON that it converts to raw's Parquet.

Decodes with the same function as the speed λ, so both paths accept the same set. A record that is
no event is answered `ProcessingFailed`, and Firehose files it as an error object; so is what would
take the answer past Lambda's limit, which the batch job then recovers. See
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

from __future__ import annotations

import base64
import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from lakehouse.dataset import Dataset
from lakehouse.datasets import get_dataset
from lakehouse.events import Decode, Event, decoder
from lakehouse.rows import Arrival, raw_json

logger = Logger(service="transform")
metrics = Metrics(service="transform")

# Lambda answers with at most 6 MB; the rest of an answer (ids, results, commas) needs room too.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_ANSWER_BYTES = 5_000_000
_FRAME_BYTES = 64  # of one answer, beside its id and its data

Answer = dict[str, Any]


@cache
def _decoder(name: str) -> tuple[Dataset, Decode]:
    dataset = get_dataset(name)
    return dataset, decoder(dataset)


@logger.inject_lambda_context
@metrics.log_metrics(raise_on_empty_metrics=False)
def handler(event: dict[str, Any], context: Any) -> dict[str, list[Answer]]:  # noqa: ARG001
    """Answer every record of a Firehose batch, in its order."""
    dataset, decode = _decoder(os.environ["DATASET"])
    answers: list[Answer] = []
    size = failed = 0
    for record in event["records"]:
        answer = _answer(record, dataset, decode)
        if size + _size(answer) > MAX_ANSWER_BYTES:
            answer = _failed(record)
        size += _size(answer)
        failed += answer["result"] != "Ok"
        answers.append(answer)
    metrics.add_dimension("dataset", dataset.name)
    metrics.add_metric(name="events", unit=MetricUnit.Count, value=len(answers) - failed)
    metrics.add_metric(name="failed", unit=MetricUnit.Count, value=failed)
    logger.info("batch answered", extra={"records": len(answers), "failed": failed, "bytes": size})
    return {"records": answers}


def _answer(record: dict[str, Any], dataset: Dataset, decode: Decode) -> Answer:
    verdict = decode(base64.b64decode(record["data"]))
    if not isinstance(verdict, Event):
        return _failed(record)
    source = record["kinesisRecordMetadata"]
    arrival = Arrival.at_milliseconds(
        source["approximateArrivalTimestamp"], source["shardId"], source["sequenceNumber"]
    )
    data = base64.b64encode(raw_json(dataset, verdict, arrival) + b"\n").decode()
    return {"recordId": record["recordId"], "result": "Ok", "data": data}


def _failed(record: dict[str, Any]) -> Answer:
    # Without data: Firehose files the record as it came.
    return {"recordId": record["recordId"], "result": "ProcessingFailed"}


def _size(answer: Answer) -> int:
    return len(answer["recordId"]) + len(answer.get("data", "")) + _FRAME_BYTES
