"""Questions to Athena, on a laptop or on AWS: awswrangler asks, plain Python is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import awswrangler as wr
import boto3
import numpy as np
import pandas as pd

_POLL_SECONDS = 0.05


class _Session(boto3.Session):  # type: ignore[misc]
    """Makes each client once: awswrangler asks for a new one at every step of a query."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def client(self, service_name: str, **options: Any) -> Any:
        if service_name not in self._made:
            self._made[service_name] = super().client(service_name, **options)
        return self._made[service_name]


@dataclass(frozen=True)
class Questions:
    """Asks one database through one work group, by this process's AWS settings."""

    database: str
    workgroup: str
    session: boto3.Session = field(default_factory=_Session)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query, as plain values with null as None.

        Raises awswrangler's QueryFailed with Athena's reason.
        """
        frame = wr.athena.read_sql_query(
            sql,
            database=self.database,
            workgroup=self.workgroup,
            ctas_approach=False,
            boto3_session=self.session,
            athena_query_wait_polling_delay=_POLL_SECONDS,
        )
        names = list(frame.columns)
        return [
            dict(zip(names, map(_plain, row), strict=True))
            for row in frame.itertuples(index=False, name=None)
        ]


def _plain(value: Any) -> Any:
    """A value without pandas and numpy: their nulls, numbers and timestamps become Python's."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
