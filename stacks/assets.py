"""What the stack uploads: one zip of our code, and compiled libraries for the λs and for Glue.

Zips are the same bytes for the same files, so that a template changes only when code does. Nothing
is downloaded at synthesis: `python -m stacks.assets` (part of `make setup`) fetches the wheels,
checked against the hashes in layer-requirements.txt and job-requirements.txt.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
# The rooms that run on AWS; `athena_queries` is the SQL that they render.
ROOMS = ("athena_queries", "glue_jobs", "lakehouse", "lambdas")
_SUFFIXES = frozenset((".py", ".sql"))

# Zip cannot say less than 1980; a fixed time keeps the bytes equal from one build to the next.
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


class MissingWheelsError(RuntimeError):
    """Wheels were never downloaded; the message says what to run."""


@dataclass(frozen=True)
class Wheels:
    """Wheels for one Python on one platform: the names and hashes of `requirements`."""

    folder: Path
    requirements: Path
    python: str
    platform: str

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files in all of them. Raises MissingWheelsError."""
        for requirement in self.pinned():
            name, version = requirement.split("==")
            tags = f"cp{self.python.replace('.', '')}-*{self.platform}*"
            found = sorted(self.folder.glob(f"{name}-{version}-{tags}.whl"))
            if not found:
                raise MissingWheelsError(
                    f"{requirement} is not in {self.folder.name}: run: make setup"
                )
            with zipfile.ZipFile(found[0]) as wheel:
                for entry in wheel.namelist():
                    yield entry, wheel.read(entry)

    def pinned(self) -> list[str]:
        """The requirements, as name==version."""
        lines = self.requirements.read_text().splitlines()
        return [line.split("\\")[0].strip() for line in lines if "==" in line]

    def download(self) -> int:
        """Fetch them; pip refuses what has another hash. Returns pip's exit status."""
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
            *("--platform", self.platform, "--implementation", "cp"),
            *("--python-version", self.python),
            *("--dest", str(self.folder), "--requirement", str(self.requirements)),
        ]
        return subprocess.run(command, check=False).returncode


# For Lambda's Python, and for Glue's.
LAYER = Wheels(
    BUILD / "layer-wheels",
    ROOT / "stacks" / "layer-requirements.txt",
    "3.13",
    "manylinux2014_aarch64",
)
JOB = Wheels(
    BUILD / "job-wheels",
    ROOT / "stacks" / "job-requirements.txt",
    "3.11",
    "manylinux2014_x86_64",
)


def zip_bytes(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of (name, content) pairs, by name; equal input makes equal bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files):
            entry = zipfile.ZipInfo(name, _TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return sink.getvalue()


def code_files(root: Path = ROOT) -> Iterator[tuple[str, bytes]]:
    """The files of the code asset: Python and SQL of the rooms that run on AWS."""
    for room in ROOMS:
        for path in (root / room).rglob("*"):
            if path.suffix in _SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix(), path.read_bytes()


def code_zip(root: Path = ROOT, build: Path = BUILD) -> Path:
    """The zip of our code, for the λs and for Glue."""
    return _store(build, "code", list(code_files(root)))


def layer_zip(build: Path = BUILD) -> Path:
    """The zip of the layer, below `python/`, where Lambda looks. Raises MissingWheelsError."""
    return _store(build, "layer", [(f"python/{name}", data) for name, data in LAYER.files()])


def job_zip(build: Path = BUILD) -> Path:
    """The zip of what the job imports beyond Glue's own packages. Raises MissingWheelsError."""
    return _store(build, "job", list(JOB.files()))


def _store(build: Path, name: str, files: list[tuple[str, bytes]]) -> Path:
    """Keep a zip of `files`, whole or not at all, under a name that holds their hash.

    The hash is of the files and not of the zip, whose bytes depend on the machine's zlib.
    """
    path = build / f"{name}-{_digest(files)}.zip"
    if not path.exists():
        build.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(zip_bytes(files))
        partial.replace(path)
    return path


def _digest(files: list[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def main() -> int:
    """Download the wheels unless they are there. Returns the exit status."""
    for wheels in (LAYER, JOB):
        try:
            list(wheels.files())
        except MissingWheelsError:
            if status := wheels.download():
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
