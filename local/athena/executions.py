"""Query executions: queued, run on a few threads, their results and their history kept."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from local.athena import prepared, statements
from local.athena.answers import Answers, Live
from local.athena.catalog import CATALOG
from local.athena.errors import (
    SYSTEM_ERROR,
    QueryCancelled,
    QueryFailure,
    invalid_request,
)
from local.athena.result_store import ResultStore
from local.athena.results import Row
from local.athena.storage import Meter
from local.athena.store import Store
from local.athena.workgroups import ENGINE, WorkGroups, output_location

logger = logging.getLogger(__name__)

_KIND = "execution"
_TOKENS = "client token"
FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


class Executions:
    """All executions of the service, live and past."""

    def __init__(
        self,
        *,
        answers: Answers,
        results: ResultStore,
        store: Store,
        work_groups: WorkGroups,
        threads: int,
    ) -> None:
        self._answers = answers
        self._results = results
        self._store = store
        self._work_groups = work_groups
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="athena-query")
        self._lock = threading.Lock()
        self._live: dict[str, Live] = {}
        self._end_what_a_restart_ended()

    def close(self) -> None:
        """Stop what runs; its state becomes CANCELLED."""
        for live in list(self._live.values()):
            self._stop(live)
        self._pool.shutdown(cancel_futures=True)

    def _end_what_a_restart_ended(self) -> None:
        for body in self._store.all(_KIND):
            if body["Status"]["State"] not in FINAL:
                self._finish(body, "FAILED", QueryFailure(
                    "GENERIC_INTERNAL_ERROR", "the local Athena stopped while the query ran",
                    category=SYSTEM_ERROR,
                ))  # fmt: skip

    # ------------------------------------------------------------ API

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        sql = request.get("QueryString") or ""
        if not sql.strip():
            raise invalid_request("QueryString is required")
        with self._lock:
            known = self._by_token(request)
            if known is not None:
                return {"QueryExecutionId": known}
            body, limit = self._new(request)
            live = Live(body, Meter(limit))
            self._live[body["QueryExecutionId"]] = live
            self._store.put(_KIND, body["QueryExecutionId"], body)
            token = request.get("ClientRequestToken")
            if token:
                kept = {"id": body["QueryExecutionId"], "request": _fingerprint(request)}
                self._store.put(_TOKENS, token, kept)
        self._pool.submit(self._execute, live)
        return {"QueryExecutionId": body["QueryExecutionId"]}

    def _by_token(self, request: dict[str, Any]) -> str | None:
        known = self._store.get(_TOKENS, request.get("ClientRequestToken") or "")
        if known is None:
            return None
        if known["request"] != _fingerprint(request):
            raise invalid_request("Idempotent parameters do not match")
        return str(known["id"])

    def _new(self, request: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
        group = self._work_groups.get(request.get("WorkGroup") or "primary")
        if group["State"] != "ENABLED":
            raise invalid_request(f"WorkGroup {group['Name']} is disabled")
        name = str(uuid.uuid4())
        location = output_location(group, request)
        context = request.get("QueryExecutionContext") or {}
        asked = request.get("ResultConfiguration") or {}
        body = {
            "QueryExecutionId": name,
            "Query": request["QueryString"],
            "StatementType": _statement_type(request["QueryString"]),
            "ResultConfiguration": {
                **{k: v for k, v in asked.items() if k == "EncryptionConfiguration"},
                "OutputLocation": f"{location}{name}.csv",
            },
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": {
                "Catalog": context.get("Catalog", CATALOG).lower(),
                **({"Database": context["Database"].lower()} if context.get("Database") else {}),
            },
            "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
            "Statistics": {},
            "WorkGroup": group["Name"],
            "EngineVersion": ENGINE,
            "ExecutionParameters": list(request.get("ExecutionParameters") or []),
            "SubstatementType": "",
        }
        if body["StatementType"] != "DML":
            body["ResultConfiguration"]["OutputLocation"] = f"{location}{name}.txt"
        return body, group["Configuration"].get("BytesScannedCutoffPerQuery")

    def get(self, name: str) -> dict[str, Any]:
        """Raises InvalidRequestException for an id that was never given."""
        live = self._live.get(name)
        found = json.loads(json.dumps(live.body)) if live else self._store.get(_KIND, name)
        if found is None:
            raise invalid_request(f"QueryExecution {name} was not found")
        for empty in ("SubstatementType", "ExecutionParameters"):
            if not found[empty]:
                del found[empty]
        return dict(found)

    def ids(self, work_group: str) -> list[str]:
        """The newest first."""
        found = self._store.all(_KIND)
        return [b["QueryExecutionId"] for b in found if b["WorkGroup"] == work_group]

    def stop(self, name: str) -> dict[str, Any]:
        self.get(name)
        live = self._live.get(name)
        if live is not None:
            self._stop(live)
        return {}

    def _stop(self, live: Live) -> None:
        live.meter.is_stopped = True
        if live.run is not None:
            live.run.stop()

    # ------------------------------------------------------------ results

    def rows(self, name: str) -> tuple[list[dict[str, Any]], list[Row]]:
        """Columns and rows (a query's header first) of an execution that has succeeded."""
        body = self.get(name)
        state = body["Status"]["State"]
        if state not in FINAL:
            raise invalid_request(f"Query has not yet finished. Current state: {state}")
        if state != "SUCCEEDED":
            raise invalid_request(f"Query did not finish successfully. Final query state: {state}")
        return self._results.read(body)

    # ------------------------------------------------------------ running

    def _execute(self, live: Live) -> None:
        """One execution from its start to its end. Nothing escapes: it ends in a final state."""
        body = live.body
        try:
            live.meter.check()
            self._move(live, "RUNNING")
            self._answers.write(live)
            live.meter.check()
        except QueryCancelled as verdict:
            self._end(live, "CANCELLED", verdict)
        except QueryFailure as failure:
            self._end(live, "FAILED", failure)
        except ClientError as error:
            self._end(live, "FAILED", QueryFailure("GENERIC_USER_ERROR", str(error)))
        except Exception as error:  # a thread's last line: a bug must not leave RUNNING behind
            logger.exception("query failed: %s", body["QueryExecutionId"])
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            bug = QueryFailure("GENERIC_INTERNAL_ERROR", said, category=SYSTEM_ERROR)
            self._end(live, "FAILED", bug)
        else:
            self._end(live, "SUCCEEDED")
        finally:
            self._live.pop(body["QueryExecutionId"], None)

    # ------------------------------------------------------------ states

    def _move(self, live: Live, state: str) -> None:
        live.body["Status"] = {**live.body["Status"], "State": state}
        live.body["Statistics"]["QueryQueueTimeInMillis"] = live.millis()
        self._store.put(_KIND, live.body["QueryExecutionId"], live.body)

    def _end(
        self, live: Live, state: str, reason: QueryFailure | QueryCancelled | None = None
    ) -> None:
        spent = live.millis()
        queued = live.body["Statistics"].get("QueryQueueTimeInMillis", 0)
        live.body["Statistics"] |= {
            "EngineExecutionTimeInMillis": max(spent - queued, 0),
            "DataScannedInBytes": live.meter.bytes,
            "TotalExecutionTimeInMillis": spent,
            "QueryQueueTimeInMillis": queued,
            "ServicePreProcessingTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        self._finish(live.body, state, reason)

    def _finish(
        self,
        body: dict[str, Any],
        state: str,
        reason: QueryFailure | QueryCancelled | None = None,
    ) -> None:
        status = {**body["Status"], "State": state, "CompletionDateTime": time.time()}
        if reason is not None:
            status["StateChangeReason"] = str(reason)
        if isinstance(reason, QueryFailure):
            status["StateChangeReason"] = reason.reason
            status["AthenaError"] = reason.athena_error
        body["Status"] = status
        self._store.put(_KIND, body["QueryExecutionId"], body)


def _fingerprint(request: dict[str, Any]) -> str:
    content = {k: v for k, v in request.items() if k != "ClientRequestToken"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _statement_type(sql: str) -> str:
    try:
        if prepared.runs_a_query(sql):
            return "DML"
        found = statements.find(sql)
    except QueryFailure:
        return "DDL"
    return found[0].type if found else "DML"
