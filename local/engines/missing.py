"""What is raised where an engine of AWS's is not on this machine."""

from __future__ import annotations


class EngineMissingError(OSError):
    """An engine is not on this machine; the message says what to do."""
