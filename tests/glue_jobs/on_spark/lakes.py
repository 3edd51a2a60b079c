"""Lakes that are compared with each other: what is in their tables, and how these are made."""

from __future__ import annotations

from tests.glue_jobs.lake import Lake


class DuckDBLake(Lake):
    """Whose runs are DuckDB's, whatever is tested."""

    def _engine(self, checkpoint=None):
        from glue_jobs.duckdb_engine import DuckDBEngine

        given = {"checkpoint": checkpoint} if checkpoint else {}
        return DuckDBEngine(threads=1, fetches=1, iceberg=self.iceberg, **given)


def contents(lake, table):
    """The rows, without what follows the clock."""
    clocks = ("began", "ended", "seconds")
    rows = [
        {name: value for name, value in row.items() if not name.endswith(clocks)}
        for row in lake.table(table)
    ]
    return sorted(rows, key=repr)


def shape(lake, table):
    """Schema, partition spec, format and properties; Spark notes who made a table, too."""
    metadata = lake.iceberg.load(table).metadata
    properties = {name: text for name, text in metadata.properties.items() if name != "owner"}
    return (
        [(f.field_id, f.name, str(f.field_type), f.required) for f in metadata.schema().fields],
        [(f.source_id, f.name, str(f.transform)) for f in metadata.spec().fields],
        metadata.format_version,
        properties,
    )
