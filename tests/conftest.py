"""What every test may use: one region, started when the first test asks for it.

In parallel (`make test`) the tests of one file run in one process, in order, and each process has a
region of its own.
"""

import os

from tests.region import region

__all__ = ["region"]

# Read when a handler is imported, as on Lambda, where the stack has set it before.
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "lakehouse"
