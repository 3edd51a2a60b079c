"""What every test may use: one region, started when the first test asks for it."""

from tests.region import region

__all__ = ["region"]
