"""Starting jobs when their triggers' schedules say so."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.workers.glue_errors import GlueError
from local.workers.schedules import ScheduleError, is_due, parse

LOOK_SECONDS = 5.0

logger = logging.getLogger(__name__)


class StartRun(Protocol):
    """Starts a run of a job, in the name of a trigger."""

    def __call__(
        self, job_name: str, arguments: Mapping[str, str], *, trigger_name: str = ""
    ) -> object: ...


class Triggers:
    """Keeps the schedules of the region's activated triggers.

    What fell into a time when nobody was looking is not made up for, but for the time since the
    last look of the same process: a laptop that wakes up fires once.
    """

    def __init__(self, glue: Any, start_run: StartRun, *, now: Callable[[], datetime]) -> None:
        self._glue = glue
        self._start_run = start_run
        self._now = now
        self._looked_at = now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="triggers")

    def start(self) -> None:
        self._looked_at = self._now()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Start the jobs of every trigger that fired since the last look."""
        until = self._now()
        for trigger in list(self._due(self._looked_at, until)):
            for action in trigger["Actions"]:
                self._fire(trigger["Name"], action)
        self._looked_at = until

    def _due(self, after: datetime, until: datetime) -> Iterator[Mapping[str, Any]]:
        for page in self._glue.get_paginator("get_triggers").paginate():
            for trigger in page["Triggers"]:
                if trigger["Type"] != "SCHEDULED" or trigger["State"] != "ACTIVATED":
                    continue
                try:
                    schedule = parse(trigger["Schedule"])
                except ScheduleError as error:
                    logger.error("trigger %s does not fire: %s", trigger["Name"], error)
                    continue
                if is_due(schedule, after=after, until=until):
                    yield trigger

    def _fire(self, name: str, action: Mapping[str, Any]) -> None:
        try:
            self._start_run(action["JobName"], action.get("Arguments", {}), trigger_name=name)
        except (GlueError, ClientError) as error:
            # Most often the run before is still under way; the next firing does its work.
            logger.warning("trigger %s did not start %s: %s", name, action["JobName"], error)

    def _keep(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            # Whatever it was, a thread that died here would end the schedules without a word.
            try:
                self.look()
            except (BotoCoreError, ClientError) as error:
                logger.warning("triggers cannot be looked at: %s", error)
            except Exception:
                logger.exception("triggers failed; looking again")
