"""The Java artifacts of the engines that AWS runs: fetched with mvn, and checked.

    python -m local.engines.artifacts FOLDER

Trino is unpacked into FOLDER. mvn keeps them all in the user's own repository (~/.m2), so they are
fetched once.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

REPOSITORY = Path.home() / ".m2" / "repository"


@dataclass(frozen=True)
class Artifact:
    """A file on Maven Central, by its coordinates; `digest` is its SHA-256."""

    group: str
    name: str
    version: str
    digest: str
    kind: str = "jar"

    @property
    def path(self) -> Path:
        folder = REPOSITORY.joinpath(*self.group.split("."), self.name, self.version)
        return folder / f"{self.name}-{self.version}.{self.kind}"

    @property
    def coordinates(self) -> str:
        return f"{self.group}:{self.name}:{self.version}:{self.kind}"


# What Glue 5.1 has: Spark 3.5.6 (from PyPI) with Iceberg 1.10.0, and what reads `s3://` for it.
# https://docs.aws.amazon.com/glue/latest/dg/release-notes.html
SPARK = (
    Artifact(
        "org.apache.iceberg",
        "iceberg-spark-runtime-3.5_2.12",
        "1.10.0",
        "70f9471870b2d456167d703c829f098a446b86bb1379eee338c0efa03a341026",
    ),
    Artifact(
        "org.apache.iceberg",
        "iceberg-aws-bundle",
        "1.10.0",
        "172370cfc32a5f1ae5399b210e86fc04a366dc29a112d97ac8ffc74df7525596",
    ),
    Artifact(
        "org.apache.hadoop",
        "hadoop-aws",
        "3.3.4",
        "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a",
    ),
    Artifact(
        "com.amazonaws",
        "aws-java-sdk-core",
        "1.12.262",
        "06fed99f929c389e168278c1b111aaf1afb270d07202fbbce92e73d1e4279678",
    ),
    Artifact(
        "com.amazonaws",
        "aws-java-sdk-s3",
        "1.12.262",
        "a0cb7580178bc0d4d3558295a5bb890008478da8a6b3241989c71238b0ed3be5",
    ),
    Artifact(
        "com.amazonaws",
        "aws-java-sdk-dynamodb",
        "1.12.262",
        "7af4ba06d0d9b3c2ab435089caecd0567810d203aa285f7aa72861f1964d442e",
    ),
)

# What Athena engine 3 is built on, the newest that Maven Central has.
# https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html
TRINO_SERVER = Artifact(
    "io.trino",
    "trino-server-core",
    "476",
    "0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158",
    "tar.gz",
)
TRINO_ICEBERG = Artifact(
    "io.trino",
    "trino-iceberg",
    "476",
    "99edba5b491ed94d599aeb61e0794272d3569d8b563f3bb8569e8a49daa87b6c",
    "zip",
)


# In Trino's archives, and of no use with Glue: half of what they hold.
_UNUSED = ("net.snowflake", "org.rocksdb")
# The plugin for Iceberg's tables holds every class of the one for Hive's; this names it.
_PLUGINS = {"io.trino.spi.Plugin": "io.trino.plugin.hive.HivePlugin\n"}


def unpack(folder: Path) -> None:
    """Lay Trino out as its server wants it: `lib/`, and `plugin/iceberg/` for both catalogs."""
    shutil.rmtree(folder, ignore_errors=True)
    libraries, plugin = folder / "lib", folder / "plugin" / "iceberg"
    for made in (libraries, plugin):
        made.mkdir(parents=True)
    with tarfile.open(TRINO_SERVER.path) as archive:
        for entry in archive:
            path = PurePosixPath(entry.name)
            if entry.isfile() and path.parts[1:-1] == ("lib",):
                _write(libraries / path.name, archive.extractfile(entry))
    with zipfile.ZipFile(TRINO_ICEBERG.path) as zipped:
        for name in zipped.namelist():
            file = PurePosixPath(name).name
            if not name.endswith("/") and not file.startswith(_UNUSED):
                with zipped.open(name) as source:
                    _write(plugin / file, source)
    with zipfile.ZipFile(plugin / "hive.jar", "w") as jar:
        for service, implementation in _PLUGINS.items():
            jar.writestr(f"META-INF/services/{service}", implementation)


def _write(path: Path, source: IO[bytes] | None) -> None:
    if source is None:
        raise OSError(f"{path.name} is no file in its archive")
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)


def fetch(artifact: Artifact) -> str | None:
    """Fetch it unless it is there. Returns what is wrong, or None."""
    if not artifact.path.exists():
        command = ["mvn", "-B", "-q", "-Dstyle.color=never", "dependency:get", "-Dtransitive=false"]
        command += [f"-Dartifact={artifact.coordinates}", f"-Dmaven.repo.local={REPOSITORY}"]
        for _ in range(3):  # a connection that breaks is no reason to end
            if subprocess.run(command, check=False).returncode == 0:
                break
        else:
            return f"{artifact.coordinates}: mvn could not fetch it"
    with artifact.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != artifact.digest:
        return f"{artifact.path} is not what was pinned (SHA-256 {found}): delete it"
    return None


def main() -> int:
    """Fetch all of them, and unpack Trino into the folder told. Returns the exit status."""
    if not shutil.which("mvn"):
        sys.stderr.write("ERROR - there is no mvn, which fetches the engines: install Maven\n")
        return 1
    artifacts = (*SPARK, TRINO_SERVER, TRINO_ICEBERG)
    wrong = [reason for artifact in artifacts if (reason := fetch(artifact))]
    for reason in wrong:
        sys.stderr.write(f"ERROR - {reason}\n")
    if wrong:
        return 1
    unpack(Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
