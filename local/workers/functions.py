"""Invoking deployed functions, as the services that call them do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# "Invocation payload, synchronous: 6 MB each for request and response"
# (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
PAYLOAD_BYTES = 6 * 1024 * 1024

# A function may take 15 minutes. Retries are the caller's, who counts them.
CLIENT_SETTINGS: dict[str, Any] = {"read_timeout": 905, "retries": {"max_attempts": 0}}


@dataclass(frozen=True)
class Answer:
    """What a function answered. `error` is "" if it succeeded, else what kind of error it was."""

    body: bytes
    error: str = ""
    request_id: str = ""
    status: int = 200
    version: str = "$LATEST"


# (function name or ARN, payload) -> Answer. Raises botocore's errors if there was no invocation.
Invoke = Callable[[str, bytes], Answer]


def invoker(client: Any) -> Invoke:
    """Synchronous invocations through a boto3 Lambda client (made with CLIENT_SETTINGS)."""

    def invoke(function: str, payload: bytes) -> Answer:
        response = client.invoke(FunctionName=function, Payload=payload)
        return Answer(
            body=response["Payload"].read(),
            error=response.get("FunctionError", ""),
            request_id=response["ResponseMetadata"].get("RequestId", ""),
            status=response["StatusCode"],
            version=response.get("ExecutedVersion", "$LATEST"),
        )

    return invoke
