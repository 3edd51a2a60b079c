"""Firehose's stand-in against the lake's own datasets and transform λ."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.dataset import Dataset
from lakehouse.datasets import DATASETS
from lakehouse.layout import raw_columns
from lambdas import firehose_transform
from local.workers.columns import columns_of
from local.workers.delivery_streams import MEBIBYTE, CatalogTable, DeliveryStream, Transform
from local.workers.functions import Answer
from local.workers.parquet import convert, to_parquet
from local.workers.transforms import Failed, Transformed, Transformer
from producer.generate import generate
from producer.plan import Plan

from .fakes import record

COUNT = 200


@dataclass
class Context:
    """What Lambda tells a function of its invocation."""

    function_name: str = "transform"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:transform"
    aws_request_id: str = "1-2-3"


def transformer() -> Transformer:
    def invoke(_function: str, payload: bytes) -> Answer:
        answer = firehose_transform.handler(json.loads(payload), Context())
        return Answer(json.dumps(answer).encode())

    stream = DeliveryStream(
        name="s",
        arn="arn:aws:firehose:us-east-1:000000000000:deliverystream/s",
        version="1",
        source="s",
        bucket="lake",
        prefix="",
        error_prefix="",
        buffer_bytes=MEBIBYTE,
        buffer_seconds=60,
        table=CatalogTable("000000000000", "lakehouse", "t", "us-east-1"),
        transform=Transform("transform"),
    )
    return Transformer(stream, invoke=invoke)


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_what_the_transform_answers_converts_to_raws_columns(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATASET", dataset.name)
    produced = list(itertools.islice(generate(dataset, Plan(malformed=0.1), seed=1), COUNT))
    records = [record(n, one.data) for n, one in enumerate(produced)]
    outcomes = transformer().call(records)
    good = [one for one in outcomes if isinstance(one, Transformed)]
    assert [isinstance(one, Failed) for one in outcomes] == [not one.is_event for one in produced]
    columns = columns_of([(name, type_.glue) for name, type_ in raw_columns(dataset)])
    converted = convert(good, columns)
    assert converted.failures == ()
    file = pq.ParquetFile(io.BytesIO(to_parquet(converted.table)))
    assert file.metadata.num_rows == len(good) > COUNT / 2
    # INT96 comes back as nanoseconds; all else has the types of the table.
    expected = [
        (name, pa.timestamp("ns") if type_.name == "timestamp" else type_.arrow())
        for name, type_ in raw_columns(dataset)
    ]
    assert [(field.name, field.type) for field in file.schema_arrow] == expected
    rows = converted.table.to_pylist()
    assert [row["_sequence_number"] for row in rows] == [one.record.sequence_number for one in good]
    assert None not in {row["_event_us"] for row in rows}
