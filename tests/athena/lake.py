"""Tables, views and objects for the tests."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

BUCKET = "athena-lake"
DATABASE = "lakehouse"

PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    },
}
JSON_LINES = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
}

Columns = list[tuple[str, str]]


class Lake:
    """Makes things in the region."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3")
        self.glue = boto3.client("glue")

    def table(
        self,
        name: str,
        columns: Columns,
        *,
        keys: Columns = (),  # type: ignore[assignment]
        parameters: dict[str, str] | None = None,
        storage: dict[str, Any] = PARQUET,
        prefix: str = "",
    ) -> None:
        self.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": _columns(columns),
                    "Location": f"s3://{BUCKET}/{prefix or name + '/'}",
                    **storage,
                },
                "PartitionKeys": _columns(keys),
                "Parameters": {"EXTERNAL": "TRUE", **(parameters or {})},
            },
        )

    def partition(self, table: str, values: list[str], prefix: str) -> None:
        self.glue.create_partition(
            DatabaseName=DATABASE,
            TableName=table,
            PartitionInput={
                "Values": values,
                "StorageDescriptor": {"Location": f"s3://{BUCKET}/{prefix}", **PARQUET},
            },
        )

    def view(self, name: str, sql: str, columns: Columns) -> None:
        content = {
            "originalSql": sql,
            "catalog": "awsdatacatalog",
            "schema": DATABASE,
            "columns": [{"name": n, "type": t} for n, t in columns],
        }
        text = base64.b64encode(json.dumps(content).encode()).decode()
        self.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": name,
                "TableType": "VIRTUAL_VIEW",
                "StorageDescriptor": {"Columns": [], "SerdeInfo": {}},
                "ViewOriginalText": f"/* Presto View: {text} */",
                "Parameters": {"presto_view": "true"},
            },
        )

    def parquet(self, key: str, data: pa.Table | dict[str, Any], **options: Any) -> int:
        """Put an object; gives its size."""
        table = data if isinstance(data, pa.Table) else pa.table(data)
        buffer = io.BytesIO()
        pq.write_table(table, buffer, **options)
        self.put(key, buffer.getvalue())
        return buffer.tell()

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)


def _columns(columns: Columns) -> list[dict[str, str]]:
    return [{"Name": name, "Type": type_} for name, type_ in columns]
