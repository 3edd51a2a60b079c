"""The publisher: a CloudFormation custom resource that makes the views exist.

In a new lake it creates the state object, sealed before the deployment's epoch, and speed-only
views with the same cut. In a lake with a boundary it renders the views anew for the boundary that
it read, guarded by the version of the Glue table, so it never moves a boundary back. It deletes
nothing: a stack that goes away leaves its views and its state as they are.
"""

from __future__ import annotations

import json
import os
import urllib.request
from dataclasses import replace
from typing import Any

import boto3
from aws_lambda_powertools import Logger

from lakehouse import layout
from lakehouse.boundary import Boundary, first_boundary
from lakehouse.dataset import Dataset
from lakehouse.datasets import get_dataset
from lakehouse.epochs import epoch_after, epoch_of, s3_time
from lakehouse.state import State
from lakehouse.view_tables import View, definition_problem, table_input
from lakehouse.views import render_views
from lakehouse.windows import parse_window

logger = Logger(service="publish-views")

_ANSWER_SECONDS = 30
_TRIES = 5


class PublicationError(RuntimeError):
    """The views could not be published; the message says why and what to do."""


class _OvertakenError(RuntimeError):
    """Somebody published between our read and our write."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> None:
    """Publish the views of `Datasets`, and answer CloudFormation.

    `Windows` are the datasets' windows as text, `Since` the epoch in which their projection begins.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
    """
    status, reason = "SUCCESS", "published"
    try:
        if event["RequestType"] != "Delete":
            s3, glue = boto3.client("s3"), boto3.client("glue")
            properties = event["ResourceProperties"]
            for name in properties["Datasets"]:
                window = parse_window(properties["Windows"][name])
                publish(
                    s3,
                    glue,
                    replace(get_dataset(name), window=window),
                    since=properties["Since"],
                    bucket=os.environ["LAKE_BUCKET"],
                    database=os.environ["DATABASE"],
                )
    except Exception as error:
        # CloudFormation waits an hour for an answer that never comes, so every failure is one.
        logger.exception("views not published")
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    _answer(event, context, status=status, reason=reason)


def publish(
    s3: Any, glue: Any, dataset: Dataset, *, since: str, bucket: str, database: str
) -> Boundary:
    """Make the state object and every view of a dataset exist. Returns the boundary published.

    Starts again when a batch run publishes in between. Raises PublicationError when that happens
    every time, and when a view would be wrong: the state object or the serving view of a lake with
    runs is gone, the dataset is defined otherwise than what is batched, or the projection of the
    speed rows begins after the cut.
    """
    is_new = _find_view(glue, database, layout.serving_view(dataset.name)) is None
    state = _read_or_create_state(s3, bucket, dataset, is_new=is_new)
    for _ in range(_TRIES):
        try:
            return _publish_once(glue, dataset, state, since=since, database=database)
        except _OvertakenError:
            logger.info("overtaken by another publication", extra={"dataset": dataset.name})
    raise PublicationError(
        f"dataset {dataset.name!r} was published {_TRIES} times by others meanwhile: deploy again"
    )


def _publish_once(
    glue: Any, dataset: Dataset, state: State, *, since: str, database: str
) -> Boundary:
    found = _find_view(glue, database, layout.serving_view(dataset.name))
    if found is None and state.run > 0:
        raise PublicationError(
            f"the serving view {dataset.name!r} is gone, but run {state.run} was taken: restore "
            "the last version of its Glue table; a new one would lose what is batched"
        )
    if found is None:
        boundary = first_boundary(state.seal)
    else:
        boundary = _boundary_of(found)
        problem = definition_problem(dataset, boundary, found["Parameters"])
        if problem:
            raise PublicationError(problem)
        boundary = replace(boundary, serial=boundary.serial + 1)
    if since > epoch_after(boundary.cut):
        raise PublicationError(
            f"since={since} would hide speed rows of {dataset.name!r} after {boundary.cut}: "
            "set it to the lake's first deployment, or earlier"
        )
    serving, *others = render_views(dataset, boundary)
    _put_view(glue, database, serving, boundary, found)
    for view in others:
        _put_other(glue, database, view, boundary)
    logger.info("views published", extra={"dataset": dataset.name, "serial": boundary.serial})
    return boundary


def _put_other(glue: Any, database: str, view: View, boundary: Boundary) -> None:
    """A view beside the serving view: its own boundary is no record, but never moves back."""
    found = _find_view(glue, database, view.name)
    if found and _boundary_of(found).serial > boundary.serial:
        return
    _put_view(glue, database, view, boundary, found)


def _put_view(
    glue: Any, database: str, view: View, boundary: Boundary, found: dict[str, Any] | None
) -> None:
    """Create a view, or replace the version that was found. Raises _OvertakenError."""
    table = table_input(view, boundary, database=database)
    try:
        if found is None:
            glue.create_table(DatabaseName=database, TableInput=table)
        else:
            glue.update_table(DatabaseName=database, TableInput=table, VersionId=found["VersionId"])
    except (
        glue.exceptions.AlreadyExistsException,
        glue.exceptions.ConcurrentModificationException,
        glue.exceptions.VersionMismatchException,
    ) as error:
        raise _OvertakenError(view.name) from error


def _find_view(glue: Any, database: str, name: str) -> dict[str, Any] | None:
    try:
        table: dict[str, Any] = glue.get_table(DatabaseName=database, Name=name)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return None
    return table


def _boundary_of(table: dict[str, Any]) -> Boundary:
    try:
        return Boundary.from_parameters(table.get("Parameters", {}))
    except KeyError:
        raise PublicationError(
            f"{table['Name']!r} is in the database and not ours: drop or rename it, deploy again"
        ) from None


def _read_or_create_state(s3: Any, bucket: str, dataset: Dataset, *, is_new: bool) -> State:
    """The state object, created in a new lake: sealed before the epoch of S3's now.

    In a lake that has views it must not start over: numbers of runs would be used twice.
    """
    key = layout.state_key(dataset.name)
    try:
        return State.from_json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey as error:
        now = s3_time(error.response["ResponseMetadata"]["HTTPHeaders"])
    if not is_new:
        raise PublicationError(
            f"s3://{bucket}/{key} is gone, but the views of {dataset.name!r} are there; a new "
            "one would use numbers of runs twice: docs/decisions/0007-a-lost-state-object.md"
        )
    state = State(run=0, seal=epoch_after(epoch_of(now), -1))
    s3.put_object(Bucket=bucket, Key=key, Body=state.to_json(), IfNoneMatch="*")
    return state


def _answer(event: dict[str, Any], context: Any, *, status: str, reason: str) -> None:
    body = {
        "Status": status,
        "Reason": reason[:1000],
        "PhysicalResourceId": event.get("PhysicalResourceId", "lakehouse-views"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    logger.info("answering", extra={"status": status, "log_stream": context.log_stream_name})
    request = urllib.request.Request(  # noqa: S310 -- the address is CloudFormation's own
        event["ResponseURL"],
        data=json.dumps(body).encode(),
        method="PUT",
        headers={"Content-Type": ""},
    )
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310
        pass
