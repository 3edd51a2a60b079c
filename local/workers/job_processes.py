"""A job's script as a process of its own, run as Glue runs it, under our Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.engines import spark
from local.environment import child_environment
from local.home import ROOT

# What Glue reads itself, of what a script uses:
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
EXTRA_FILES = "--extra-py-files"
_CONF = "--conf"
# Which engine runs is an argument of our own script.
_ENGINE = "--engine"

_MODULE = "job_script"
_GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class Ended:
    """How a process ended. `status` is its exit status; negative if a signal ended it."""

    status: int
    is_timeout: bool = False
    is_stopped: bool = False


class JobProcess:
    """One execution of a script. `stop` may be called from any thread, at any time."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(
        self,
        code: Path,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        timeout_seconds: float,
    ) -> Ended:
        """Run the script in the folder `code` (see `fetch_code`) to its end, its output in `log`.

        The process ends with ours, however ours ends (see local.child).
        """
        with log.open("ab") as output:
            with self._lock:
                if self._stop.is_set():
                    return Ended(status=0, is_stopped=True)
                self._process = process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=code,
                    env=dict(environment),
                )
            try:
                status = process.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                return Ended(process.returncode, is_timeout=True)
            finally:
                if process.stdin:
                    process.stdin.close()
        return Ended(status, is_stopped=self._stop.is_set())

    def stop(self) -> None:
        """Make `run` return soon. The script gets SIGTERM, and ten seconds."""
        with self._lock:
            self._stop.set()
            process = self._process
        if process:
            _end(process)


def fetch_code(s3: Any, job: Mapping[str, Any], arguments: Mapping[str, str], to: Path) -> None:
    """Put the job's script and its extra Python files into the folder `to`.

    Raises botocore's ClientError if one of them is not there.
    """
    to.mkdir(parents=True)
    _fetch(s3, job["Command"]["ScriptLocation"], to / f"{_MODULE}.py")
    for uri in _extra_files(arguments):
        _fetch(s3, uri, to / Path(uri).name)


def discard_code(folder: Path) -> None:
    """Remove what `fetch_code` made."""
    shutil.rmtree(folder, ignore_errors=True)


def on_a_laptop(defaults: Mapping[str, str]) -> dict[str, str]:
    """A job's default arguments here, where the default engine is the one that needs no Java."""
    return {**defaults, **({_ENGINE: "duckdb"} if _ENGINE in defaults else {})}


def _is_on_spark(arguments: Mapping[str, str]) -> bool:
    return arguments.get(_ENGINE) == "spark"


def environment_of(endpoint_url: str, code: Path, arguments: Mapping[str, str]) -> dict[str, str]:
    """The script's environment: the region, and the extra files ahead of what is installed here.

    Raises EngineMissingError.
    """
    names = [Path(uri).name for uri in _extra_files(arguments)]
    archives = [str(code / name) for name in names if not name.endswith(".py")]
    on_spark = _is_on_spark(arguments)
    return {
        **child_environment(endpoint_url),
        **(spark.environment(arguments.get(_CONF, ""), endpoint_url) if on_spark else {}),
        "PYTHONPATH": ":".join([*archives, str(code)]),
        "PYTHONUNBUFFERED": "1",
    }


def command_line(arguments: Mapping[str, str]) -> list[str]:
    """The script's command: a Python that has what it imports, and each key before its value."""
    words = [part for key, value in arguments.items() for part in (key, value)]
    if _is_on_spark(arguments):
        # That Python has Glue's packages, and none of ours.
        return [str(spark.PYTHON), "-P", str(ROOT / "local" / "child.py"), _MODULE, *words]
    return [sys.executable, "-m", "local.child", _MODULE, *words]


def _extra_files(arguments: Mapping[str, str]) -> list[str]:
    return [uri.strip() for uri in arguments.get(EXTRA_FILES, "").split(",") if uri.strip()]


def _fetch(s3: Any, uri: str, path: Path) -> None:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    s3.download_file(bucket, key, str(path))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
