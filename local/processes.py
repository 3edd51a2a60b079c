"""Child processes of the region: started with a name, ended in order."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence

from local.home import ROOT

logger = logging.getLogger(__name__)


class Child:
    """A Python module that runs as a child process (see local.child) and logs where we log."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.child", *command],
            stdin=subprocess.PIPE,
            env=dict(environment),
            cwd=ROOT,
        )
        logger.info("%s started (process %d)", name, self._process.pid)

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def stop(self, timeout_seconds: float) -> None:
        """Ask it to end and wait; kill it if it takes longer than that."""
        self._process.terminate()
        try:
            self._process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not end in %.0f s and is killed", self.name, timeout_seconds)
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        logger.info("%s ended (status %s)", self.name, self._process.returncode)
