"""The Athena API over a region that has S3 and Glue: one method for each operation.

`respond` takes and gives what goes over the wire; `handle` does the same with dictionaries.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.athena.answers import Answers
from local.athena.engine import Engine
from local.athena.errors import AthenaError, invalid_request
from local.athena.executions import Executions
from local.athena.metadata import CatalogApi
from local.athena.named_queries import NamedQueries
from local.athena.prepared import PreparedStatements
from local.athena.result_store import ResultStore
from local.athena.results import page
from local.athena.storage import Storage
from local.athena.store import Store
from local.athena.workgroups import Respond, WorkGroups, behind, nowhere

logger = logging.getLogger(__name__)

_CONTENT_TYPE = "application/x-amz-json-1.1"
_MAX_ROWS = 1000
_MAX_IDS = 50

Request = dict[str, Any]
Response = dict[str, Any]


class AthenaService:
    """A local Athena.

    `endpoint_url` is where S3 and Glue answer; credentials are boto3's usual ones. What it
    remembers is under `state_dir`. Queries run on `threads` threads and share `memory_limit`.
    `upstream` answers as the Athena behind this one, where CloudFormation makes work groups.
    `trino` is the address of a Trino that answers queries in DuckDB's place.
    """

    def __init__(
        self,
        *,
        endpoint_url: str,
        state_dir: Path,
        region: str | None = None,
        threads: int = 4,
        memory_limit: str = "1GB",
        upstream: Respond | None = None,
        trino: str | None = None,
    ) -> None:
        region = region or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        session = boto3.Session(region_name=region)
        config = Config(max_pool_connections=32, retries={"mode": "standard"})

        def client(name: str, config: Config = config) -> Any:
            return session.client(name, endpoint_url=endpoint_url, config=config)

        s3 = client("s3", config.merge(Config(s3={"addressing_style": "path"})))
        glue = client("glue")
        storage = Storage(s3, endpoint_url, session.get_credentials(), region)
        self._store = Store(state_dir)
        self._engine = Engine.create(
            storage, spill_dir=state_dir / "spill", memory_limit=memory_limit, threads=2
        )
        self._work_groups = WorkGroups(self._store, behind(upstream) if upstream else nowhere)
        self._named = NamedQueries(self._store)
        self._prepared = PreparedStatements(self._store, self._work_groups)
        self._catalog = CatalogApi(glue)
        results = ResultStore(s3)
        answers = Answers(
            engine=self._engine,
            glue=glue,
            prepared_statements=self._prepared,
            results=results,
            trino=trino,
        )
        self._executions = Executions(
            answers=answers,
            results=results,
            store=self._store,
            work_groups=self._work_groups,
            threads=threads,
        )
        self._operations: dict[str, Callable[[Request], Response]] = {
            "StartQueryExecution": self._executions.start,
            "GetQueryExecution": self._get_execution,
            "BatchGetQueryExecution": self._batch_get_execution,
            "ListQueryExecutions": self._list_executions,
            "StopQueryExecution": lambda r: self._executions.stop(_required(r, "QueryExecutionId")),
            "GetQueryResults": self._get_results,
            "GetQueryRuntimeStatistics": self._get_runtime_statistics,
            "GetWorkGroup": self._get_work_group,
            "ListWorkGroups": lambda r: _paged("WorkGroups", self._work_groups.list(), r),
            "CreateWorkGroup": self._work_groups.create,
            "UpdateWorkGroup": self._work_groups.update,
            "DeleteWorkGroup": self._work_groups.delete,
            "CreateNamedQuery": self._named.create,
            "GetNamedQuery": self._named.get,
            "BatchGetNamedQuery": self._named.batch_get,
            "ListNamedQueries": self._list_named,
            "DeleteNamedQuery": self._named.delete,
            "CreatePreparedStatement": self._prepared.create,
            "GetPreparedStatement": self._prepared.get,
            "BatchGetPreparedStatement": self._prepared.batch_get,
            "ListPreparedStatements": lambda r: _paged(
                "PreparedStatements", self._prepared.list(r.get("WorkGroup") or "primary"), r
            ),
            "UpdatePreparedStatement": self._prepared.update,
            "DeletePreparedStatement": self._prepared.delete,
            "GetDatabase": self._catalog.get_database,
            "ListDatabases": lambda r: _paged("DatabaseList", self._catalog.databases(r), r),
            "GetTableMetadata": self._catalog.get_table,
            "ListTableMetadata": lambda r: _paged("TableMetadataList", self._catalog.tables(r), r),
            "GetDataCatalog": self._catalog.get_catalog,
            "ListDataCatalogs": lambda r: _paged(
                "DataCatalogsSummary", self._catalog.catalogs(), r
            ),
        }

    def handle(self, operation: str, request: Request) -> Response:
        """Answer one API call. Raises AthenaError."""
        found = self._operations.get(operation)
        if found is None:
            raise AthenaError(
                "InvalidRequestException",
                f"{operation} is not available in the local Athena"
                f" (there are: {', '.join(sorted(self._operations))})",
            )
        return found(request)

    def respond(self, operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer one HTTP request: status, headers and body as Athena's JSON protocol has them."""
        try:
            request = json.loads(body or b"{}")
            if not isinstance(request, dict):
                raise invalid_request("the request is not a JSON object")
            return _http(200, self.handle(operation, request))
        except ValueError as error:
            return _error(AthenaError("SerializationException", str(error)))
        except AthenaError as error:
            return _error(error)
        except Exception as error:  # the wire's last line: a caller gets an answer, always
            logger.exception("operation failed: %s", operation)
            return _error(
                AthenaError("InternalServerException", f"{type(error).__name__}: {error}")
            )

    def close(self) -> None:
        """Stop what runs and let everything go."""
        self._executions.close()
        self._engine.close()
        self._store.close()

    # ------------------------------------------------------------ executions

    def _get_execution(self, request: Request) -> Response:
        return {"QueryExecution": self._executions.get(_required(request, "QueryExecutionId"))}

    def _batch_get_execution(self, request: Request) -> Response:
        found, missing = [], []
        for name in request.get("QueryExecutionIds") or []:
            try:
                found.append(self._executions.get(name))
            except AthenaError as error:
                missing.append(
                    {
                        "QueryExecutionId": name,
                        "ErrorCode": "INVALID_INPUT",
                        "ErrorMessage": error.message,
                    }
                )
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def _list_executions(self, request: Request) -> Response:
        group = self._work_groups.get(request.get("WorkGroup") or "primary")
        return _paged("QueryExecutionIds", self._executions.ids(group["Name"]), request)

    def _get_results(self, request: Request) -> Response:
        columns, rows = self._executions.rows(_required(request, "QueryExecutionId"))
        size = request.get("MaxResults") or _MAX_ROWS
        if not 1 <= size <= _MAX_ROWS:
            raise invalid_request(f"MaxResults is more than maximum allowed length {_MAX_ROWS}.")
        start = _offset(request)
        response: Response = {
            "UpdateCount": 0,
            "ResultSet": {
                "Rows": page(rows[start : start + size]),
                "ResultSetMetadata": {"ColumnInfo": columns},
            },
        }
        if start + size < len(rows):
            response["NextToken"] = str(start + size)
        return response

    def _get_runtime_statistics(self, request: Request) -> Response:
        found = self._executions.get(_required(request, "QueryExecutionId"))["Statistics"]
        timeline = {k: v for k, v in found.items() if k.endswith("Millis")}
        scanned = {"InputBytes": found.get("DataScannedInBytes", 0)}
        return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": scanned}}

    # ------------------------------------------------------------ groups, saved queries

    def _get_work_group(self, request: Request) -> Response:
        return {"WorkGroup": self._work_groups.get(_required(request, "WorkGroup"))}

    def _list_named(self, request: Request) -> Response:
        ids = self._named.ids(request.get("WorkGroup") or "primary")
        return _paged("NamedQueryIds", ids, request)


def _required(request: Request, key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str) or not value:
        raise invalid_request(f"{key} is required")
    return value


def _offset(request: Request) -> int:
    token = str(request.get("NextToken") or "0")
    if not token.isdigit():
        raise invalid_request(f"Invalid NextToken: {token}")
    return int(token)


def _paged(key: str, items: list[Any], request: Request) -> Response:
    start, size = _offset(request), request.get("MaxResults") or _MAX_IDS
    response: Response = {key: items[start : start + size]}
    if start + size < len(items):
        response["NextToken"] = str(start + size)
    return response


def _http(status: int, content: Response) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": _CONTENT_TYPE}, json.dumps(content).encode()


def _error(error: AthenaError) -> tuple[int, dict[str, str], bytes]:
    content = {"__type": error.code, "Message": error.message, **error.details}
    status, headers, body = _http(error.status, content)
    return status, {**headers, "x-amzn-ErrorType": error.code}, body
