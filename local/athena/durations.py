"""Durations as texts: parse_duration and human_readable_seconds.

Source: https://trino.io/docs/current/functions/datetime.html#duration-function
"""

from __future__ import annotations

import math
import re

_MILLIS = {
    "ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3, "h": 3600e3, "d": 86400e3,
}  # fmt: skip
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]+)\s*")
_PERIODS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def parse(written: str) -> int:
    """`3.81 d` in milliseconds, rounded. Raises ValueError."""
    found = _DURATION.fullmatch(written)
    if found is None:
        raise ValueError(f"duration is not a valid data duration string {written}")
    if found[2] not in _MILLIS:
        raise ValueError(f"Unknown time unit {found[2]}")
    return math.floor(float(found[1]) * _MILLIS[found[2]] + 0.5)


def human_readable(seconds: float) -> str:
    """3762 as `1 hour, 2 minutes, 42 seconds`. Raises ValueError for NaN and infinities."""
    if not math.isfinite(seconds):
        raise ValueError(f"Invalid argument found {seconds}")
    rest = min(math.floor(abs(seconds) + 0.5), 2**63 - 1)
    pieces = []
    for name, size in _PERIODS:
        many, rest = divmod(rest, size)
        if many:
            pieces.append(f"{many} {name}{'s' if many > 1 else ''}")
    return ", ".join(pieces) or "0 seconds"
