"""Result objects in S3: written as a query answers, read again for whoever asks for its rows."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from tempfile import SpooledTemporaryFile
from typing import Any

from botocore.exceptions import ClientError

from local.athena import results
from local.athena.engine import Answer
from local.athena.errors import QueryFailure, invalid_request
from local.athena.results import Row
from local.athena.show_statements import Listing
from local.athena.storage import split_location

# The rows of so many executions, each of at most so many rows, are kept in memory.
_KEPT = 32
_KEPT_ROWS = 10_000
_SPOOL_BYTES = 8 << 20

Body = dict[str, Any]


class ResultStore:
    """The results of executions, each at its execution's OutputLocation."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, list[Row]] = OrderedDict()

    def write_answer(self, body: Body, answer: Answer) -> None:
        """Stream a query's rows into its CSV object. Raises as reading the answer does."""
        header: Row = [name for name, _ in answer.columns]
        rows: list[Row] | None = [header]
        with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as file:
            file.write(results.csv_line(header).encode())
            for more in answer.pages:
                file.write("".join(map(results.csv_line, more)).encode())
                rows = [*rows, *more] if rows and len(rows) + len(more) <= _KEPT_ROWS else None
            self._upload(body, file, results.column_infos(answer.columns), has_header=True)
        if rows is not None:
            self._keep(body["QueryExecutionId"], rows)

    def write_listing(self, body: Body, listing: Listing) -> None:
        """Put the lines of a statement that is not a query."""
        with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as file:
            for row in listing.rows:
                file.write(("\t".join(v or "" for v in row) + "\n").encode())
            self._upload(body, file, results.column_infos(listing.columns), has_header=False)
        self._keep(body["QueryExecutionId"], listing.rows)

    def read(self, body: Body) -> tuple[list[dict[str, Any]], list[Row]]:
        """Columns and rows, a query's header first."""
        location, name = body["ResultConfiguration"]["OutputLocation"], body["QueryExecutionId"]
        metadata = json.loads(self._get(f"{location}.metadata"))
        with self._lock:
            if name in self._rows:
                self._rows.move_to_end(name)
                return metadata["ColumnInfo"], self._rows[name]
        text = self._get(location).decode()
        if metadata["HasHeader"]:
            rows = list(results.read_csv(text))
        else:
            rows = [list(line.split("\t")) for line in text.splitlines()]
        self._keep(name, rows)
        return metadata["ColumnInfo"], rows

    def _get(self, location: str) -> bytes:
        bucket, key = split_location(location)
        try:
            return bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as error:
            raise invalid_request(f"Could not find results: {location}") from error

    def _keep(self, name: str, rows: list[Row]) -> None:
        with self._lock:
            self._rows[name] = rows
            while len(self._rows) > _KEPT:
                self._rows.popitem(last=False)

    def _upload(
        self, body: Body, file: Any, infos: list[dict[str, Any]], *, has_header: bool
    ) -> None:
        """The result first: whoever finds the metadata finds the rows."""
        location = body["ResultConfiguration"]["OutputLocation"]
        bucket, key = split_location(location)
        metadata = results.metadata(infos, has_header=has_header)
        file.seek(0)
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=file)
            self._s3.put_object(Bucket=bucket, Key=f"{key}.metadata", Body=metadata)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise QueryFailure(
                "GENERIC_USER_ERROR", f"Unable to write to the output location {location}: {code}"
            ) from error
