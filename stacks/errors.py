"""A user's mistake is one line and exit status 2, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from stacks.assets import MissingWheelsError
from stacks.config import ConfigError


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turn what a user can cure into its message on stderr and exit status 2."""
    try:
        yield
    except (ConfigError, MissingWheelsError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
