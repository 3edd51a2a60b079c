"""The two ways in which Athena says no: an API call that is refused, and a query that failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

USER_ERROR = 2
SYSTEM_ERROR = 1

# Athena's own catalogue of error types has ranges, not one number for each cause:
# https://docs.aws.amazon.com/athena/latest/ug/error-reference-error-type-reference.html
_USER_ERROR_TYPE = 1006
_SYSTEM_ERROR_TYPE = 100


class AthenaError(Exception):
    """A refused API call. `code` is the exception's name in the Athena API."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def status(self) -> int:
        """The HTTP status that carries this error."""
        return 500 if self.code == "InternalServerException" else 400


def invalid_request(message: str, *, code: str = "INVALID_INPUT") -> AthenaError:
    return AthenaError("InvalidRequestException", message, AthenaErrorCode=code)


@dataclass
class QueryFailure(Exception):
    """A query that cannot be answered, with Athena's name for the reason.

    `reason` is what GetQueryExecution gives as StateChangeReason:
    `TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.t' does not exist`.
    """

    code: str
    message: str
    position: tuple[int, int] | None = None
    category: int = USER_ERROR
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.reason)

    @property
    def reason(self) -> str:
        place = f"line {self.position[0]}:{self.position[1]}: " if self.position else ""
        return f"{self.code}: {place}{self.message}"

    @property
    def athena_error(self) -> dict[str, Any]:
        """The AthenaError object of a query execution's status."""
        is_user_error = self.category == USER_ERROR
        return {
            "ErrorCategory": self.category,
            "ErrorType": _USER_ERROR_TYPE if is_user_error else _SYSTEM_ERROR_TYPE,
            "Retryable": not is_user_error,
            "ErrorMessage": self.reason,
        }


class QueryCancelled(Exception):
    """The query was stopped, by StopQueryExecution or by a limit of its work group."""


def not_supported(what: str, position: tuple[int, int] | None = None) -> QueryFailure:
    """What Athena may well do and this one does not: refused rather than guessed."""
    return QueryFailure("NOT_SUPPORTED", f"{what} is not available in the local Athena", position)
