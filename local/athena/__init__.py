"""Athena on a laptop: the API in front, sqlglot and DuckDB behind, Glue and S3 below."""

from local.athena.errors import AthenaError
from local.athena.service import AthenaService

__all__ = ["AthenaError", "AthenaService"]
