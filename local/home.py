"""Where a laptop's region keeps what it has: the folder `.lakehouse/`, or LAKEHOUSE_HOME."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME_VARIABLE = "LAKEHOUSE_HOME"
DEFAULT_HOME = ".lakehouse"

# The project: `app.py` and the rooms that it deploys.
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """The paths of one region's state. Nothing is written outside `path`, but for one socket."""

    path: Path

    @property
    def lock(self) -> Path:
        """Locked for as long as the region's process lives; the kernel lets go of it."""
        return self.path / "region.lock"

    @property
    def family(self) -> Path:
        """Locked for as long as the region's process or one of its children lives."""
        return self.path / "family.lock"

    @property
    def state(self) -> Path:
        """What the region's process last said of itself."""
        return self.path / "region.json"

    @property
    def log(self) -> Path:
        """What every process of the region writes."""
        return self.path / "region.log"

    @property
    def ministack(self) -> Path:
        return self.path / "ministack"

    @property
    def workers(self) -> Path:
        return self.path / "workers"

    @property
    def athena(self) -> Path:
        return self.path / "athena"

    @property
    def trino(self) -> Path:
        return self.path / "trino"

    @property
    def jobs(self) -> Path:
        return self.path / "jobs"

    @property
    def scratch(self) -> Path:
        """Temporary files of the region's processes: emptied at every start."""
        return self.path / "tmp"

    def make(self) -> None:
        """Make the folder, readable by its owner alone: it holds personal data."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def remove(self) -> None:
        """Remove what is a region's, and the folder unless it holds something else."""
        folders = (self.ministack, self.workers, self.athena, self.trino, self.jobs)
        for folder in (*folders, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.state, self.log, self.lock, self.family):
            file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()


def find_home() -> Home:
    """LAKEHOUSE_HOME, else the nearest `.lakehouse` from the current directory upwards.

    Where there is none, `.lakehouse` in the current directory, which need not exist.
    """
    if told := os.environ.get(HOME_VARIABLE):
        return Home(Path(told).resolve())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / DEFAULT_HOME).is_dir():
            return Home(folder / DEFAULT_HOME)
    return Home(here / DEFAULT_HOME)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty if there is no such file."""
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return value


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Make a file hold an object, in one step: who reads it sees the old one or the new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
    partial.replace(path)
