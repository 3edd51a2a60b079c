"""Deleting objects of S3, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glue_jobs.engine import Checkpoint, no_checkpoint

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_AT_ONCE = 1000


class NotDeletedError(RuntimeError):
    """S3 did not delete some objects; the message names the first, and why."""


def delete_objects(
    s3: Any, bucket: str, keys: Sequence[str], *, checkpoint: Checkpoint = no_checkpoint
) -> int:
    """Delete objects, whether they are there or not. Returns how many keys there were.

    Raises NotDeletedError at the first that S3 refuses; those before it are gone.
    """
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        objects = [{"Key": key} for key in some]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        checkpoint(f"deleted {len(some)} objects")
        for error in answer.get("Errors", ()):
            reason = f"{error.get('Code')}: {error.get('Message')}"
            raise NotDeletedError(f"s3://{bucket}/{error['Key']}: {reason}")
    return len(keys)
