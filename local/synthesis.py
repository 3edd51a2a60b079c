"""The CDK app as a cloud assembly, without the CDK's command line (which needs npm)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from local.home import ROOT

# What a template depends on. Node comes with a package, so the machine has no part in it.
_SOURCES = ("app.py", "cdk.json", "stacks", "lakehouse", "lambdas", "glue_jobs", "athena_queries")
_PACKAGES = ("aws-cdk-lib",)
_SUFFIXES = frozenset((".py", ".sql", ".json", ".txt"))
ASSEMBLIES = ROOT / "build" / "assemblies"
_STACK = "aws:cloudformation:stack"
_ASSETS = "cdk:asset-manifest"

logger = logging.getLogger(__name__)


class SynthesisError(RuntimeError):
    """The app has no template; the message is its own last line."""


@dataclass(frozen=True)
class Asset:
    """A file or folder to upload. Names may hold `${AWS::AccountId}` and the like."""

    path: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class Assembly:
    """The one stack of a synthesized app, with its assets."""

    stack: str
    template: dict[str, Any]
    tags: Mapping[str, str]
    assets: tuple[Asset, ...]


def synthesize(folder: Path = ASSEMBLIES) -> Assembly:
    """The app's assembly, kept in `folder` under a digest of what it is made from.

    It takes Node ten seconds, and most starts have the sources of the last one. Raises
    SynthesisError.
    """
    made = folder / _digest()
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            _run_app(Path(scratch) / "cdk.out")
            # Whole or not at all; somebody else may have been faster.
            with contextlib.suppress(OSError):
                (Path(scratch) / "cdk.out").rename(made)
    return read_assembly(made)


def read_assembly(folder: Path) -> Assembly:
    """The assembly in `folder`. Raises SynthesisError if it has not exactly one stack."""
    artifacts = json.loads((folder / "manifest.json").read_text("utf-8"))["artifacts"]
    stacks = [(name, each) for name, each in artifacts.items() if each["type"] == _STACK]
    if len(stacks) != 1:
        raise SynthesisError(f"the app has {len(stacks)} stacks; a region holds one")
    [(name, stack)] = stacks
    manifests = [
        each["properties"]["file"] for each in artifacts.values() if each["type"] == _ASSETS
    ]
    template_file = stack["properties"]["templateFile"]
    return Assembly(
        stack=stack["properties"].get("stackName", name),
        template=json.loads((folder / template_file).read_text("utf-8")),
        tags=stack["properties"].get("tags", {}),
        assets=tuple(
            asset
            for manifest in manifests
            for asset in _assets(folder / manifest)
            if asset.path.name != template_file
        ),
    )


def _assets(manifest: Path) -> Iterator[Asset]:
    for file in json.loads(manifest.read_text("utf-8"))["files"].values():
        source = file["source"]
        for destination in file["destinations"].values():
            yield Asset(
                path=manifest.parent / source["path"],
                is_folder=source["packaging"] == "zip",
                bucket=destination["bucketName"],
                key=destination["objectKey"],
            )


def _run_app(folder: Path) -> None:
    settings = json.loads((ROOT / "cdk.json").read_text("utf-8"))
    environment = os.environ | {
        # As the CDK's own command line does it:
        # https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/cxapi.ts
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps(settings.get("context", {})),
        # Node's programs lie beside this Python.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        logger.error("synthesis failed:\n%s", done.stderr)
        lines = done.stderr.strip().splitlines() or [f"app.py ended with status {done.returncode}"]
        raise SynthesisError(lines[-1])


def _digest() -> str:
    """Of all that the template is made from."""
    digest = hashlib.sha256("".join(version(name) for name in _PACKAGES).encode())
    for source in _SOURCES:
        for path in _files(ROOT / source):
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from sorted(each for each in path.rglob("*") if each.suffix in _SUFFIXES)
