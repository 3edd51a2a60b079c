"""What goes wrong in the work of a repair, as one line for its user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.command import FAILURE, MISTAKE, CommandError, aws_errors


@contextmanager
def repair_errors() -> Iterator[None]:
    """Turn what the batch job's and the λ's functions and AWS clients raise into CommandError."""
    from glue_jobs.engine import EngineError
    from glue_jobs.logs import one_line
    from glue_jobs.objects import NotDeletedError
    from glue_jobs.publication import (
        DefinitionError,
        NotDeployedError,
        PublicationRefusedError,
        PublicationUnknownError,
    )
    from glue_jobs.rollback import RollbackError
    from glue_jobs.run import SupersededError
    from glue_jobs.state import LeaseError, StateError
    from lambdas.speed_view import MissingStateError
    from local.audit import BoundaryMovedError
    from local.replay import NotTakenOutError

    mistakes = (NotDeployedError, DefinitionError, RollbackError)
    failures = (
        BoundaryMovedError,
        EngineError,
        LeaseError,
        MissingStateError,
        NotDeletedError,
        NotTakenOutError,
        PublicationRefusedError,
        PublicationUnknownError,
        StateError,
        SupersededError,
    )
    with aws_errors():
        try:
            yield
        except mistakes as error:
            raise CommandError(str(error), MISTAKE) from None
        except failures as error:
            raise CommandError(str(error), FAILURE) from None
        except BrokenPipeError:
            raise  # who read our output has had enough, which is no failure
        except OSError as error:
            # Of S3, by the library that reads and writes the tables' files; or of this machine.
            raise CommandError(one_line(str(error)) or type(error).__name__, FAILURE) from None
