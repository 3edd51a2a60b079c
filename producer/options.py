"""What one call of the command line asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lakehouse.dataset import Dataset
from producer.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Options:
    """`source` is a file to send instead of fake events, "-" for standard input."""

    dataset: Dataset
    plan: Plan
    stream: str
    endpoint_url: str | None
    source: str | None
    ground_truth: Path | None
    is_dry_run: bool
