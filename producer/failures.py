"""What went wrong with a call, and what that means for its records."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

# Kinesis's own words for "later", and those of emulators.
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html#API_PutRecords_Errors
_PASSING = frozenset(
    (
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "KMSThrottlingException",
        "ThrottlingException",
        "Throttling",
        "RequestLimitExceeded",
        "InternalFailure",
        "InternalFailureException",
        "ServiceUnavailable",
        "RequestTimeoutException",
        "ResourceInUseException",  # the stream is being created
    )
)
_UNACCEPTABLE = frozenset(
    (
        "ValidationException",
        "InvalidArgumentException",
        "SerializationException",
        "RequestEntityTooLarge",
        "413",
    )
)
_NO_ANSWER = (
    aws.HTTPClientError,
    aws.ConnectionError,
    aws.IncompleteReadError,
    ResponseParserError,
)


class SendError(Exception):
    """No record can be sent; the message is one line that names the cure."""


class Verdict(Enum):
    """What a call's failure means.

    LATER: Kinesis took nothing, and will. UNKNOWN: the answer was lost, or the call never left.
    Sending again is harmless even then: it is the same bytes, and an event counts once.
    UNACCEPTABLE: something in the call is not as Kinesis wants it, so a record is to blame.
    """

    LATER = "later"
    UNKNOWN = "unknown"
    UNACCEPTABLE = "unacceptable"


def judge(error: Exception, *, stream: str, has_connected: bool) -> tuple[Verdict, str]:
    """What boto3's `error` means for the records of a call, and why.

    Raises SendError if no call can succeed. If none has `has_connected` so far, an endpoint that
    cannot be reached is a mistake in the settings; later on it is an outage. What is no error of a
    call is raised again.
    """
    if isinstance(error, aws.ClientError):
        return _judge_answer(error, stream)
    if isinstance(error, aws.ConnectionError) and not has_connected:
        raise SendError(f"{error}: check --endpoint-url and the network") from error
    if isinstance(error, _NO_ANSWER):
        return Verdict.UNKNOWN, str(error)
    if isinstance(error, aws.NoCredentialsError | aws.PartialCredentialsError):
        cure = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise SendError(f"{error}: {cure}") from error
    if isinstance(error, aws.BotoCoreError):
        raise SendError(str(error)) from error
    raise error


def _judge_answer(error: aws.ClientError, stream: str) -> tuple[Verdict, str]:
    answer = error.response.get("Error", {})
    code = answer.get("Code", "")
    reason = f"{code}: {answer.get('Message', '')}"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _PASSING or status >= 500 or status == 429:
        return Verdict.LATER, reason
    if code in _UNACCEPTABLE:
        return Verdict.UNACCEPTABLE, reason
    if code == "ResourceNotFoundException":
        raise SendError(
            f"no stream is called {stream!r}: deploy first, or name another with --stream"
        ) from error
    raise SendError(f"Kinesis refused the call ({reason})") from error


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff with full jitter: up to `base_seconds`, twice that, ..., `cap_seconds`.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    base_seconds: float = 0.1
    cap_seconds: float = 5.0

    def seconds(self, failures: int) -> float:
        """How long to wait after this many failures in a row (1 or more)."""
        # 2**30 is past any cap, and far from what a float can hold.
        longest = min(self.cap_seconds, self.base_seconds * 2 ** min(failures - 1, 30))
        return random.uniform(0, longest)  # noqa: S311 - jitter, no secret
