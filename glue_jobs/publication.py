"""The published boundary: read with its version, and replaced under that version's guard.

Glue refuses an UpdateTable whose VersionId is not the table's current one, so of two runs that
started from one boundary, one publishes. The update is sent once; whatever it answers, the table
is then read, and only its boundary says who is dead.
https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from glue_jobs.aws import CALL_FAILED
from glue_jobs.engine import Checkpoint, no_checkpoint
from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.dataset import Dataset
from lakehouse.view_tables import View, definition_problem, table_input
from lakehouse.views import render_views

logger = logging.getLogger(__name__)


class NotDeployedError(RuntimeError):
    """There is no serving view to publish."""


class PublicationUnknownError(RuntimeError):
    """Neither the update's answer nor the table could be read."""


@dataclass(frozen=True)
class Published:
    """A boundary, and the version of the Glue table that it was read from.

    `lowest` is the lowest serial among the dataset's views, which were read after it.
    """

    boundary: Boundary
    version: str
    parameters: Mapping[str, str]
    lowest: int


class PublicationRefusedError(RuntimeError):
    """Glue did not take the update, and not because somebody was first."""


def _not_published(boundary: Boundary, error: Exception) -> RuntimeError:
    status = 500
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if status < 500:
        return PublicationRefusedError(f"run {boundary.run} could not be published: {error}")
    return PublicationUnknownError(
        f"run {boundary.run} is not published so far, but Glue's answer was lost ({error}); either "
        "way no event is lost or counted twice, and the next run goes on from what it finds"
    )


class DefinitionError(RuntimeError):
    """The dataset is defined otherwise than what is batched, which a run would read wrongly."""


@dataclass(frozen=True)
class Views:
    """The views of one dataset in the Glue catalog. `glue_once` is a client that never retries."""

    glue: Any
    glue_once: Any
    dataset: Dataset
    database: str
    checkpoint: Checkpoint = no_checkpoint

    def read(self) -> Published:
        """The boundary of record and its version, from one GetTable; then those of other views.

        Raises NotDeployedError, and DefinitionError if the dataset has changed since.
        """
        name = layout.serving_view(self.dataset.name)
        try:
            found = self._find(name)
        except KeyError:
            found = None
        if found is None:
            raise NotDeployedError(
                f"there is no view {self.database}.{name} with a boundary: deploy the stack, which "
                "creates it, or name the right deployment; if somebody replaced it, put back the "
                "last version of its Glue table that has one"
            )
        problem = definition_problem(self.dataset, found.boundary, found.parameters)
        if problem:
            raise DefinitionError(problem)
        return replace(found, lowest=self._lowest(found.boundary))

    def _lowest(self, boundary: Boundary) -> int:
        """The lowest serial of a view. One that is not there, or not ours, is no view of ours."""
        serials = [boundary.serial]
        for name in layout.view_names(self.dataset)[1:]:
            try:
                found = self._find(name)
            except KeyError:
                continue
            if found:
                serials.append(found.boundary.serial)
            self.checkpoint(f"{name} looked up")
        return min(serials)

    def publish(
        self,
        boundary: Boundary,
        *,
        version: str,
        is_ours: Callable[[Boundary], bool] | None = None,
    ) -> bool:
        """Replace the serving view, if it is still at `version`. Returns whether that took effect.

        `is_ours` tells by the boundary that is found whether it did; by default, whether its run
        is published, or was before somebody rolled back. The views beside it follow; they carry the
        boundary too, but are no record of it. Where nobody else published either, raises
        PublicationRefusedError if Glue said no, and PublicationUnknownError if its answer was lost,
        since the update may yet arrive.
        """
        serving, *others = render_views(self.dataset, boundary)
        try:
            self._update(serving, boundary, version)
        except CALL_FAILED as error:
            self.checkpoint("publish: refused, or outcome unknown")
            logger.warning("publication not confirmed: %s", error)
            found = self._read_again(boundary.run)
            if found.serial < boundary.serial:
                raise _not_published(boundary, error) from error
            has_run = found.is_published(boundary.run) or found.has_followed(boundary)
            if not (is_ours(found) if is_ours else has_run):
                return False
        self.checkpoint("published")
        for view in others:
            self._publish_other(view, boundary)
        return True

    def _read_again(self, run: int) -> Boundary:
        try:
            return self.read().boundary
        except CALL_FAILED as error:
            raise PublicationUnknownError(
                f"whether run {run} is published could not be read ({error}); either way no event "
                "is lost or counted twice, and the next run goes on from what it finds"
            ) from error

    def _publish_other(self, view: View, boundary: Boundary) -> None:
        """Bring a view beside the serving view to `boundary`, unless it is further.

        The run is published already, so a failure here is told and no more; the next run heals it.
        """
        try:
            found = self._find(view.name)
            self.checkpoint(f"{view.name} read")
            if found is None:
                table = table_input(view, boundary, database=self.database)
                self.glue_once.create_table(DatabaseName=self.database, TableInput=table)
            elif found.boundary.serial < boundary.serial:
                self._update(view, boundary, found.version)
        except KeyError:
            logger.warning("view %s carries no boundary, so it is not ours: left alone", view.name)
        except CALL_FAILED as error:
            logger.warning("view %s not brought up to date: %s", view.name, error)
        self.checkpoint(f"{view.name} published")

    def _update(self, view: View, boundary: Boundary, version: str) -> None:
        self.glue_once.update_table(
            DatabaseName=self.database,
            TableInput=table_input(view, boundary, database=self.database),
            VersionId=version,
        )

    def _find(self, name: str) -> Published | None:
        try:
            table = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        except self.glue.exceptions.EntityNotFoundException:
            return None
        parameters = table["Parameters"]
        boundary = Boundary.from_parameters(parameters)
        return Published(boundary, table["VersionId"], parameters, lowest=boundary.serial)
