"""AWS clients, and what it means when one of their calls fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.parsers import ResponseParserError

# There is no answer, or none that can be read: the call may have taken effect all the same.
LOST_ANSWER = (ConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError)
CALL_FAILED = (ClientError, *LOST_ANSWER)


@dataclass(frozen=True)
class Clients:
    """AWS, twice: `_once` never retries, for writes whose outcome must not be guessed.

    Without `cloudwatch`, no metric is put.
    """

    s3: Any
    s3_once: Any
    glue: Any
    glue_once: Any
    cloudwatch: Any = None


def clients() -> Clients:
    """Clients of the environment's region and endpoint."""
    once = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    # A network without a way to CloudWatch must not hold a run up.
    quick = once.merge(Config(connect_timeout=5, read_timeout=5))
    return Clients(
        s3=boto3.client("s3"),
        s3_once=boto3.client("s3", config=once),
        glue=boto3.client("glue"),
        glue_once=boto3.client("glue", config=once),
        cloudwatch=boto3.client("cloudwatch", config=quick),
    )
