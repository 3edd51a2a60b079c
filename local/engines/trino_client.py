"""Questions to a Trino over its client protocol, answered in pages as they come.

https://trino.io/docs/476/develop/client-protocol.html
"""

from __future__ import annotations

import contextlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_BUSY_SECONDS = 0.1
_BUSY = (429, 502, 503, 504)
_TRIES = 100
_ANSWER_SECONDS = 60.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class TrinoFailure(Exception):
    """A statement that failed: Trino's name for the reason, and where it saw it."""

    name: str
    message: str
    is_users: bool = False
    position: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        super().__init__(f"{self.name}: {self.message}")


@dataclass
class Asked:
    """One statement at Trino: `columns` (name, type) are known with the first page."""

    pages: Iterator[list[list[Any]]] = field(default_factory=lambda: iter(()))
    columns: list[tuple[str, str]] = field(default_factory=list)
    # What Trino says that it has read of files so far, in bytes.
    physical_bytes: int = 0
    query_id: str = ""
    next_uri: str | None = None
    check: Callable[[], None] = lambda: None


def direct(request: urllib.request.Request) -> Any:
    """What answers, whatever proxy this machine needs for others. Raises OSError."""
    return _DIRECT.open(request, timeout=_ANSWER_SECONDS)


class TrinoClient:
    """A client of the Trino at `url`; `session` are session properties."""

    def __init__(
        self,
        url: str,
        *,
        catalog: str = "",
        schema: str = "",
        session: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self._headers = {
            "X-Trino-User": "lakehouse",
            "X-Trino-Time-Zone": "UTC",
            # Without it every timestamp is one of three digits.
            "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
        }
        if catalog:
            self._headers["X-Trino-Catalog"] = catalog
        if schema:
            self._headers["X-Trino-Schema"] = schema
        if session:
            self._headers["X-Trino-Session"] = ",".join(f"{k}={v}" for k, v in session.items())

    def start(self, sql: str, check: Callable[[], None] = lambda: None) -> Asked:
        """Ask. Returns when the columns are known, or it has ended. Raises TrinoFailure.

        `check` is called again and again while Trino works, here and while pages are read; what it
        raises ends the query.
        """
        asked = Asked(check=check)
        first = self._call("POST", f"{self.url}/v1/statement", sql.encode())
        kept = self._take(asked, first)
        while not asked.columns and asked.next_uri:
            kept += self._next(asked)
        asked.pages = self._pages(asked, kept)
        return asked

    def ask(self, sql: str) -> tuple[list[tuple[str, str]], list[list[Any]]]:
        """Columns and rows, all of them. Raises TrinoFailure."""
        asked = self.start(sql)
        rows = [row for page in asked.pages for row in page]
        return asked.columns, rows

    def cancel(self, asked: Asked) -> None:
        """End what still runs, if Trino is there to be told."""
        uri, asked.next_uri = asked.next_uri, None
        if uri:
            with contextlib.suppress(TrinoFailure):
                self._call("DELETE", uri)

    def _pages(self, asked: Asked, kept: list[list[Any]]) -> Iterator[list[list[Any]]]:
        if kept:
            yield kept
        while asked.next_uri:
            if page := self._next(asked):
                yield page

    def _next(self, asked: Asked) -> list[list[Any]]:
        try:
            asked.check()
            return self._take(asked, self._call("GET", asked.next_uri or ""))
        except BaseException:
            self.cancel(asked)
            raise

    def _take(self, asked: Asked, answer: Mapping[str, Any]) -> list[list[Any]]:
        asked.query_id = answer["id"]
        asked.next_uri = answer.get("nextUri")
        asked.physical_bytes = answer.get("stats", {}).get("physicalInputBytes", 0)
        if "error" in answer:
            error = answer["error"]
            at = error.get("errorLocation")
            position = (at["lineNumber"], at["columnNumber"]) if at else None
            is_users = error.get("errorType") == "USER_ERROR"
            raise TrinoFailure(error["errorName"], error.get("message") or "", is_users, position)
        if not asked.columns and answer.get("columns"):
            asked.columns = [(c["name"], c["type"]) for c in answer["columns"]]
        return list(answer.get("data") or ())

    def _call(self, method: str, url: str, body: bytes | None = None) -> dict[str, Any]:
        """Raises TrinoFailure if Trino does not answer; when it is busy it is asked again."""
        request = urllib.request.Request(  # noqa: S310 - on loopback
            url, body, self._headers, method=method
        )
        for _ in range(_TRIES):
            try:
                with direct(request) as response:
                    return json.loads(response.read() or b"{}")  # type: ignore[no-any-return]
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY:
                    raise TrinoFailure("SERVER_ERROR", f"Trino answers {error}") from error
                time.sleep(_BUSY_SECONDS)
            except (OSError, http.client.HTTPException) as error:
                raise TrinoFailure("SERVER_ERROR", f"Trino does not answer: {error}") from error
        raise TrinoFailure("SERVER_ERROR", "Trino stays busy")
