"""How the Iceberg tables are kept, whichever engine writes them: sizes and properties."""

from __future__ import annotations

import json
from collections.abc import Mapping

from glue_jobs.engine import Table

# Spark's name of the catalog, in the job's `--conf` and in its SQL.
SPARK_CATALOG = "glue_catalog"
TARGET_FILE_BYTES = 128 * 2**20
# A partition is compacted when it has this many files that are smaller than half the target.
MIN_FILES = 4
# Partials are merged when small files hold those of so many runs.
MIN_RUNS = 4


def is_small(size: int) -> bool:
    """Whether a file of `size` bytes is worth putting together with others."""
    return size < TARGET_FILE_BYTES // 2


def properties(table: Table) -> Mapping[str, str]:
    """What a new table has. Its columns' ids are 1, 2, ... in order.

    The name mapping gives files their columns' ids that were written without: those of Spark that
    Iceberg did not write itself.
    """
    mapping = [
        {"field-id": number, "names": [name]} for number, (name, _) in enumerate(table.columns, 1)
    ]
    return {
        "format-version": "2",
        "write.parquet.compression-codec": "zstd",
        "schema.name-mapping.default": json.dumps(mapping),
        "write.metadata.delete-after-commit.enabled": "true",
        "write.metadata.previous-versions-max": "100",
    }
