"""The state object: run numbers, the seal and the lease, moved by compare-and-swap.

Every write says which version it replaces (`If-Match`), so of two writers one has to read again.
Time is S3's own, from the `Date` header of its answers. See
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from glue_jobs.aws import LOST_ANSWER
from glue_jobs.engine import Checkpoint, no_checkpoint
from lakehouse.epochs import advanced_seal, epoch_of, s3_time
from lakehouse.state import Lease, State

# How long a recompute asks ordinary runs to stand aside if it never says that it ended: as long as
# the job may run.
LEASE = timedelta(hours=8)
_TRIES = 20
# 404 is what If-Match answers when the object vanished between our GET and our PUT: read again,
# and that read says so. 409 is another conditional write under way, 412 one that was first.
_READ_AGAIN = (404, 409, 412)


class StateError(RuntimeError):
    """The state object is missing, or never still long enough to be written."""


class LeaseError(RuntimeError):
    """A recompute holds the lease: this run stands aside. Nothing was changed."""


@dataclass(frozen=True)
class RunStart:
    """What a run is given: its number, the new cut, and S3's time when it took them."""

    run: int
    cut: str
    began: datetime


@dataclass(frozen=True)
class StateObject:
    """The state object of one dataset. `s3_once` is a client that never retries: see `_swap`."""

    s3: Any
    s3_once: Any
    bucket: str
    key: str
    checkpoint: Checkpoint = no_checkpoint

    def take_run(self, *, after: int, with_lease: bool, ignores_lease: bool = False) -> RunStart:
        """Take the next run number and move the seal, in one write. Raises LeaseError, StateError.

        `after` is the published run: a state that has not counted so far has been started over, and
        its numbers were used before. A number whose write had an unknown outcome is given up: it
        may have been taken. With `ignores_lease`, a lease that somebody holds is ended.
        """
        owner = uuid.uuid4().hex

        def next_state(state: State, now: datetime) -> State:
            if state.run < after:
                raise StateError(
                    f"s3://{self.bucket}/{self.key} counts {state.run} runs, but run {after} is "
                    "published: docs/decisions/0007-a-lost-state-object.md"
                )
            is_held = state.lease and state.lease.owner != owner
            is_held = is_held and not ignores_lease
            if state.lease and is_held and state.lease.expires_at > now:
                raise LeaseError(
                    f"run {state.lease.run} recomputes and has asked others to stand aside until "
                    f"{state.lease.expires_at:%Y-%m-%d %H:%M} UTC: nothing to do (if that run was "
                    "killed: lakehouse batch --ignore-lease)"
                )
            run = state.run + 1
            return State(
                run=run,
                seal=advanced_seal(state.seal, s3_epoch=epoch_of(now)),
                lease=Lease(run, now + LEASE, owner) if with_lease else None,
            )

        state, began = self._swap(next_state)
        return RunStart(run=state.run, cut=state.seal, began=began)

    def now(self) -> datetime:
        """S3's time, from an answer that begins now. Raises StateError if there is no state."""
        _, _, now = self._read()
        self.checkpoint("state read")
        return now

    def release(self, run: int) -> None:
        """Give the lease back, if `run` has it."""

        def without_lease(state: State, now: datetime) -> State:  # noqa: ARG001
            return replace(state, lease=None) if state.lease and state.lease.run == run else state

        self._swap(without_lease)

    def _swap(self, change: Callable[[State, datetime], State]) -> tuple[State, datetime]:
        """Replace the state by what `change` makes of it. Returns it, and S3's time of the write.

        The write is sent once. If its outcome is unknown it may have landed, so it is neither sent
        again nor taken for ours: the state is read anew and changed from there.
        """
        for _ in range(_TRIES):
            state, etag, now = self._read()
            self.checkpoint("state read")
            changed = change(state, now)
            if changed == state:
                return state, now
            try:
                answer = self.s3_once.put_object(
                    Bucket=self.bucket, Key=self.key, Body=changed.to_json(), IfMatch=etag
                )
            except LOST_ANSWER:
                self.checkpoint("state write: outcome unknown")
                continue
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status not in _READ_AGAIN and status < 500:
                    raise
                self.checkpoint("state write refused")
                continue
            self.checkpoint("state written")
            return changed, s3_time(answer["ResponseMetadata"]["HTTPHeaders"])
        raise StateError(
            f"s3://{self.bucket}/{self.key} changed under {_TRIES} attempts to write it: run again"
        )

    def _read(self) -> tuple[State, str, datetime]:
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                raise
            raise StateError(
                f"s3://{self.bucket}/{self.key} is missing: a deployment creates it in a new "
                "lake only; docs/decisions/0007-a-lost-state-object.md says how to restore it"
            ) from None
        state = State.from_json(answer["Body"].read())
        return state, answer["ETag"], s3_time(answer["ResponseMetadata"]["HTTPHeaders"])
