"""What the commands share: how they fail in one line, and which AWS they speak to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from lakehouse.dataset import Dataset
from lakehouse.datasets import UnknownDatasetError, get_dataset
from local.environment import STRAY, client_environment
from local.region import Region

FAILURE, MISTAKE, INTERRUPTED = 1, 2, 130

ENDPOINT = "AWS_ENDPOINT_URL"


class CommandError(Exception):
    """One line for the user, and the exit status: FAILURE, or MISTAKE if they can cure it."""

    def __init__(self, message: str, status: int = FAILURE) -> None:
        super().__init__(" ".join(message.split()))
        self.status = status


def dataset_named(name: str) -> Dataset:
    """The dataset of that name. Raises CommandError with the names that there are."""
    try:
        return get_dataset(name)
    except UnknownDatasetError as error:
        raise CommandError(str(error.args[0]), MISTAKE) from None


def note(text: str) -> None:
    """A line that is not part of the output."""
    sys.stderr.write(f"{text}\n")


def choose_aws() -> str:
    """Point this process's clients at AWS_ENDPOINT_URL, else at the region that is up here.

    Returns what they speak to; without either, AWS with the user's own settings. Raises
    CommandError if the region here is down: what is meant for it is not for AWS.
    """
    if endpoint := os.environ.get(ENDPOINT):
        return endpoint
    region = Region()
    status = region.status()
    if not status.is_up:
        if region.home.state.exists():
            raise CommandError(
                f"the region in {region.home.path} is not up; run: lakehouse up, or, to speak to "
                f"AWS, the same outside of {region.home.path.parent}",
                MISTAKE,
            )
        return "AWS"
    for name in STRAY:
        os.environ.pop(name, None)
    os.environ.update(client_environment(status.endpoint))
    return status.endpoint


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn what AWS clients raise into CommandError."""
    from botocore import exceptions as aws

    try:
        yield
    except (aws.NoCredentialsError, aws.NoRegionError) as error:
        reason = str(error).rstrip(".")
        if endpoint := os.environ.get(ENDPOINT):
            raise CommandError(
                f"{ENDPOINT} is {endpoint}, but: {reason}; or unset {ENDPOINT}, to speak to a "
                "region that is up here",
                MISTAKE,
            ) from None
        raise CommandError(
            f"no region is up here, and for AWS: {reason}; run: lakehouse up", MISTAKE
        ) from None
    except aws.EndpointConnectionError as error:
        raise CommandError(f"{error} Is the region up? Run: lakehouse up") from None
    except aws.ClientError as error:
        details = error.response["Error"]
        raise CommandError(f"{details['Code']}: {details['Message']}") from None
    except aws.BotoCoreError as error:
        raise CommandError(str(error)) from None
