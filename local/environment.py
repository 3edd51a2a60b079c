"""The environment that points AWS clients at a laptop's region, and at nothing else."""

from __future__ import annotations

import os
from collections.abc import Mapping

REGION = "us-east-1"
DEFAULT_PORT = 4599

# Deployed buffers are minutes long; with this the workers deliver sooner.
FIREHOSE_SECONDS = "LAKEHOUSE_FIREHOSE_SECONDS"

# What answers Athena's queries: ATHENA_ENGINES[0] unless it is told.
ATHENA_ENGINE = "LAKEHOUSE_ATHENA"
ATHENA_ENGINES = ("duckdb", "trino")

# MiniStack takes any; it reads the account from an access key of twelve digits.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# What in a shell may lead clients to an account instead.
STRAY = ("AWS_PROFILE", "AWS_SESSION_TOKEN")


def client_environment(endpoint: str) -> dict[str, str]:
    """The variables that make any AWS client speak to the region at `endpoint`."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **CREDENTIALS,
        # There is no instance whose metadata could answer; clients would wait for it.
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def child_environment(endpoint: str, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the region's own processes.

    Nothing of the user's AWS settings reaches them, neither variables nor files, so that no mistake
    in the region can touch an account.
    """
    environment = os.environ if inherited is None else inherited
    kept = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
    files = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return kept | files | client_environment(endpoint)


def shell_lines(endpoint: str) -> list[str]:
    """What a POSIX shell evaluates to point its AWS clients at the region."""
    exports = [f"export {name}={value}" for name, value in client_environment(endpoint).items()]
    return [f"unset {' '.join(STRAY)}", *exports]
