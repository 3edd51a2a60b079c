"""What operators do while all goes on: redeploys, rollbacks, upkeep, restarts of the region."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from lakehouse import layout
from local.home import ROOT
from local.region import RegionError, is_held, read_status
from tests.chaos.kills import DAEMON, kill
from tests.chaos.stage import VARIABLES, Stage
from tests.chaos.streams import Lane

_COMMAND_SECONDS = 180.0
_ANSWERS = "chaos-answers"
# No question of the reader's takes so long: see QUERY_SECONDS.
KEEP = ("--keep", "1m", "--longest-query", "2m")


class Operations:
    """Does one of them every few seconds, until the stage's stop."""

    def __init__(
        self, stage: Stage, lanes: Sequence[Lane], *, seed: int, every_seconds: float
    ) -> None:
        self._stage = stage
        self._lanes = lanes
        self._numbers = random.Random(f"{seed} operations")
        self._every_seconds = every_seconds
        self._lambda = stage.client("lambda", read_seconds=120.0)
        self._s3 = stage.client("s3")
        self._s3.create_bucket(Bucket=_ANSWERS)
        self._publication = publication(stage)
        self._variables = stage.region.environment()
        self._all: tuple[tuple[Callable[[], object], int], ...] = (
            (self.redeploy, 3),
            (self.roll_back, 3),
            (self.compact, 2),
            (self.expire, 2),
        )

    def run(self) -> None:
        """The operator's thread."""
        numbers, every = self._numbers, self._every_seconds
        self._stage.keep_doing(
            self.do_one, pauses=(numbers.uniform(0.5, 1.5) * every for _ in count())
        )

    def do_one(self) -> None:
        """One of them, by their weights."""
        [operation] = self._numbers.choices(
            [operation for operation, _ in self._all], [weight for _, weight in self._all]
        )
        operation()

    def redeploy(self) -> bool:
        """The publisher λ once more, as in every deployment. Whether it told of success."""
        url = self._s3.generate_presigned_url(
            "put_object", Params={"Bucket": _ANSWERS, "Key": "answer"}
        )
        event = {
            "RequestType": "Update",
            "ResponseURL": url,
            "StackId": "chaos",
            "RequestId": "chaos",
            "LogicalResourceId": "Views",
            "PhysicalResourceId": "views",
            "ResourceProperties": self._publication,
        }
        with self._stage.journal.under_way("redeploy"):
            name = layout.publisher_function_name(layout.DEFAULT_PREFIX)
            answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event).encode())
            if answer.get("FunctionError"):
                self._stage.journal.note("the publisher died", "redeploy that died")
                return False
            told = json.loads(self._s3.get_object(Bucket=_ANSWERS, Key="answer")["Body"].read())
            is_done: bool = told["Status"] == "SUCCESS"
            kind = "redeploy" if is_done else "redeploy refused"
            self._stage.journal.note(f"redeploy: {told.get('Reason')}", kind)
            return is_done

    def roll_back(self) -> None:
        """One dataset, to the boundary before."""
        self.command("rollback", self._numbers.choice(self._lanes).name)

    def compact(self) -> None:
        self.command("compact", self._numbers.choice(self._lanes).name)

    def expire(self) -> None:
        """Raise a floor, or delete below it: with minutes in place of days."""
        self.command("expire", self._numbers.choice(self._lanes).name, *KEEP)

    def audit(self) -> int:
        """All datasets. The exit status: 0 if every view equals its recount."""
        return self.command("audit", *(lane.name for lane in self._lanes))

    def command(self, name: str, *words: str) -> int:
        """A command of `lakehouse`, as a user types it. Its exit status."""
        text = f"lakehouse {' '.join((name, *words))}"
        with self._stage.journal.under_way(text):
            done = subprocess.run(
                [sys.executable, "-m", "local.cli", name, *words],
                cwd=ROOT,
                env={**self._clean(), **self._variables},
                capture_output=True,
                text=True,
                timeout=_COMMAND_SECONDS,
                check=False,
            )
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            self._stage.journal.note(f"{text}: status {done.returncode} {last}")
            self._stage.journal.counts[f"{name} with status {done.returncode}"] += 1
            return done.returncode

    def _clean(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}


def publication(stage: Stage) -> dict[str, Any]:
    """The properties that the deployment gives its publisher."""
    body = stage.client("cloudformation").get_template(StackName=layout.DEFAULT_PREFIX)
    template = body["TemplateBody"]
    [resource] = [
        each
        for each in template["Resources"].values()
        if each["Type"] == "AWS::CloudFormation::CustomResource"
    ]
    return dict(resource["Properties"])


class Restarts:
    """Takes the whole region down and up again, at given times of the chaos.

    Once in order, once by SIGKILL of its daemon: then the others, MiniStack among them, find that
    their starter is gone and end in order too.
    """

    def __init__(self, stage: Stage, lanes: Sequence[Lane], *, at: Sequence[tuple[float, str]]):
        self._stage = stage
        self._lanes = lanes
        self._at = at

    def run(self) -> None:
        """The thread that restarts. A region that does not come up again ends the chaos."""
        for seconds, how in self._at:
            if self._stage.stop.wait(max(0.0, seconds - self._stage.journal.seconds)):
                return
            self.restart(how)

    def restart(self, how: str) -> None:
        """Down and up. Until it is known what the emulator has lost, nothing is acknowledged."""
        with self._stage.journal.under_way(f"restart: {how}"):
            with self._stage.outage.alone():
                for lane in self._lanes:
                    lane.book.refresh()
                    lane.book.freeze(is_frozen=True)
                self._down_and_up(how)
            for lane in self._lanes:
                lane.count_lost()
                lane.book.freeze(is_frozen=False)

    def _down_and_up(self, how: str) -> None:
        journal, region = self._stage.journal, self._stage.region
        if how == DAEMON:
            kill(read_status(region.home).process)
            while is_held(region.home):
                time.sleep(0.01)
            journal.note("killed the daemon", f"kill of {DAEMON}")
        else:
            region.down()
            journal.note("the region is down", "orderly restart")
        endpoint = region.up(variables=VARIABLES)
        journal.note("the region is up again")
        if endpoint != self._stage.endpoint:
            raise RegionError(f"the region has moved to {endpoint}")
